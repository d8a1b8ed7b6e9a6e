"""Publishing the directory: what is asked for, in terms of the index, and copies of the whole."""
