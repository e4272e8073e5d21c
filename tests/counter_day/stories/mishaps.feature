Feature: Mishaps
  What was typed comes back, what was posted is there once.

  Background:
    Given a desk of the made-up region
    And the clerk begins with 张建国
    And types an inpatient stay at level 2 from 0301 to 0310
    And chooses an ordinary patient

  Scenario: After a power failure the form is as it was
    Given the clerk types a bill of 52000, of which 48000 is eligible and 1200 is paid first for Category B
    And a moment passes
    When the power fails
    And the program is started again
    Then the window says "上次没有录完，已恢复到这里"
    And the cell name holds "张建国"
    And the patient pays 16,592.00
    When the clerk posts it
    Then the ledger holds one entry

  Scenario: A half-typed amount comes back too
    Given the clerk types "52000" and Enter
    And types "48"
    And a moment passes
    When the power fails
    And the program is started again
    Then the cell total holds "52,000.00"
    And the cell eligible holds "48"

  Scenario: What was posted before the power failed is not offered again
    Given the clerk types a bill of 52000, of which 48000 is eligible and 1200 is paid first for Category B
    And posts it
    And a moment passes
    When the power fails
    And the program is started again
    Then the cell id holds ""
    And the ledger holds one entry

  Scenario: A killed program leaves what was typed and what was posted
    Given the clerk types a bill of 52000, of which 48000 is eligible and 1200 is paid first for Category B
    And posts it
    When another clerk's program is killed while the next patient is typed
    And the program is started again
    Then the ledger holds one entry
    And the cell name holds "李秀英"

  Scenario: Closing the window in the middle loses nothing
    Given the clerk types "52000" and Enter
    When the clerk closes the window and opens it again
    Then the cell name holds "张建国"
    And the cell total holds "52,000.00"

  Scenario: A draft that was left is dropped by the next patient
    Given the clerk types "52000" and Enter
    And presses F2
    When the clerk closes the window and opens it again
    Then the cell id holds ""
