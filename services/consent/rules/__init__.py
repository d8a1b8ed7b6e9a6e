"""What consent decides, as pure functions of the standard library."""
