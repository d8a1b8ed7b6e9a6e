"""Rows of both databases; every statement runs in the scope of a principal."""
