"""The fund's office: the rules of one patient on every row of a year (needs the extra ``model``)."""
