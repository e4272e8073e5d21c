"""The pages about the insurer: its results beside ours, a difference, a month's account."""
