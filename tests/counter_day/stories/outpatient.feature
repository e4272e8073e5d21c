Feature: Outpatient visits
  Special outpatient diseases and day surgery are paid like a stay (2019-21, two, (one), 3 and (two), 3); common
  outpatient care at 50 % (2019-21, two, (one), 1), chronic diseases at 60 % within each disease's amount (annex 1).

  Background:
    Given a desk of the made-up region

  Scenario: Dialysis pays its deductible once a year
    # (2000 - 400) x 70 % = 1120; then 2000 x 70 % = 1400
    Given the clerk begins with 朴贞花
    And types a visit for special disease 21 at level 2 on 0310
    And chooses an ordinary patient
    And types a bill of 2000, all of it eligible
    Then the patient pays 880.00
    When the clerk posts it
    And begins with 朴贞花
    And types a visit for special disease 21 at level 2 on 0317
    And chooses an ordinary patient
    And types a bill of 2000, all of it eligible
    Then the patient pays 600.00

  Scenario: A stay after dialysis begins in the band that dialysis has reached
    # dialysis: 29200 x 55 % = 16060, 3940 x 60 % = 2364; the stay: (20000 - 800) x 60 % = 11520, 8480 x 60 % = 5088
    Given the clerk begins with 朴贞花
    And types a visit for special disease 21 at level 3 on 0310
    And chooses an ordinary patient
    And types a bill of 30000, all of it eligible
    Then the patient pays 11,576.00
    When the clerk posts it
    And begins with 朴贞花
    And types an inpatient stay at level 3 from 0320 to 0330
    And chooses an ordinary patient
    And types a bill of 20000, all of it eligible
    Then the patient pays 3,392.00

  Scenario: Phenylketonuria is paid by a document that is not on file
    Given the clerk begins with 王小明
    And types a visit for special disease 41 at level 2 on 0310
    And chooses an ordinary patient
    And types a bill of 2000, all of it eligible
    Then no amount is shown
    And the window says "缺 1 项，无法算出"
    And the window says "苯丙酮尿症"

  Scenario: A disease is found by the initials of its name
    Given the clerk begins with 朴贞花
    When the clerk types "52"
    And types "tf" and Enter
    Then the cell disease holds "18"
    And the cursor stands in discharged

  Scenario: Day surgery, and a visit after it without a deductible
    # (7300 - 400) x 70 % = 4830; 8000 - 4830 = 3170; then 1000 x 70 %
    Given the clerk begins with 李秀英
    And types day surgery at level 2 from 0310 to 0310
    And chooses an ordinary patient
    And types a bill of 8000, of which 7500 is eligible and 200 is paid first for Category B
    Then the patient pays 3,170.00
    When the clerk posts it
    And begins with 李秀英
    And types a visit for special disease 1 at level 2 on 0410
    And chooses an ordinary patient
    And types a bill of 1000, all of it eligible
    Then the patient pays 300.00

  Scenario: A village clinic visit has no deductible
    # 86 x 50 %; 2020-15, two, (three)
    Given the clerk begins with 李秀英
    And types a common outpatient visit at a village clinic on 0310
    And types a bill of 86, all of it eligible
    Then the patient pays 43.00
    When the clerk posts it
    Then the ledger holds one entry

  Scenario: A township clinic's deductible is paid with the first visit
    # (150 - 50) x 50 % = 50; then 150 x 50 % = 75
    Given the clerk begins with 李秀英
    And types a common outpatient visit at level 1 on 0310
    And types a bill of 150, all of it eligible
    Then the patient pays 100.00
    When the clerk posts it
    And begins with 李秀英
    And types a common outpatient visit at level 1 on 0317
    And types a bill of 150, all of it eligible
    Then the patient pays 75.00

  Scenario: At level 2 only drugs for the two diseases are covered
    # (300 - 100) x 50 % = 100
    Given the clerk begins with 李秀英
    And types a common outpatient visit at level 2 on 0310
    And says that the drugs are for neither of the two diseases
    And types a bill of 300, all of it eligible
    Then the patient pays 300.00
    And the window says "二级医疗机构的普通门诊只支付高血压、糖尿病和原慢病待遇用药"
    When the clerk begins with 李秀英
    And types a common outpatient visit at level 2 on 0311
    And says that the drugs are for one of the two diseases
    And types a bill of 300, all of it eligible
    Then the patient pays 200.00

  Scenario: At level 3 a common visit is not covered, and that is said in words
    Given the clerk begins with 李秀英
    And types a common outpatient visit at level 3 on 0310
    And types a bill of 300, all of it eligible
    Then the patient pays 300.00
    And the window says "三级医疗机构的普通门诊不在统筹支付范围"

  Scenario: Common outpatient care ends at the region's 1 000 a year
    # (1950 - 50) x 50 % = 950; 400 x 50 % = 200, of which 50 are left
    Given the clerk begins with 李秀英
    And types a common outpatient visit at level 1 on 0310
    And types a bill of 1950, all of it eligible
    And posts it
    When the clerk begins with 李秀英
    And types a common outpatient visit at level 1 on 0317
    And types a bill of 400, all of it eligible
    Then the patient pays 350.00

  Scenario: Diabetes uses up its 2 400 a year
    # the deductible of 200 lies inside: (1000 - 200) x 60 % = 480, 600, then 400 countable: 240
    Given the clerk begins with 王小明
    And types a visit for chronic disease 1 at level 1 on 0310
    And types a bill of 1000, all of it eligible
    Then the patient pays 520.00
    When the clerk posts it
    And begins with 王小明
    And types a visit for chronic disease 1 at level 1 on 0317
    And types a bill of 1000, all of it eligible
    Then the patient pays 400.00
    When the clerk posts it
    And begins with 王小明
    And types a visit for chronic disease 1 at level 1 on 0324
    And types a bill of 1000, all of it eligible
    Then the patient pays 760.00

  Scenario: A second chronic disease brings half its amount
    # half of 3000 is 1500; (1500 - 200) x 60 % = 780
    Given the clerk begins with 王小明
    And types a visit for chronic disease 1 at level 1 on 0310
    And types a bill of 1000, all of it eligible
    And posts it
    When the clerk begins with 王小明
    And types a visit for chronic disease 2 at level 1 on 0317, the patient's disease number 2
    And types a bill of 3000, all of it eligible
    Then the patient pays 2,220.00
