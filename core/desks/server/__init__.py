"""A PostgreSQL shared by the desks of a hospital: the same entries as on a stick, a row each."""
