"""The demo directory and the script that writes it."""
