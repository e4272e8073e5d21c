Feature: Typing that helps
  Taking back, sums, readers, and finding people by what is at hand.

  Background:
    Given a desk of the made-up region

  Scenario: Ctrl and Z takes back cell by cell, Ctrl and Y brings again
    Given the clerk begins with 张建国
    And types an inpatient stay at level 2 from 0301 to 0310
    And chooses an ordinary patient
    And types a bill of 52000, of which 48000 is eligible and 1200 is paid first for Category B
    When the clerk presses Ctrl+Z Ctrl+Z Ctrl+Z
    Then the cell total holds ""
    And the cursor stands in total
    When the clerk presses Ctrl+Y Ctrl+Y Ctrl+Y
    Then the patient pays 16,592.00

  Scenario: A form that F2 cleared comes back
    Given the clerk begins with 张建国
    And types an inpatient stay at level 2 from 0301 to 0310
    And chooses an ordinary patient
    And types a bill of 52000, of which 48000 is eligible and 1200 is paid first for Category B
    When the clerk presses F2 Ctrl+Z
    Then the patient pays 16,592.00

  Scenario: Amounts as people say them
    # 5.2万 is 52000; 40000 + 8000 is 48000
    Given the clerk begins with 张建国
    And types an inpatient stay at level 2 from 0301 to 0310
    And chooses an ordinary patient
    When the clerk types "5.2万" and Enter
    And types "40000+8000" and Enter
    And types "1200" and Enter
    Then the cell total holds "52,000.00"
    And the cell eligible holds "48,000.00"
    And the patient pays 16,592.00

  Scenario: A card is read in the middle of an amount
    Given the clerk begins with 张建国
    And types an inpatient stay at level 2 from 0301 to 0310
    And chooses an ordinary patient
    And types "520"
    When the clerk's reader reads 220113196004080016
    Then the cell id holds "220113196004080016"
    And the cell total holds "520"
    And nothing is marked wrong

  Scenario: Another person's card is read in the middle of an amount
    # it begins a form of its own; nothing that was typed for the first one goes into it or is lost
    Given the clerk begins with 张建国
    And types an inpatient stay at level 2 from 0301 to 0310
    And chooses an ordinary patient
    And types "520"
    When the clerk's reader reads 110101199003078515
    Then the cell id holds "110101199003078515"
    And the cell name holds ""
    And the cell total holds ""
    And the cursor stands in name
    And the window says "这是另一个证件号：已换新表"
    When the clerk presses Ctrl+Z
    Then the cell id holds "220113196004080016"
    And the cell name holds "张建国"
    And the cell total holds "520"
    And the cursor stands in total

  Scenario: A card read while a question stands answers nothing
    Given the clerk begins with 张建国
    And types an inpatient stay at level 2 from 0301 to 0310
    And chooses an ordinary patient
    And types a bill of 52000, of which 48000 is eligible and 1200 is paid first for Category B
    And asks to save
    When the clerk's reader reads 110101199003078515
    Then the window asks whether it is to be posted
    And the ledger holds no entries

  Scenario: Somebody is found by the initials of a surname that is read in its own way
    # 单 is shan as a surname, and 朴 piao
    Given the clerk has posted 单雄信's stay at level 2 from 0301 to 0305, a bill of 12000, all of it eligible
    And has posted 朴贞花's stay at level 2 from 0301 to 0305, a bill of 12000, all of it eligible
    When the clerk presses F2
    And opens the find
    And types "sxx"
    Then the list has one row, the first with "单"
    When the clerk presses F7
    Then the page is "单* 的就诊记录"
    When the clerk presses Ctrl+N
    Then the page is "单雄信 的就诊记录"

  Scenario: A patient's page turns to another year
    Given the clerk has posted 张建国's stay at level 2 from 20200301 to 20200305, a bill of 12000, all of it eligible
    And has posted 张建国's stay at level 2 from 0301 to 0305, a bill of 12000, all of it eligible
    When the clerk opens the history
    Then the list has one row, the first with "2026-03-05"
    When the clerk presses PgUp
    Then the list has one row, the first with "2020-03-05"

  Scenario: Entries are searched by whose they are
    Given the clerk has posted 张建国's stay at level 2 from 0301 to 0305, a bill of 12000, all of it eligible
    And has posted 李秀英's stay at level 2 from 0301 to 0305, a bill of 13000, all of it eligible
    When the clerk presses F2
    And opens the search of entries
    Then the list has two rows
    When the clerk goes back
    Then the page is the counter
    And the cursor stands in id
