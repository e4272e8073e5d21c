Feature: Category B
  2019-21, three, (three): ten percent of Category B is paid first, high-value consumables bring their own percentage.

  Background:
    Given a desk of the made-up region
    And the clerk begins with 张建国
    And types an inpatient stay at level 2 from 0301 to 0310
    And chooses an ordinary patient
    And types a bill of 52000, of which 48000 is eligible
    And presses Return

  Scenario: The total of Category B at the document's percentage
    # 12000 x 10 % = 1200, as if 1200 had been typed
    When the clerk types "12000" and Enter
    And presses Return Return
    Then the patient pays 16,592.00

  Scenario: Two lines with percentages of their own
    # 12000 x 10 % + 3000 x 30 % = 2100; S = 45900: 20720 + 15900 x 75 % = 32645; 3255 x 60 % = 1953
    When the clerk types "12000" and Enter
    And presses Return
    And types "3000" and Enter
    And types "30" and Enter
    And presses Return
    Then the patient pays 17,402.00

  Scenario: Backspace in the empty cell takes the last line back
    When the clerk types "12000" and Enter
    And presses Return
    And types "3000" and Enter
    And types "30" and Enter
    And presses Backspace
    Then the cell category_b_total holds "3,000.00"
    And the cell category_b_percent holds "30"

  Scenario: More Category B than there is eligible cost is refused where it was typed
    When the clerk types "900000" and Enter
    Then the cursor stands in category_b_total
    And the window says "大于目录内费用"
