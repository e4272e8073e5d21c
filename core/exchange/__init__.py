"""The JSON contract with other programs (interface, sections 1 and 2)."""
