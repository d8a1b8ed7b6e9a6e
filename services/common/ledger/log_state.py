"""How far a log has come, kept in memory by whoever reads or extends it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Self

from services.common.ledger.merkle import Frontier, Node

CHAIN_START = bytes(32)


class LedgerBrokenError(Exception):
    """The stored log is not the one that was signed; signing on, or proving by it, would cover that up."""


def chained(chain: bytes, leaf: bytes) -> bytes:
    """Next link of the chain that runs through the entries; locates the first odd one, proves nothing."""
    return hashlib.sha256(chain + leaf).digest()


@dataclass(slots=True)
class LogState:
    """Tree and chain over all leaves so far."""

    frontier: Frontier = field(default_factory=Frontier)
    chain: bytes = CHAIN_START

    @property
    def size(self) -> int:
        """Number of leaves, which is the position of the next."""
        return self.frontier.size

    def append(self, leaf: bytes) -> bytes:
        """Takes the next leaf and gives its link of the chain."""
        return self.extend([leaf])[0][0]

    def extend(self, leaves: Sequence[bytes]) -> tuple[list[bytes], list[Node]]:
        """Takes the next leaves; gives their links of the chain, and the nodes to be stored that became complete."""
        sha256, chain = hashlib.sha256, self.chain
        links = [chain := sha256(chain + leaf).digest() for leaf in leaves]
        self.chain = chain
        return links, self.frontier.extend(leaves)

    def copy(self) -> Self:
        """A state that goes on apart from this one."""
        return type(self)(self.frontier.copy(), self.chain)
