"""Reading a table in a process of its own, with a bound on memory and time.

`book` starts the process and collects what it sends; `process` is its other end. Between them goes one JSON
value a line: a sheet's name, then its rows, and at the very end either that it is whole or why it is not.
"""
