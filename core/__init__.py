"""The calculator: rules, policy, settlement, ledger and console. It never imports the window."""

VERSION = "0.1.0"
