"""The gRPC services of consent: protos in and out, who may touch which object, and the rules in between."""
