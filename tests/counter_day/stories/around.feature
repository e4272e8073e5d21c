Feature: Around the counter
  Languages, help, practice, the menu.

  Scenario: The counter in English
    Given a desk of the made-up region in English
    And the clerk begins with 张建国
    And types an inpatient stay at level 2 from 0301 to 0310
    And chooses an ordinary patient
    When the clerk types a bill of 52000, of which 48000 is eligible and 1200 is paid first for Category B
    Then the patient pays 16,592.00
    And the window says "Patient pays"

  Scenario: Another language in the middle of typing
    Given a desk of the made-up region
    And the clerk begins with 张建国
    And types an inpatient stay at level 2 from 0301 to 0310
    And chooses an ordinary patient
    And types "52000" and Enter
    And types "480"
    When the clerk chooses English in the menu
    Then the cursor stands in eligible
    And the cell eligible holds "480"
    When the clerk types "00" and Enter
    And types "1200" and Enter
    Then the patient pays 16,592.00
    And the window says "Patient pays"
    When the clerk chooses Korean in the menu
    Then the patient pays 16,592.00

  Scenario: Nobody is named as operator, and a stranger practises all the same
    Given a desk where nobody is named as operator
    And the clerk begins with 张建国
    And types an inpatient stay at level 2 from 0301 to 0310
    And chooses an ordinary patient
    And types a bill of 52000, of which 48000 is eligible and 1200 is paid first for Category B
    When the clerk asks to save
    And answers Y
    Then the window says "已入账"
    And the ledger holds 1 entry

  Scenario: Help on a cell, and back to it
    Given a desk of the made-up region
    And the clerk begins with 张建国
    And types an inpatient stay at level 2 from 0301 to 0310
    And chooses an ordinary patient
    And types "52000" and Enter
    When the clerk opens the help
    Then the window says "目录内"
    And the page is "说明"
    When the clerk goes back
    Then the page is the counter
    And the cursor stands in eligible
    And the cell total holds "52,000.00"

  Scenario: Made-up patients to practise on
    Given a desk of the made-up region
    When the clerk chooses the made-up patients in the menu
    Then the page is "练习用的患者"
    And the list has 10 rows, the first with "李春梅"
    When the clerk presses Return
    Then the patient pays 16,592.00
    And the window says "练习：李春梅。应看到个人应付 16,592.00"
    And the ledger holds no entries

  Scenario: The menu is opened, walked and left by keys
    Given a desk of the made-up region
    And the clerk begins with 张建国
    When the clerk presses Alt+M
    And types "1"
    And presses Down Esc Esc
    Then the cursor stands in benefit
    And the cell name holds "张建国"

  Scenario: A reader that types is caught whole
    Given a desk of the made-up region
    When the clerk's reader reads 220113196004080016
    Then the cell id holds "220113196004080016"
    And the cursor stands in name

  Scenario: The made-up region is marked over the whole width
    Given a desk of the made-up region
    Then the window says "只供练习，不能用于真实患者"

  Scenario: A rule packet brings a region's figures
    Given a desk of the made-up region
    And a packet of figures that the desk trusts lies on a stick
    When the clerk chooses the packet in the menu
    Then a row of the list has "普通门诊 · 全年最多支付" and "700.00"
    When the clerk asks to save
    Then the window says "导入 试用局 签发的规则包？"
    When the clerk answers N
    Then the window does not say "已导入"
    When the clerk asks to save
    And answers Y
    Then the window says "已导入"

  Scenario: Dark colours and larger letters in the middle of typing
    Given a desk of the made-up region
    And the clerk begins with 张建国
    And types an inpatient stay at level 2 from 0301 to 0310
    And chooses an ordinary patient
    And types "52000" and Enter
    When the clerk chooses the dark colours in the menu
    And chooses letters of 130% in the menu
    Then the cursor stands in eligible
    When the clerk types "48000" and Enter
    And types "1200" and Enter
    Then the patient pays 16,592.00
    When the clerk closes the window and opens it again
    Then the patient pays 16,592.00

  Scenario: The diagnosis names places and versions, and no patient
    Given a desk of the made-up region
    And the clerk has posted 张建国's stay at level 2 from 0301 to 0305, a bill of 12000, all of it eligible
    When the clerk chooses the diagnosis in the menu
    Then the window says "明账版本"
    And the window says "practice.db"
    And the window does not say "张建国"
    And the window does not say "3,880"
    When the clerk presses Ctrl+Q
    And waits for the ledger's check
    Then the window says "1 笔"
    When the clerk goes back
    Then the page is the counter

  Scenario: The figures around the settlement
    Given a desk of the made-up region
    When the clerk opens the comparison
    And presses F10
    Then the window says "105.00"
    When the clerk goes back
    Then the page is the counter
