"""The gRPC services and the kit that they share."""
