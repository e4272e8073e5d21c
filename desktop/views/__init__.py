"""What the window draws: `render(state)` in, signals out."""
