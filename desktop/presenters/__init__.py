"""The decisions of the window, in plain Python: texts typed in, whole frozen states out."""
