"""The Merkle tree of RFC 6962 over leaf hashes: a frontier that grows leaf by leaf, proofs, and their checks.

A proof is a list of roots over ranges of leaves. Which ranges is arithmetic on positions alone; whoever has all leaves
hashes them, whoever has a database reads the nodes that are stored of them (`pieces_of`).
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Self

EMPTY_ROOT = hashlib.sha256(b"").digest()
STORED_EACH = 8
"""Every eighth level of the tree is stored: one node for 256 leaves, one for 65,536, and so on."""

_Range = tuple[int, int]
"""Leaves from the first position up to, and without, the second."""


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node; the prefix keeps it from ever being a leaf's."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Node(NamedTuple):
    """Root of a complete subtree: over 2^level leaves, the `position`-th of that size. Level 0 is a leaf."""

    level: int
    position: int
    hash: bytes


@dataclass(slots=True)
class Frontier:
    """Roots of the complete subtrees of a log, largest first: enough to append and to know the root; 64 at most.

    Appending costs two hashes on average, whatever the size of the log.
    """

    size: int = 0
    peaks: list[bytes] = field(default_factory=list)

    def append(self, leaf: bytes) -> None:
        """Takes the hash of the next leaf."""
        self.extend((leaf,))

    def extend(self, leaves: Iterable[bytes]) -> list[Node]:
        """Takes the hashes of the next leaves; gives the nodes to be stored that became complete, level by level."""
        sha256 = hashlib.sha256
        nodes, level, position = list(leaves), 0, self.size
        self.size += len(nodes)
        peaks, completed = [], []
        while nodes:  # a whole level at a time, a quarter faster than leaf by leaf
            if position & 1:
                nodes.insert(0, self.peaks.pop())
            if len(nodes) & 1:
                peaks.append(nodes.pop())
            nodes = [
                sha256(b"\x01" + left + right).digest() for left, right in zip(nodes[::2], nodes[1::2], strict=True)
            ]
            level, position = level + 1, position >> 1
            if level % STORED_EACH == 0:
                completed += [Node(level, place, node) for place, node in enumerate(nodes, start=position)]
        self.peaks += reversed(peaks)
        return completed

    def root(self) -> bytes:
        """Root over all leaves taken so far."""
        return _folded(self.peaks)

    def copy(self) -> Self:
        """A frontier that grows apart from this one."""
        return type(self)(self.size, list(self.peaks))


def root_of(leaves: Sequence[bytes]) -> bytes:
    """Root over these leaf hashes."""
    frontier = Frontier()
    frontier.extend(leaves)
    return frontier.root()


def root_of_pieces(pieces: Iterable[tuple[int, bytes]]) -> bytes:
    """Root over a range, from the levels and hashes of its pieces in the order of `pieces_of`."""
    levels: list[int] = []
    peaks: list[bytes] = []
    for level, piece in pieces:
        top, node = level, piece
        while levels and levels[-1] == top:
            levels.pop()
            node = node_hash(peaks.pop(), node)
            top += 1
        levels.append(top)
        peaks.append(node)
    return _folded(peaks)


def pieces_of(begin: int, end: int) -> Iterator[tuple[int, int]]:
    """Level and position of the stored nodes, and at the end leaves, of which the root over a range is made.

    For ranges of a proof, which begin at a multiple of the largest subtree in them. At most 255 of each stored level.
    """
    level = (end - begin).bit_length() // STORED_EACH * STORED_EACH
    while begin < end:
        while level and (end - begin) >> level == 0:
            level -= STORED_EACH
        yield from ((level, position) for position in range(begin >> level, end >> level))
        begin = end >> level << level


def inclusion_ranges(index: int, size: int) -> list[_Range]:
    """Ranges whose roots are the audit path of a leaf in a tree of this size (RFC 6962, 2.1.1)."""
    if not 0 <= index < size:
        raise ValueError("There is no leaf at this index.")
    begin, end = 0, size
    ranges: list[_Range] = []
    while end - begin > 1:
        split = begin + _split(end - begin)
        if index < split:
            ranges.append((split, end))
            end = split
        else:
            ranges.append((begin, split))
            begin = split
    return ranges[::-1]


def consistency_ranges(old_size: int, size: int) -> list[_Range]:
    """Ranges whose roots show a tree to continue its first `old_size` leaves (RFC 6962, 2.1.2)."""
    if not 0 < old_size <= size:
        raise ValueError("The old tree must have at least one leaf and no more than the new one.")
    begin, end = 0, size
    ranges: list[_Range] = []
    while end != old_size:
        split = begin + _split(end - begin)
        if old_size <= split:
            ranges.append((split, end))
            end = split
        else:
            ranges.append((begin, split))
            begin = split
    if begin:  # otherwise it is the old tree itself, whose root the reader has
        ranges.append((begin, end))
    return ranges[::-1]


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Audit path that shows the leaf at `index` to be in the tree over these leaves."""
    return [root_of(leaves[begin:end]) for begin, end in inclusion_ranges(index, len(leaves))]


def consistency_proof(leaves: Sequence[bytes], old_size: int) -> list[bytes]:
    """Shows the tree over these leaves to continue the tree over the first `old_size` of them."""
    return [root_of(leaves[begin:end]) for begin, end in consistency_ranges(old_size, len(leaves))]


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the proof leads from this leaf at this index to the root of a tree of this size (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    position, last, node = index, size - 1, leaf
    for step in proof:
        if last == 0:
            return False
        if position & 1 or position == last:
            node = node_hash(step, node)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            node = node_hash(node, step)
        position, last = position >> 1, last >> 1
    return last == 0 and node == root


def verify_consistency(old_size: int, new_size: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> bool:
    """Whether the proof shows the new tree to continue the old one (RFC 9162, 2.1.4.2)."""
    if not 0 < old_size <= new_size:
        return False
    if old_size == new_size:
        return not proof and old_root == new_root
    steps = list(proof)
    if old_size & (old_size - 1) == 0:
        steps.insert(0, old_root)
    if not steps:
        return False
    position, last = old_size - 1, new_size - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    old = new = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if position & 1 or position == last:
            old, new = node_hash(step, old), node_hash(step, new)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            new = node_hash(new, step)
        position, last = position >> 1, last >> 1
    return last == 0 and old == old_root and new == new_root


def _folded(peaks: Sequence[bytes]) -> bytes:
    """Root over complete subtrees, largest first."""
    if not peaks:
        return EMPTY_ROOT
    node = peaks[-1]
    for peak in reversed(peaks[:-1]):
        node = node_hash(peak, node)
    return node


def _split(size: int) -> int:
    """Largest power of two below the size."""
    return 1 << ((size - 1).bit_length() - 1)
