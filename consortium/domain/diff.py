"""What changed between two texts, word by word as Japanese is written, and clause by clause."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final, Literal

Change = Literal["same", "added", "removed", "changed"]
_TOKEN: Final = re.compile(
    r"[0-9０-９]+(?:[.,，．][0-9０-９]+)*"  # numbers, with separators
    r"|[A-Za-zＡ-Ｚａ-ｚ]+"
    r"|[ァ-ヶー･-ﾟ]+"
    r"|[\u3400-\u9fff\uf900-\ufaff々〆\U00020000-\U000323af][\ufe00-\ufe0f\U000e0100-\U000e01ef]?"
    r"|[ぁ-ゖ]+"
    r"|\n|[^\S\n]+"
    r"|.",
    re.DOTALL,
)
"""Kanji one by one (compounds change in part), other scripts in runs: kana are particles and endings."""
SHORTEST_KEPT: Final = 2
"""Fewer characters in common between two changes are read as changed too."""


@dataclass(frozen=True, slots=True)
class Piece:
    change: Literal["same", "added", "removed"]
    text: str


@dataclass(frozen=True, slots=True)
class Clause:
    """A part with a name of its own. Texts of both sides are in `title` and `body`."""

    id: str
    change: Change
    title: tuple[Piece, ...]
    body: tuple[Piece, ...]


def words(text: str) -> list[str]:
    """Joined, they are the text again."""
    return _TOKEN.findall(text)


def compare(old: str, new: str) -> tuple[Piece, ...]:
    """Pieces in reading order; those not added join to `old`, those not removed to `new`."""
    return tuple(_merged(_smoothed(list(_pieces(words(old), words(new))))))


def compare_clauses(
    old: Mapping[str, tuple[str, str]], new: Mapping[str, tuple[str, str]]
) -> tuple[Clause, ...]:
    """id → (title, body). In the order of `new`; what was removed stands where it stood in `old`."""
    return tuple(_clause(key, old.get(key), new.get(key)) for key in _order(list(old), list(new)))


def _clause(key: str, old: tuple[str, str] | None, new: tuple[str, str] | None) -> Clause:
    before, after = old or ("", ""), new or ("", "")
    change: Change = (
        "added" if old is None else "removed" if new is None else "same" if old == new else "changed"
    )
    return Clause(key, change, compare(before[0], after[0]), compare(before[1], after[1]))


def _order(old: list[str], new: list[str]) -> Iterator[str]:
    """Each removed id follows the id that stood before it, as far as that one is kept."""
    following: dict[str | None, list[str]] = {}
    kept, anchor = set(new), None
    for key in old:
        if key in kept:
            anchor = key
        else:
            following.setdefault(anchor, []).append(key)
    yield from following.get(None, [])
    for key in new:
        yield key
        yield from following.get(key, [])


def _pieces(old: list[str], new: list[str]) -> Iterator[Piece]:
    matcher = SequenceMatcher(a=old, b=new, autojunk=False)
    for tag, start, end, begin, stop in matcher.get_opcodes():
        if tag == "equal":
            yield Piece("same", "".join(old[start:end]))
            continue
        if start < end:
            yield Piece("removed", "".join(old[start:end]))
        if begin < stop:
            yield Piece("added", "".join(new[begin:stop]))


def _smoothed(pieces: list[Piece]) -> Iterator[Piece]:
    """A character or two in common between two changes only makes them harder to read."""
    last = len(pieces) - 1
    for index, piece in enumerate(pieces):
        short = len(piece.text) < SHORTEST_KEPT and not piece.text.isspace() and piece.text not in "。、\n"
        if piece.change == "same" and short and 0 < index < last:
            yield Piece("removed", piece.text)
            yield Piece("added", piece.text)
        else:
            yield piece


def _merged(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """Between two stretches in common: all that was removed, then all that was added."""
    gone, come = "", ""
    for piece in pieces:
        if piece.change == "removed":
            gone += piece.text
        elif piece.change == "added":
            come += piece.text
        else:
            yield from _changes(gone, come)
            gone = come = ""
            yield piece
    yield from _changes(gone, come)


def _changes(gone: str, come: str) -> Iterator[Piece]:
    if gone:
        yield Piece("removed", gone)
    if come:
        yield Piece("added", come)
