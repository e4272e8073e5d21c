Feature: What the platform says of a year
  The insurer's platform knows of visits elsewhere: its totals of a day stand from then on.

  Background:
    Given a desk of the made-up region

  Scenario: Opening totals, and a stay after them
    # the third stay: 300; 50000 to 60000 at 75 %: 9700 -> 7275, 10000 at 80 % = 8000; burden 4725 all above: 2835
    Given the clerk begins with 单雄信
    And opens the opening totals
    When the clerk types "2" and Enter
    And types "50000" and Enter
    And types "33000" and Enter
    And types "17000" and Enter
    And types "4200" and Enter
    And asks to save
    Then the window asks whether they are to be saved
    When the clerk presses Return
    Then the ledger holds no entries
    When the clerk answers Y
    Then the window says "期初已保存，第 1 号"
    When the clerk goes back
    And begins with 单雄信
    And types an inpatient stay at level 2 from 1001 to 1010
    And chooses an ordinary patient
    And types a bill of 20000, all of it eligible
    Then the patient pays 1,890.00

  Scenario: Opening totals without a figure are not saved
    Given the clerk begins with 单雄信
    And opens the opening totals
    When the clerk asks to save
    Then under the cell stands "一项累计也没有填；确实没有就填 0。"
    And the ledger holds no entries

  Scenario: Years of enrolment raise the cap, an incident of fraud the deductible
    # the example region counts the six years from 2025 on, so none is beyond four: 400000 x 101 %; 10000 + 5000,
    # and a burden of 48000 - 34220 = 13780 stays below it
    Given the clerk begins with 单雄信
    And opens the history
    And presses Shift+F11
    When the clerk types "6" and Enter
    And types "1" and Enter
    And presses Return
    And types "5000" and Enter
    Then the window says "404,000.00"
    And the window says "15,000.00"
    When the clerk asks to save
    Then the window says "已保存"
    When the clerk goes back
    And begins with 单雄信
    And types an inpatient stay at level 2 from 0301 to 0310
    And chooses an ordinary patient
    And types a bill of 52000, of which 48000 is eligible
    Then the patient pays 17,780.00
    And the working has "骗保 5,000.00，起付线至少加 4,000.00"
    And the working has "大病起付线变为 15,000.00"
