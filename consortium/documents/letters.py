"""通知書: the template that every notice is set with."""

from collections.abc import Sequence
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Final

from .paper import Paper
from .typesetting import render

TEMPLATE: Final = Path(__file__).with_name("letter.typ")


def letter(paper: Paper, *, body: Sequence[str], after: Sequence[str] = ()) -> bytes:
    """PDF. body: paragraphs before 記 and the facts; after: those that follow."""
    made_at = datetime.combine(paper.issued_on, time(), UTC)
    return render(TEMPLATE, paper.data(body=list(body), after=list(after)), made_at=made_at)
