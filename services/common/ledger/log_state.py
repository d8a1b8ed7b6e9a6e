"""How far a log has come, kept in memory by whoever reads or extends it."""

import hashlib
from dataclasses import dataclass, field
from typing import Self

from services.common.ledger.merkle import Frontier

CHAIN_START = bytes(32)


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
        self.frontier.append(leaf)
        self.chain = chained(self.chain, leaf)
        return self.chain

    def copy(self) -> Self:
        """A state that goes on apart from this one."""
        return type(self)(self.frontier.copy(), self.chain)
