"""This desk in real use: its ledger, its backups, its files."""
