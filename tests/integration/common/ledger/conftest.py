"""What was logged, for the tests of this folder."""

from tests.integration.common.ledger.events import log

__all__ = ["log"]
