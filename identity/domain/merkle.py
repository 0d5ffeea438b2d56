"""Merkle trees as of Certificate Transparency (RFC 9162, section 2.1): SHA-256, with prefixes that keep a
leaf from being taken for a node.

Large trees are cut into aligned parts of `PART` leaves. A part's hash is a node of the whole tree, so a proof
needs one part's leaves and the hashes of the parts, never all leaves.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

PART: Final = 1024
"""A power of two: parts of any other size would not be nodes of the tree."""


def leaf_hash(entry: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """Return the root over leaf hashes; of none it is SHA-256 of nothing."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    cut = _cut(len(leaves))
    return node_hash(root(leaves[:cut]), root(leaves[cut:]))


def path(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """Return what a leaf needs beside it to reach the root, from below. Raises IndexError."""
    if not 0 <= index < len(leaves):
        raise IndexError(index)
    if len(leaves) == 1:
        return []
    cut = _cut(len(leaves))
    if index < cut:
        return [*path(index, leaves[:cut]), root(leaves[cut:])]
    return [*path(index - cut, leaves[cut:]), root(leaves[:cut])]


def parts(leaves: Sequence[bytes]) -> list[bytes]:
    """Return the roots of the parts: the whole tree's root is `root` of them."""
    return [root(leaves[start : start + PART]) for start in range(0, len(leaves), PART)]


def path_by_parts(index: int, part: Sequence[bytes], hashes: Sequence[bytes]) -> list[bytes]:
    """Return the same as `path`, of the leaves of the index's own part and the roots of all parts."""
    return [*path(index % PART, part), *path(index // PART, hashes)]


@dataclass(frozen=True, slots=True)
class Inclusion:
    """That a leaf stands at `index` of a tree of `size` leaves."""

    index: int
    size: int
    path: Sequence[bytes]

    def leads_to(self, expected: bytes, leaf: bytes) -> bool:
        """Verify (RFC 9162, section 2.1.3.2)."""
        if not 0 <= self.index < self.size:
            return False
        index, last, here = self.index, self.size - 1, leaf
        for hash_ in self.path:
            if last == 0:
                return False
            if index & 1 or index == last:
                here = node_hash(hash_, here)
                while not index & 1 and index:
                    index, last = index >> 1, last >> 1
            else:
                here = node_hash(here, hash_)
            index, last = index >> 1, last >> 1
        return last == 0 and here == expected


def _cut(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1
