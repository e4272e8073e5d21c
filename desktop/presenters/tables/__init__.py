"""The page of tables: a table of claims in, the same with its results out."""
