"""What the window decides, in plain Python: texts typed in, whole frozen states out."""
