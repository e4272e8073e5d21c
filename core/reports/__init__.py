"""The office's reports: what the ledger comes to over any period, by forms that are data."""
