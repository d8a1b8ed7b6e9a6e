"""The directory: finds the partner. See README.md beside."""
