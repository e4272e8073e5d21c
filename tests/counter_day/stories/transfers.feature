Feature: Moving between hospitals
  2019-21, two: up the levels the difference of the deductibles, down for follow-up care none.

  Background:
    Given a desk of the made-up region

  Scenario: A transfer up pays only the rest of the deductible
    # the second stay of the year at level 3 asks 600, of which 400 is paid: 200 due; 17800 x 55 % + 12000 x 60 %
    # = 16990; burden 13010 and 3880 before, 6890 above 10000 at 60 % = 4134
    Given the clerk has posted 张建国's stay at level 2 from 0301 to 0305, a bill of 12000, all of it eligible
    Then entry 1 says that the patient pays 3880.00
    When the clerk begins with 张建国
    And types an inpatient stay at level 3 from 0305 to 0315
    And chooses an ordinary patient
    And types a bill of 30000, all of it eligible
    And opens the rarer cells
    And types "1"
    And types "400" and Enter
    Then the patient pays 8,876.00
    And the working has "17,800.00 × 55% 9,790.00"

  Scenario: A transfer down for follow-up care has no deductible
    # 5000 x 75 % = 3750; burden 1250, all above 10000: 750
    Given the clerk has posted 张建国's stay at level 3 from 0305 to 0315, a bill of 30000, all of it eligible
    Then entry 1 says that the patient pays 11576.00
    When the clerk begins with 张建国
    And types an inpatient stay at level 2 from 0315 to 0320
    And chooses an ordinary patient
    And types a bill of 5000, all of it eligible
    And opens the rarer cells
    And types "2"
    Then the patient pays 500.00
    And the working has "1,250.00 × 60% 750.00"

  Scenario: The rarer cells close again and keep what stands in them
    Given the clerk begins with 张建国
    And types an inpatient stay at level 2 from 0315 to 0320
    And chooses an ordinary patient
    And types a bill of 5000, all of it eligible
    When the clerk opens the rarer cells
    And types "2"
    And goes back
    Then the cursor stands in eligible
    And the window says "转诊 向下"
    And the patient pays 1,500.00
