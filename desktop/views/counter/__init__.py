"""The counter, laid out and painted."""
