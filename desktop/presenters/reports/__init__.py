"""Pages of the office's reports."""
