"""Starts the whole constellation on one machine and stops it again."""
