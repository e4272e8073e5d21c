"""The manual and the made-up patients for practice."""
