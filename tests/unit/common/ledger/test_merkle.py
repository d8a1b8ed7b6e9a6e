import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.common.ledger.merkle import (
    Frontier,
    consistency_proof,
    consistency_ranges,
    inclusion_proof,
    inclusion_ranges,
    node_hash,
    pieces_of,
    root_of,
    root_of_pieces,
    verify_consistency,
    verify_inclusion,
)
from tests.unit.common.ledger.slow_model import path, proof, tree_hash

# Entries and roots of the reference test of Certificate Transparency (RFC 6962 implementations share them).
ENTRIES = [bytes.fromhex(text) for text in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
)]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]

LEAVES = [hashlib.sha256(b"\x00" + entry).digest() for entry in ENTRIES]
hashes = st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=70)


def test_empty_tree_has_the_root_of_the_standard() -> None:
    assert Frontier().root() == hashlib.sha256(b"").digest()


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_those_of_certificate_transparency(size: int) -> None:
    assert root_of(LEAVES[:size]).hex() == ROOTS[size - 1]


@given(hashes)
def test_frontier_knows_the_root_after_every_leaf(leaves: list[bytes]) -> None:
    frontier = Frontier()
    for size, leaf in enumerate(leaves, start=1):
        frontier.append(leaf)
        assert (frontier.size, frontier.root()) == (size, tree_hash(leaves[:size]))


@given(hashes, st.data())
def test_inclusion_proof_is_that_of_the_standard_and_holds(leaves: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    proof = inclusion_proof(leaves, index)
    assert proof == path(index, leaves)
    assert verify_inclusion(leaves[index], index, len(leaves), proof, tree_hash(leaves))


@given(hashes, st.data())
def test_inclusion_proof_holds_for_nothing_else(leaves: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    proof, root = inclusion_proof(leaves, index), tree_hash(leaves)
    other = hashlib.sha256(leaves[index]).digest()
    assert not verify_inclusion(other, index, len(leaves), proof, root)
    assert not verify_inclusion(leaves[index], index, len(leaves), [*proof, other], root)
    assert not verify_inclusion(leaves[index], len(leaves), len(leaves), proof, root)
    if proof:
        assert not verify_inclusion(leaves[index], index, len(leaves), proof[:-1], root)


@settings(max_examples=60)
@given(hashes, st.data())
def test_consistency_proof_holds_for_the_old_root_only(leaves: list[bytes], data: st.DataObject) -> None:
    old_size = data.draw(st.integers(1, len(leaves)))
    steps = consistency_proof(leaves, old_size)
    assert steps == proof(old_size, leaves)
    old, new = tree_hash(leaves[:old_size]), tree_hash(leaves)
    other = hashlib.sha256(old).digest()
    assert verify_consistency(old_size, len(leaves), steps, old, new)
    assert not verify_consistency(old_size, len(leaves), steps, other, new)
    assert not verify_consistency(old_size, len(leaves), steps, old, other)
    assert not verify_consistency(old_size, len(leaves), [*steps, other], old, new)


def test_proofs_are_those_of_the_example_in_the_rfc() -> None:
    # RFC 6962, 2.1.3: seven leaves, nodes named as in its figure.
    a, b, c, d, e, f, j = LEAVES[:7]
    g, h, i, k = node_hash(a, b), node_hash(c, d), node_hash(e, f), node_hash(node_hash(a, b), node_hash(c, d))
    right = node_hash(i, j)
    assert root_of(LEAVES[:7]) == node_hash(k, right)
    assert inclusion_proof(LEAVES[:7], 0) == [b, h, right]
    assert inclusion_proof(LEAVES[:7], 3) == [c, g, right]
    assert inclusion_proof(LEAVES[:7], 4) == [f, j, k]
    assert inclusion_proof(LEAVES[:7], 6) == [i, k]
    assert consistency_proof(LEAVES[:7], 3) == [c, d, g, right]
    assert consistency_proof(LEAVES[:7], 4) == [right]
    assert consistency_proof(LEAVES[:7], 6) == [i, j, k]


@settings(max_examples=10, deadline=None)
@given(st.integers(1, 3000) | st.integers(65_000, 67_000), st.data())
def test_ranges_are_made_of_few_stored_nodes_that_lead_to_the_same_roots(size: int, data: st.DataObject) -> None:
    leaves = [hashlib.sha256(number.to_bytes(4)).digest() for number in range(size)]
    stored = {(node.level, node.position): node.hash for node in Frontier().extend(leaves)}
    stored |= {(0, position): leaf for position, leaf in enumerate(leaves)}
    for ranges in (
        inclusion_ranges(data.draw(st.integers(0, size - 1)), size),
        consistency_ranges(data.draw(st.integers(1, size)), size),
    ):
        pieces = [list(pieces_of(begin, end)) for begin, end in ranges]
        assert sum(map(len, pieces)) <= 2 * 3 * 255
        for (begin, end), of_range in zip(ranges, pieces, strict=True):
            assert root_of_pieces((piece[0], stored[piece]) for piece in of_range) == root_of(leaves[begin:end])


def test_proofs_of_what_does_not_exist_are_refused() -> None:
    with pytest.raises(ValueError, match="no leaf"):
        inclusion_proof(LEAVES, 8)
    with pytest.raises(ValueError, match="old tree"):
        consistency_proof(LEAVES, 9)
