"""Fixtures that every test may ask for."""

pytest_plugins = ["tests.support.postgres", "tests.support.server", "tests.support.constellation"]
