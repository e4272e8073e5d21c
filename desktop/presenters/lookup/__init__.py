"""Pages that look into the ledger."""
