Feature: Paper
  Before posting it is an estimate and says so; after it is an entry with its number.

  Background:
    Given a desk of the made-up region
    And the clerk begins with 张建国
    And types an inpatient stay at level 2 from 0301 to 0310
    And chooses an ordinary patient
    And types a bill of 52000, of which 48000 is eligible and 1200 is paid first for Category B

  Scenario: An estimate without a printer is saved, and the window says where
    When the clerk prints
    Then one sheet lies in the folder
    And the window says "没有打印机，已存成"
    And the last sheet says "16,592.00"
    And the last sheet says "未入账"
    And the last sheet says "220*************16"
    And the ledger holds no entries

  Scenario: An entry is printed with its number
    When the clerk posts it
    And prints
    Then the last sheet says "第 1 号"
    And the last sheet does not say "未入账"

  Scenario: Nothing typed, nothing to print
    When the clerk presses F2
    And prints
    Then no sheets lie in the folder
    And the window says "没有可打印的内容"

  Scenario: A folder that cannot be written is said in words
    Given something stands where the papers' folder should be
    When the clerk prints
    Then the window says "写不了"
    And the patient pays 16,592.00

  Scenario: A printer out of paper is said in words, and the entry stays posted
    Given a printer without paper
    When the clerk posts it
    And prints
    Then the window says "打印机 窗口打印机 缺纸。请装纸。 已另存为"
    And one sheet lies in the folder
    And the last sheet says "第 1 号"
    And the ledger holds one entry

  Scenario: A second print of an entry says that it is one
    When the clerk posts it
    And prints
    Then the last sheet does not say "补打"
    When the clerk prints
    Then the last sheet says "补打（第 2 份）"

  Scenario: An entry of last week is printed again from the history
    Given the clerk posts it
    And prints
    And presses F2
    When the clerk opens the history of 张建国
    And prints
    Then the last sheet says "补打（第 2 份）"
    And the last sheet says "16,592.00"

  Scenario: The sheet is looked at before it is printed, on the small paper too
    When the clerk presses Shift+F9
    Then the page is "打印设置和预览"
    When the clerk presses Right
    And asks to save
    Then the window says "已记住，以后都这样打印。"
    When the clerk goes back
    Then the page is the counter
    And the patient pays 16,592.00

  Scenario: Clauses and comparison are looked at and left again
    When the clerk opens the clauses
    Then the window says "吉医保联〔2019〕21号 附件3"
    When the clerk goes back
    And opens the comparison
    Then the page is "换一种情况会怎样"
    When the clerk goes back
    Then the page is the counter
    And the patient pays 16,592.00
