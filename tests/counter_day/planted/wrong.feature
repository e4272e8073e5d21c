Feature: Stories that are not true
  Each has to fail: a story that cannot fail tells nothing.

  Background:
    Given a desk of the made-up region
    And the clerk begins with 张建国
    And types an inpatient stay at level 2 from 0301 to 0310
    And chooses an ordinary patient
    And types a bill of 52000, of which 48000 is eligible and 1200 is paid first for Category B

  @not_true
  Scenario: An amount that is wrong by a fen
    Then the patient pays 16,592.01

  @not_true
  Scenario: A line that is not in the working
    Then the working has "29,600.01 × 70% 20,720.01"

  @not_true
  Scenario: An entry that nobody has posted
    When the clerk asks to save
    And answers N
    Then the ledger holds one entry

  @not_true
  Scenario: A sentence that the window does not say
    Then the window says "缺 1 项，无法算出"

  @not_true
  Scenario: A cursor that stands elsewhere
    Then the cursor stands in total

  @not_true
  Scenario: A sheet that was never made
    Then one sheet lies in the folder
