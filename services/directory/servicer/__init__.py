"""gRPC in and out: reads the principal, calls finder, stores and importer, converts; one file per service."""
