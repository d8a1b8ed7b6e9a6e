"""Between proto and model, one file per gRPC service."""
