"""Printers and card readers, and the sheets that this desk prints."""
