"""Functions that open a page, one file for each family of pages."""
