"""What consent knows, as frozen values without I/O."""
