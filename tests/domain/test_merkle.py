"""Roots and proofs as of RFC 9162, and that no change of a tree goes unseen."""

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from identity.domain import merkle
from identity.domain.merkle import PART, Inclusion, leaf_hash, node_hash, parts, path, path_by_parts, root

leaves = st.lists(st.binary(max_size=4).map(leaf_hash), min_size=1, max_size=40)
LONG = [leaf_hash(number.to_bytes(4)) for number in range(2 * PART + 77)]


def test_known_roots() -> None:
    """Of certificate-transparency-go's reference data (RFC 6962, section 2.1.3)."""
    entries = [b"", b"\x00", b"\x10", bytes.fromhex("2021")]
    hashes = [leaf_hash(entry) for entry in entries]
    assert root([]).hex() == hashlib.sha256().hexdigest()
    assert root(hashes[:1]).hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert root(hashes[:2]).hex() == "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"
    assert root(hashes[:3]).hex() == "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"
    assert root(hashes).hex() == "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"


def test_a_node_is_no_leaf() -> None:
    left, right = leaf_hash(b"a"), leaf_hash(b"b")
    assert leaf_hash(left + right) != node_hash(left, right)


@given(leaves, st.data())
def test_each_leaf_is_proved(tree: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(tree) - 1))
    assert Inclusion(index, len(tree), path(index, tree)).leads_to(root(tree), tree[index])


@pytest.mark.parametrize("size", [1, PART - 1, PART, PART + 1, 2 * PART, 2 * PART + 77])
def test_parts_give_the_same_tree(size: int) -> None:
    tree = LONG[:size]
    assert root(parts(tree)) == root(tree)
    for index in {0, size // 2, size - 1, min(size - 1, PART)}:
        start = index - index % PART
        assert path_by_parts(index, tree[start : start + PART], parts(tree)) == path(index, tree)


@settings(max_examples=200)
@given(st.lists(st.binary(max_size=4), min_size=1, max_size=30, unique=True), st.data())
def test_a_changed_removed_added_or_moved_leaf_changes_the_root(
    entries: list[bytes], data: st.DataObject
) -> None:
    before = [leaf_hash(entry) for entry in entries]
    index = data.draw(st.integers(0, len(before) - 1))
    other = data.draw(st.integers(0, len(before) - 1))
    changed = [*before[:index], leaf_hash(b"never"), *before[index + 1 :]]
    removed = [*before[:index], *before[index + 1 :]]
    added = [*before[:index], leaf_hash(b"never"), *before[index:]]
    moved = list(before)
    moved[index], moved[other] = moved[other], moved[index]
    for after in (changed, removed, added, *([moved] if index != other else [])):
        assert root(after) != root(before)
        for place, leaf in enumerate(before):
            if place < len(after) and after[place] != leaf:
                proof = Inclusion(place, len(after), path(place, after))
                assert not proof.leads_to(root(after), leaf)


@given(leaves, st.data())
def test_a_forged_proof_leads_nowhere(tree: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(tree) - 1))
    other = data.draw(st.integers(-1, len(tree) + 1).filter(lambda place: place != index))
    honest = path(index, tree)
    top, leaf = root(tree), tree[index]
    if not 0 <= other < len(tree) or tree[other] != leaf:
        assert not Inclusion(other, len(tree), honest).leads_to(top, leaf)
    assert not Inclusion(index, len(tree), [*honest, leaf]).leads_to(top, leaf)
    for cut in range(len(honest)):
        assert not Inclusion(index, len(tree), honest[:cut]).leads_to(top, leaf)
        torn = [*honest[:cut], merkle.leaf_hash(b"never"), *honest[cut + 1 :]]
        assert not Inclusion(index, len(tree), torn).leads_to(top, leaf)


def test_no_such_leaf() -> None:
    with pytest.raises(IndexError):
        path(3, LONG[:3])
