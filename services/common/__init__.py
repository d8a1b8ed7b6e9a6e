"""The kit of the services; knows no word of the domain."""

import os

# What the gRPC core prints by itself (above all handshakes that failed) is no JSON and names addresses.
os.environ.setdefault("GRPC_VERBOSITY", "NONE")
