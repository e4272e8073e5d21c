"""A fund's year in the window: what is asked of it, its tables, its charts."""
