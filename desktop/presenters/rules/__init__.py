"""Pages about the rules in force."""
