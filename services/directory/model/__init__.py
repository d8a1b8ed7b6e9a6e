"""What the directory speaks about, as frozen values; no I/O, no proto."""
