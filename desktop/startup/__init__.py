"""Needed by a start, in the order of a start."""
