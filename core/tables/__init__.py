"""Claims tables: spreadsheets in, the same with their results out (interface, section 4).

Nothing is imported here: the process that reads a file loads `core.tables.reading` and little else.
"""
