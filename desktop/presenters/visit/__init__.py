"""Pages about one patient or one entry, beside the counter."""
