Feature: The year's end, and other years
  The year of the discharge decides; where a stay touches two years the other one is worked out too.

  Background:
    Given a desk of the made-up region
    And the clerk begins with 张建国

  Scenario: A stay across New Year belongs to the year of the discharge
    # 29600 x 70 % + 30000 x 75 % + 30000 x 80 % = 67220; 12780 x 60 % = 7668
    When the clerk types an inpatient stay at level 2 from 20251220 to 20260105
    And chooses an ordinary patient
    And types a bill of 90000, all of it eligible
    Then the patient pays 15,112.00
    And the window says "2025"

  Scenario: A stay of 2025 settled in 2026 is offered by the rules that are complete
    # no document of 2025 is on file; 2026 leaves 15112
    When the clerk types an inpatient stay at level 2 from 20251220 to 20251225
    And chooses an ordinary patient
    And types a bill of 90000, all of it eligible
    And opens the rarer cells
    And presses Return
    And types "20260105" and Enter
    Then no amount is shown
    And the window says "15,112.00"
    When the clerk asks to save
    And answers Y
    Then the window asks whether the year is to be 2026
    And the ledger holds no entries
    When the clerk answers U
    Then the ledger holds one entry
    And entry 1 says that the patient pays 15112.00

  Scenario: A day without a year is the latest one not after today
    When the clerk types an inpatient stay at level 2 from 1120 to 1122
    Then the cell discharged holds "2026-11-22"
    When the clerk begins with 张建国
    And types an inpatient stay at level 2 from 1220 to 1224
    Then the cell discharged holds "2025-12-24"

  Scenario: Critical illness of 2020 counts Category B and the lower deductible of the poor
    # 20720 + 22500 + 10400 = 53620; burden 19380 + 3000 - 3000 at 65 % = 12597; assistance
    # (73000 - 53620 - 12597 - 1500) x 70 % = 3698.10
    When the clerk types an inpatient stay at level 2 from 20201001 to 20201010
    And chooses a low-income patient
    And types a bill of 80000, of which 76000 is eligible and 3000 is paid first for Category B
    Then the patient pays 10,084.90

  Scenario: A year whose rule the region states itself
    # 2023 in the made-up pack: above 14000, 60 %: (19380 - 14000) x 60 % = 3228
    When the clerk types an inpatient stay at level 2 from 20231001 to 20231010
    And chooses an ordinary patient
    And types a bill of 80000, of which 76000 is eligible and 3000 is paid first for Category B
    Then the patient pays 23,152.00

  Scenario: A year without any document names what is missing
    When the clerk types an inpatient stay at level 2 from 20240301 to 20240310
    And chooses an ordinary patient
    And types a bill of 52000, of which 48000 is eligible and 1200 is paid first for Category B
    Then no amount is shown
    And the window says "缺 1 项，无法算出"
    When the clerk asks to save
    Then the window says "缺数据，不能入账"
    And no question stands
    And the ledger holds no entries
