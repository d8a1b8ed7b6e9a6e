"""The peers: the same stack with nothing of ours in it, each a process that says with a line when it serves."""
