Feature: Patients who come again
  What is known of a patient is there; finding one takes a name or a number.

  Background:
    Given a desk of the made-up region
    And the clerk has posted 张建国's stay at level 2 from 0301 to 0305, a bill of 12000, all of it eligible

  Scenario: A repeat patient takes four keys beside what is on the paper
    # 18 of the ID, twice 4 of the days, twice 5 of the amounts: 36
    When the clerk presses F2
    And starts to count the keys
    And types "220113196004080016"
    And types "0401"
    And types "0410"
    And types "15000" and Enter
    And types "15000" and Enter
    And posts it
    Then no more than 4 keys were pressed beside the ID, the days and the amounts: 36
    And the ledger holds two entries
    And entry 2 says that the patient pays 4710.00

  Scenario: The next patient begins at the ID with an empty form
    When the clerk presses F2
    Then the cursor stands in id
    And the cell total holds ""
    And no amount is shown

  Scenario: Somebody is found by the beginning of the name
    When the clerk opens the find
    And types "张"
    Then the list has one row, the first with "张*"
    When the clerk presses F7
    Then the page is "张* 的就诊记录"
    When the clerk goes back
    And presses Return
    Then the page is the counter
    And the cell name holds "张建国"

  Scenario: Somebody is found by the beginning of the ID
    When the clerk opens the find
    And types "220113"
    Then the list has one row, the first with "张*"

  Scenario: Nobody is found, and that is said
    When the clerk opens the find
    And types "赵"
    Then the list has no rows
    And the window says "没有"
    When the clerk goes back
    Then the page is the counter

  Scenario: The history of the year, the latest first
    Given the clerk has posted 张建国's stay at level 2 from 0401 to 0410, a bill of 15000, all of it eligible
    When the clerk opens the history
    Then the list has two rows, the first with "4,710.00"

  Scenario: Another patient's form has nothing of the one before
    When the clerk begins with 李秀英
    Then the cell name holds "李秀英"
    And the cell total holds ""
    And the window says "2026 年还没有记录"
