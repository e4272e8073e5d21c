Feature: Undoing an entry
  Nothing is deleted: an entry is undone by another, and what it changes for later ones is shown before.

  Background:
    Given a desk of the made-up region
    And the clerk has posted 张建国's stay at level 2 from 0301 to 0310, a bill of 52000, all of it eligible
    And has posted 张建国's stay at level 2 from 0401 to 0410, a bill of 20000, all of it eligible

  Scenario: What a reversal affects stands on the page before anything is saved
    # without the first stay the second is the year's first: (20000 - 400) x 70 % = 13720, 6280 remain
    When the clerk opens the history
    And presses Down
    And opens the reverse
    Then the page is "冲正第 1 号"
    And a row of the list has "2" and "6,280.00"
    And the ledger holds two entries
    When the clerk types "重复录入"
    And asks to save
    And presses Return
    Then the ledger holds two entries
    When the clerk answers Y
    Then the window says "第 1 号已冲正，冲正记录为第 3 号"
    And the ledger holds three entries
    And entry 3 undoes entry 1, because of 重复录入

  Scenario: A reversal without a reason is refused under the cell
    When the clerk opens the reverse
    And asks to save
    Then under the cell stands "请写冲正原因。"
    And the ledger holds two entries

  Scenario: No keeps the entry
    When the clerk opens the reverse
    And types "看错了"
    And asks to save
    And answers N
    And goes back
    Then the page is the counter
    And the ledger holds two entries

  Scenario: The year counts on without the entry that was undone
    # what remains: 20720 + 22000 x 75 % = 37220; burden 14780, 4780 x 60 % = 2868
    When the clerk opens the reverse
    And types "重复录入"
    And asks to save
    And answers Y
    And goes back
    Then 张建国's year has 1 admission, 37220.00 of basic insurance and 2868.00 of critical illness
    When the clerk begins with 张建国
    And types an inpatient stay at level 2 from 0401 to 0410
    And chooses an ordinary patient
    And types a bill of 20000, all of it eligible
    Then the working has "第 2 次住院"

  Scenario: What is undone cannot be undone again
    Given the clerk opens the reverse
    And types "重复录入"
    And asks to save
    And answers Y
    And goes back
    When the clerk opens the history
    And presses Down
    And opens the reverse
    And types "再来一次"
    And asks to save
    Then no question stands
    And the ledger holds three entries
