"""Personal fields are read in few places, and none of them leads to a service but `disclose`."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_nobody_else_reads_what_is_encrypted() -> None:
    """Personal columns are read in queries.personal, and that by disclose, her pages and the counter."""
    columns = {"family_name", "given_name", "kana", "birth_date", "address"}
    readers, importers = set(), set()
    for path in (ROOT / "identity").rglob("*.py"):
        name = path.relative_to(ROOT).as_posix()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr in columns and _is_citizen(node.value):
                readers.add(name)
            if isinstance(node, ast.ImportFrom) and node.module == "identity.queries.personal":
                importers.add(name)
    assert readers == {"identity/queries/personal.py"}
    assert importers <= {"identity/actions/disclose.py", "identity/views/me.py", "identity/views/counter.py"}


def _is_citizen(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "citizen"
