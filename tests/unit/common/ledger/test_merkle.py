import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.common.ledger.merkle import (
    Frontier,
    consistency_proof,
    inclusion_proof,
    root_of,
    verify_consistency,
    verify_inclusion,
)
from tests.unit.common.ledger.slow_model import path, tree_hash

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
    proof = consistency_proof(leaves, old_size)
    old, new = tree_hash(leaves[:old_size]), tree_hash(leaves)
    other = hashlib.sha256(old).digest()
    assert verify_consistency(old_size, len(leaves), proof, old, new)
    assert not verify_consistency(old_size, len(leaves), proof, other, new)
    assert not verify_consistency(old_size, len(leaves), proof, old, other)


def test_proofs_of_what_does_not_exist_are_refused() -> None:
    with pytest.raises(ValueError, match="no leaf"):
        inclusion_proof(LEAVES, 8)
    with pytest.raises(ValueError, match="old tree"):
        consistency_proof(LEAVES, 9)
