"""The window as it is laid out and painted: `render(state)` in, signals out."""
