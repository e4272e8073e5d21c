Feature: A desk in real use
  Its ledger is encrypted; who works there signs in; backups are made and can be gone back to.

  Scenario: From the first start to a desk in use
    Given a desk that is started for the first time
    Then the window says "只供练习"
    When the clerk opens the set-up
    Then the page is "启用本机"
    When the clerk types "县医院" and Enter
    And types "4"
    And types "孙主任" and Enter
    And types "a-long-passphrase" and Enter
    And types "a-long-passphrase" and Enter
    And types "2"
    And asks to save
    Then the page is "恢复码"
    When the clerk presses Esc F2 Return
    Then the page is "恢复码"
    When the clerk types the last four letters of the recovery code
    Then the page is the counter
    And the window does not say "只供练习"
    And the window says "操作员 孙*"

  Scenario: Two different PINs are refused under their cell
    Given a desk that is started for the first time
    When the clerk opens the set-up
    And types "县医院" and Enter
    And types "4"
    And types "孙主任" and Enter
    And types "a-long-passphrase" and Enter
    And types "a-lung-passphrase" and Enter
    And asks to save
    Then under the cell stands "两次输入的口令不一样，请重新输入。"
    And the page is "启用本机"

  Scenario: A stay in a desk in use
    Given a desk in use in Changchun, whose figures are those of the made-up region
    Then the window does not say "演示数据"
    When the clerk begins with 张建国
    And types an inpatient stay at level 2 from 0301 to 0310
    And chooses an ordinary patient
    And types a bill of 52000, of which 48000 is eligible and 1200 is paid first for Category B
    Then the patient pays 16,592.00
    When the clerk posts it
    Then the ledger holds one entry
    And entry 1 says that the patient pays 16592.00

  Scenario: A wrong PIN opens nothing, the right one brings the form back
    Given a desk in use in Changchun, whose figures are those of the made-up region
    And the clerk begins with 张建国
    And types an inpatient stay at level 2 from 0301 to 0310
    When the clerk closes the window and opens it again
    Then the page is "登录"
    And the window does not say "张建国"
    When the clerk gives a wrong PIN
    Then under the cell stands "操作员或口令不对。连续错 5 次以后要等一会儿才能再试，越错等得越久。"
    And the page is "登录"
    When the clerk gives the PIN
    Then the page is the counter
    And the cell name holds "张建国"

  Scenario: A locked desk shows nobody, and nothing typed is lost
    Given a desk in use in Changchun, whose figures are those of the made-up region
    And the clerk begins with 张建国
    And types an inpatient stay at level 2 from 0301 to 0310
    And chooses an ordinary patient
    And types a bill of 52000, of which 48000 is eligible and 1200 is paid first for Category B
    When the clerk presses Ctrl+L
    Then the page is "登录"
    And the window does not say "张建国"
    And the window does not say "16,592"
    When the clerk presses F2 F3 F9 Esc F12
    Then the page is "登录"
    When the clerk gives the PIN
    Then the patient pays 16,592.00

  Scenario: Going back to a backup says first what is lost
    Given a desk in use in Changchun, whose figures are those of the made-up region
    And the clerk has posted 张建国's stay at level 2 from 0301 to 0305, a bill of 12000, all of it eligible
    And opens the backups
    And presses Shift+F12
    And waits until the backup is made
    And goes back
    And has posted 张建国's stay at level 2 from 0401 to 0410, a bill of 15000, all of it eligible
    When the clerk opens the backups
    And presses F6
    Then the page is "从备份恢复"
    When the clerk gives the PIN
    And asks to save
    Then the window says "其中 1 笔不在备份里"
    And the ledger holds two entries
    When the clerk answers Y
    Then the page is "登录"
    When the clerk gives the PIN
    Then the ledger holds one entry

  Scenario: The day's end counts what was posted, and prints it
    Given a desk of the made-up region
    And the clerk has posted 张建国's stay at level 2 from 0301 to 0305, a bill of 12000, all of it eligible
    When the clerk opens the day's end
    Then the page is "日结"
    When the clerk prints
    Then one sheet lies in the folder
    When the clerk goes back
    Then the page is the counter
