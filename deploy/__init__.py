"""Runs Lotsennetz: the command `lotse`, the local runner, provisioning, the demonstration."""
