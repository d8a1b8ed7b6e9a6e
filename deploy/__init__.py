"""Runs Lotsennetz: the command `lotse`, the local runner, provisioning, the demonstration."""

import os

# The runner starts processes while gRPC is in use; its handlers for forks would only complain about that.
os.environ.setdefault("GRPC_ENABLE_FORK_SUPPORT", "0")
