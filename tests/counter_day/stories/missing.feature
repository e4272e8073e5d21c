Feature: Figures that nobody has given
  A figure that no document and no region gives is named, never zero, and nothing incomplete is posted.

  Scenario: An incomplete region names its cells
    Given a desk in Changchun, whose figures nobody has entered yet
    And the clerk begins with 张建国
    And types an inpatient stay at level 2 from 0301 to 0310
    And chooses an ordinary patient
    When the clerk types a bill of 52000, of which 48000 is eligible and 1200 is paid first for Category B
    Then no amount is shown
    And the window says "缺 2 项，无法算出"
    And the window says "二级住院起付线"
    When the clerk asks to save
    Then the window says "不能入账"
    And no question stands

  Scenario: The region's figures are entered in the window and settle the patient who waits
    # 400 and 10 000 are the made-up region's figures too: the same 16592
    Given a desk in Changchun, whose figures nobody has entered yet
    And the clerk begins with 张建国
    And types an inpatient stay at level 2 from 0301 to 0310
    And chooses an ordinary patient
    And types a bill of 52000, of which 48000 is eligible and 1200 is paid first for Category B
    When the clerk opens the settings
    And presses Return Return
    And types "20260101" and Enter
    And types "长医保3号" and Enter
    And types "王芳" and Enter
    And types "李明"
    And presses PgDn Return Return
    And types "400、300"
    And presses PgDn PgDn PgDn PgDn Return
    And types "10,000"
    And asks to save
    Then nothing is marked wrong
    And the window says "已保存"
    When the clerk goes back
    Then the patient pays 16,592.00

  Scenario: A major disease is paid by case, under a document that is not on file
    Given a desk of the made-up region
    And the clerk begins with 张建国
    And types an inpatient stay at level 2 from 0301 to 0310
    And chooses an ordinary patient
    And types a bill of 20000, all of it eligible
    When the clerk opens the rarer cells
    And presses Return Return
    And types "1"
    Then no amount is shown
    And the window says "缺 1 项，无法算出"

  Scenario: Where the platform has settled the basic part its result is taken
    # burden 20000 - 9000 = 11000, 1000 x 60 % = 600; 20000 - 9000 - 600 = 10400
    Given a desk of the made-up region
    And the clerk begins with 张建国
    And types an inpatient stay at level 2 from 0301 to 0310
    And chooses an ordinary patient
    And types a bill of 20000, all of it eligible
    When the clerk opens the rarer cells
    And presses Return Return
    And types "0"
    And types "9000" and Enter
    And types "400" and Enter
    Then the patient pays 10,400.00
