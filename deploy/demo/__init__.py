"""What the demo is filled with; all of it is invented."""
