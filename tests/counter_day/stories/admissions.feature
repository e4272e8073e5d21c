Feature: Inpatient stays
  The made-up region asks 400, then 300 at level 2, 800, 600, then 400 at level 3 and 200 at level 1.
  吉医保联〔2019〕21号 annex 3 pays 70, 75, 80 percent at level 2 on the year's cost up to 30 000, to 60 000
  and above; 55, 60, 65 at level 3; 80, 85, 90 at level 1.

  Background:
    Given a desk of the made-up region

  Scenario: A first admission
    # (30000 - 400) x 70 % = 20720; (46800 - 30000) x 75 % = 12600; burden 46800 - 33320 = 13480, of which
    # 3480 above 10000 at 60 % = 2088; 52000 - 33320 - 2088 = 16592
    When the clerk begins with 张建国
    And types an inpatient stay at level 2 from 0301 to 0310
    And chooses an ordinary patient
    And types a bill of 52000, of which 48000 is eligible and 1200 is paid first for Category B
    Then the patient pays 16,592.00
    And in capitals that is 壹万陆仟伍佰玖拾贰元整
    And the working has "29,600.00 × 70% 20,720.00"
    And the working has "16,800.00 × 75% 12,600.00"
    And the working has "3,480.00 × 60% 2,088.00"
    When the clerk posts it
    Then the window says "已入账 第 1 号"
    And the ledger holds one entry
    And entry 1 says that the patient pays 16592.00

  Scenario: The second stay of the year has the lower deductible
    # (10000 - 400) x 70 % = 6720, then (10000 - 300) x 70 % = 6790
    Given the clerk has posted 张建国's stay at level 2 from 0301 to 0310, a bill of 10000, all of it eligible
    When the clerk begins with 张建国
    And types an inpatient stay at level 2 from 0401 to 0402
    And chooses an ordinary patient
    And types a bill of 10000, all of it eligible
    Then the patient pays 3,210.00
    And the working has "第 2 次住院"
    And entry 1 says that the patient pays 3280.00

  Scenario: The third stay of the year reaches critical illness
    # burdens 2980 and 4710; the third stay: 24000 before, 300 deductible, 5700 x 70 % + 30000 x 75 % +
    # 4000 x 80 % = 29690, burden 10310; the year's 18000 lie 8000 above 10000, at 60 % 4800
    Given the clerk has posted 张建国's stay at level 2 from 0201 to 0210, a bill of 9000, all of it eligible
    And has posted 张建国's stay at level 2 from 0401 to 0410, a bill of 15000, all of it eligible
    When the clerk begins with 张建国
    And types an inpatient stay at level 2 from 0601 to 0630
    And chooses an ordinary patient
    And types a bill of 40000, all of it eligible
    Then the patient pays 5,510.00
    And the working has "8,000.00 × 60% 4,800.00"
    When the clerk posts it
    Then 张建国's year has 3 admissions, 46000.00 of basic insurance and 4800.00 of critical illness

  Scenario: A township hospital
    # (5500 - 200) x 80 % = 4240; 6000 - 4240 = 1760
    When the clerk begins with 李秀英
    And types an inpatient stay at level 1 from 0502 to 0509
    And chooses an ordinary patient
    And types a bill of 6000, of which 5600 is eligible and 100 is paid first for Category B
    Then the patient pays 1,760.00

  Scenario: A long stay at level 3 runs through all three bands
    # 29200 x 55 % + 30000 x 60 % + 25000 x 65 % = 50310; burden 34690, 24690 x 60 % = 14814
    When the clerk begins with 李秀英
    And types an inpatient stay at level 3 from 0601 to 0620
    And chooses an ordinary patient
    And types a bill of 98000, of which 90000 is eligible and 5000 is paid first for Category B
    Then the patient pays 32,876.00
    And the working has "25,000.00 × 65% 16,250.00"

  Scenario: A bill below the deductible is the patient's alone
    When the clerk begins with 李秀英
    And types an inpatient stay at level 3 from 0701 to 0703
    And chooses an ordinary patient
    And types a bill of 500, all of it eligible
    Then the patient pays 500.00

  Scenario: The basic fund pays 200 000 in a year and not a fen more
    # lines of 235220 are cut at 200000; burden 100000, 90000 x 60 % = 54000; after that nothing is left of the
    # fund, and 10000 of burden above 100000 are paid at 70 %
    Given the clerk has posted 王小明's stay at level 2 from 0501 to 0801, a bill of 300000, all of it eligible
    Then entry 1 says that the patient pays 46000.00
    When the clerk begins with 王小明
    And types an inpatient stay at level 2 from 0920 to 1001
    And chooses an ordinary patient
    And types a bill of 10000, all of it eligible
    Then the patient pays 3,000.00
    And the window says "统筹限额已用完"

  Scenario: Critical illness ends at 400 000
    # the bands would pay 54000 + 70000 + 400000; 2025-12-31 notice: 400000 a year
    When the clerk begins with 王小明
    And types an inpatient stay at level 3 from 0105 to 0801
    And chooses an ordinary patient
    And types a bill of 900000, all of it eligible
    Then the patient pays 300,000.00

  Scenario: What is above the insurer's price limit is named apart
    When the clerk begins with 张建国
    And types an inpatient stay at level 2 from 0301 to 0310
    And chooses an ordinary patient
    And types a bill of 52000, of which 48000 is eligible and 1200 is paid first for Category B
    And types "1500" and Enter
    Then the patient pays 16,592.00
    And the working has "超医保支付标准部分，个人承担 1,500.00"

  Scenario: Fen are rounded half up, once a line
    # (1234.57 - 200) x 80 % = 827.656, so 827.66; 1234.57 - 827.66 = 406.91
    When the clerk begins with 朴贞花
    And types an inpatient stay at level 1 from 0502 to 0509
    And chooses an ordinary patient
    And types a bill of 1234.57, all of it eligible
    Then the patient pays 406.91
