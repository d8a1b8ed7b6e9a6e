"""How many examples property tests try: hypothesis's own hundred, unless `--hypothesis-profile` takes one of these."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("mutants", max_examples=10, derandomize=True, database=None)
settings.register_profile("thorough", max_examples=5000)


def times(factor: int) -> settings:
    """So many times the examples of the profile, for a test whose worlds are cheap and many."""
    return settings(max_examples=factor * settings().max_examples, deadline=None)
