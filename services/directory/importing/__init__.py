"""Reads foreign directories, row by row: nothing half, nothing lost, every refusal with a reason."""
