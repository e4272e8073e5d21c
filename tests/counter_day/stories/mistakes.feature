Feature: Mistakes at the keyboard
  A wrong field keeps the cursor and says one sentence under it; nothing that was typed is lost; Enter never posts.

  Background:
    Given a desk of the made-up region
    And the clerk begins with 张建国

  Scenario: A day that does not exist
    When the clerk types "1"
    And types "2"
    And types "0231" and Enter
    Then the cursor stands in admitted
    And under the cell stands "没有这一天，请核对日期。"
    When the clerk types "0301" and Enter
    Then nothing is marked wrong
    And the cursor stands in discharged

  Scenario: A discharge before the admission
    When the clerk types an inpatient stay at level 2 from 0310 to 0301
    Then the cursor stands in discharged
    And under the cell stands "出院日期早于入院日期，请检查。"

  Scenario: Letters in an amount
    When the clerk types an inpatient stay at level 2 from 0301 to 0310
    And chooses an ordinary patient
    And types "5200o" and Enter
    Then the cursor stands in total
    And under the cell stands "金额写数字，最多两位小数，例如 48000.50；也可以写 1200+350.5、3*25.5 或 3.5万。"
    And the cell total holds "5200o"

  Scenario: More eligible cost than there is cost
    When the clerk types an inpatient stay at level 2 from 0301 to 0310
    And chooses an ordinary patient
    And types a bill of 48000, of which 52000 is eligible
    Then under the cell stands "总费用小于目录内费用 52,000.00，请检查。"
    And no amount is shown
    When the clerk presses Shift+Return
    And types "45000" and Enter
    Then nothing is marked wrong
    And the patient pays 14,212.00

  Scenario: Full-width digits, separators and the Chinese full stop
    When the clerk types an inpatient stay at level 2 from 3-1 to 2026-03-10
    And chooses an ordinary patient
    And types "５２，０００。００" and Enter
    And types "48,000" and Enter
    And types "1200" and Enter
    Then the patient pays 16,592.00

  Scenario: Enter never posts, however often it is pressed
    Given the clerk types an inpatient stay at level 2 from 0301 to 0310
    And chooses an ordinary patient
    And types a bill of 52000, of which 48000 is eligible and 1200 is paid first for Category B
    When the clerk presses Return 30 times
    Then the ledger holds no entries
    When the clerk asks to save
    And presses Return 5 times
    And presses Enter 5 times
    Then the window asks whether it is to be posted
    And the ledger holds no entries

  Scenario: A key held down posts once
    Given the clerk types an inpatient stay at level 2 from 0301 to 0310
    And chooses an ordinary patient
    And types a bill of 52000, of which 48000 is eligible and 1200 is paid first for Category B
    When the clerk holds F12 down
    And holds y down
    And holds F12 down
    And holds y down
    Then the ledger holds one entry
    And the window says "已入账 第 1 号"

  Scenario: F12 twice does not post twice
    Given the clerk types an inpatient stay at level 2 from 0301 to 0310
    And chooses an ordinary patient
    And types a bill of 52000, of which 48000 is eligible and 1200 is paid first for Category B
    When the clerk presses F12 F12
    And answers Y
    And presses F12
    And answers Y
    Then the ledger holds one entry

  Scenario: No means no
    Given the clerk types an inpatient stay at level 2 from 0301 to 0310
    And chooses an ordinary patient
    And types a bill of 52000, of which 48000 is eligible and 1200 is paid first for Category B
    When the clerk asks to save
    And answers N
    Then no question stands
    And the ledger holds no entries
    And the patient pays 16,592.00

  Scenario: A shortcut that holds an answer's letter answers nothing
    Given the clerk types an inpatient stay at level 2 from 0301 to 0310
    And chooses an ordinary patient
    And types a bill of 52000, of which 48000 is eligible and 1200 is paid first for Category B
    When the clerk asks to save
    And presses Ctrl+Y
    And a moment passes
    And presses Alt+Y
    And a moment passes
    Then the window asks whether it is to be posted
    And the ledger holds no entries

  Scenario: Esc loses nothing
    Given the clerk types an inpatient stay at level 2 from 0301 to 0310
    And chooses an ordinary patient
    And types a bill of 52000, of which 48000 is eligible and 1200 is paid first for Category B
    When the clerk opens the rarer cells
    And goes back
    And asks to save
    And presses Esc 6 times
    Then the patient pays 16,592.00
    And the cell name holds "张建国"

  Scenario: A visit without a name is not posted
    Given the clerk presses F2
    And types "220113196004080016" and Enter
    And presses Return
    And types an inpatient stay at level 2 from 0301 to 0310
    And chooses an ordinary patient
    And types a bill of 52000, of which 48000 is eligible and 1200 is paid first for Category B
    When the clerk asks to save
    Then the window says "入账前请填写姓名。"
    And the cursor stands in name
    And the ledger holds no entries

  Scenario: Shift and Enter goes back and a correction follows at once
    Given the clerk types an inpatient stay at level 2 from 0301 to 0310
    And chooses an ordinary patient
    And types a bill of 52000, of which 4800 is eligible
    When the clerk presses Shift+Return
    And types "48000" and Enter
    And types "1200" and Enter
    Then the patient pays 16,592.00

  Scenario: An identifier whose check digit is wrong is told and still taken
    When the clerk presses F2
    And types "220113196004080017" and Enter
    Then the window says "请对照证件核对"
    And the cursor stands in name
