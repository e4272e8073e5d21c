"""Several ledgers of one hospital: entries that travel by a stick, and what they come to together."""
