"""The ledger: entries that are only ever added, and each patient's year as what they come to.

An entry is posted, an opening or a reversal. A year's totals are a fold over the entries of a patient and
year, in order of number:

* an opening sets the totals to what the insurer's platform states; what was posted before it stays on
  record and no longer counts;
* a posted entry adds its own change, its totals after less its totals before, as recorded;
* an entry that was reversed does not count, as if it had never been: nothing is ever negated. Later entries
  keep the amounts that they were posted with (they were paid so). Which of them would be split otherwise on
  the corrected totals is told, for a person to decide.

So a reversed opening lets the entries before it count again, and reversing what was posted before an opening
moves no total: the totals stand on the opening.

The totals are also kept ready in a table; verifying proves it equal to the fold. Names and identifiers stand
in tables of their own: an entry knows a patient by a random key.
"""
