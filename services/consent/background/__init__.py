"""What consent does without being asked."""
