"""Protos in and out: object access, then rules, then rows."""
