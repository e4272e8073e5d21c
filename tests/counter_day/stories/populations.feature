Feature: People whom the law favours
  The 2025-12-31 notice, three: half the deductible and five points more for low income, destitute people and those
  at risk of falling back into poverty. The made-up region pays assistance of 70 % above 1500 to low-income people
  and all of it to the rural destitute.

  Background:
    Given a desk of the made-up region
    And the clerk begins with 李秀英
    And types an inpatient stay at level 2 from 0301 to 0310

  Scenario: A low-income patient
    # burden 13480 - 5000 = 8480 at 65 % = 5512; assistance (46800 - 33320 - 5512 - 1500) x 70 % = 4527.60
    When the clerk chooses a low-income patient
    And types a bill of 52000, of which 48000 is eligible and 1200 is paid first for Category B
    Then the patient pays 8,640.40
    And the working has "8,480.00 × 65% 5,512.00"
    And the working has "4,527.60"

  Scenario: A destitute patient pays what is outside the catalogue and Category B
    # assistance takes all 7968 that basic insurance and critical illness leave: 52000 - 46800 = 5200
    When the clerk chooses a rural destitute patient
    And types a bill of 52000, of which 48000 is eligible and 1200 is paid first for Category B
    Then the patient pays 5,200.00

  Scenario: Somebody at risk of falling back into poverty
    # 46800 - 33320 - 5512 = 7968, and 5200 outside: no assistance figure is on file for the category
    When the clerk chooses an at-risk patient
    And types a bill of 52000, of which 48000 is eligible and 1200 is paid first for Category B
    Then the patient pays 13,168.00

  Scenario: A category that this year's document does not name is settled as ordinary, and that is said
    When the clerk chooses a registered poor patient
    And types a bill of 52000, of which 48000 is eligible and 1200 is paid first for Category B
    Then the patient pays 16,592.00
    And the window says "按普通"

  Scenario: A patient known as low-income is brought so the next time
    Given the clerk chooses a low-income patient
    And types a bill of 52000, of which 48000 is eligible and 1200 is paid first for Category B
    And posts it
    When the clerk begins with 李秀英
    And types an inpatient stay at level 2 from 0401 to 0410
    And presses Return
    Then the cell population holds "低保"
