"""Personal fields are read in few places, and none of them leads to a service but `disclose`."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
CHANGED_BY = {"identity/actions/life_events.py", "identity/actions/moves.py"}
"""Two clerks write her record anew: what stood there is kept with the event, and the indexes follow."""
SHOWN_BY = {"identity/views/me.py", "identity/views/counter.py", "identity/views/life_events.py"}
"""Her own pages, and the counter of her municipality."""
HEARD_BY = {"identity/actions/hotline.py"}
"""Compares the address that a caller says; shows none."""
COMPARED_BY = {"identity/actions/proofing.py", "identity/actions/name_indexes.py"}
"""With what the card or the provider proved of the same person, and made ready for that."""
NAMED_BY = {"identity/actions/delegations.py"}
"""Each of the two names herself to the other; recording a guardian takes the ward's name and age."""


def test_nobody_else_reads_what_is_encrypted() -> None:
    """Personal columns are read in queries.personal and where they are changed; only disclose leads out."""
    columns = {"family_name", "given_name", "kana", "birth_date", "address"}
    readers, importers = set(), set()
    for path in (ROOT / "identity").rglob("*.py"):
        name = path.relative_to(ROOT).as_posix()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr in columns and _is_citizen(node.value):
                readers.add(name)
            if isinstance(node, ast.ImportFrom) and node.module == "identity.queries.personal":
                importers.add(name)
            if isinstance(node, ast.ImportFrom) and "PERSONAL" in {alias.name for alias in node.names}:
                readers.add(name)
    assert readers == {"identity/queries/personal.py", *CHANGED_BY, *NAMED_BY, *HEARD_BY}
    assert importers == {"identity/actions/disclose.py", *SHOWN_BY, *COMPARED_BY, *NAMED_BY}


def _is_citizen(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in {"citizen", "ward"}
