"""Rows of consent. Every function takes a transaction, and a transaction is opened only with a principal's scope."""
