"""Every other page, laid out and painted."""
