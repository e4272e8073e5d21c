"""Long work for the window, done by a process of its own: tables of claims, results held against ours.

The window stays quick meanwhile, and whatever is stopped leaves nothing behind.
"""
