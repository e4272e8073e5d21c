"""Printers and card readers."""
