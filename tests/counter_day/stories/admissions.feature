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
    And the working has "29,600.00 × 70 % 20,720.00"
    And the working has "16,800.00 × 75 % 12,600.00"
    And the working has "3,480.00 × 60 % 2,088.00"
    When the clerk posts it
    Then the window says "已入账 第 1 号"
    And the ledger holds one entry
    And entry 1 says that the patient pays 16592.00
