"""Plain SQL of the directory, one file per resource with its statements beside."""
