"""What the code itself must look like: sizes, imports, documented settings, audited actions."""

import ast
import re
from functools import cache
from pathlib import Path
from statistics import median, quantiles

import pytest

from consortium.environment import VARIABLES

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("consortium", "identity", "services", "shared_plans", "deploy")
SOURCES = [
    path for package in PACKAGES for path in (ROOT / package).rglob("*.py") if "migrations" not in path.parts
]
FILE_LINES, MEDIAN_LINES, P90_LINES = 400, 8, 30


def functions() -> list[int]:
    return [
        (node.end_lineno or node.lineno) - node.lineno + 1
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def test_functions_are_short() -> None:
    lengths = functions()
    assert median(lengths) <= MEDIAN_LINES
    assert quantiles(lengths, n=10)[8] <= P90_LINES


def test_files_are_short() -> None:
    tests = list((ROOT / "tests").rglob("*.py"))
    lines = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in (*SOURCES, *tests)}
    assert {str(path.relative_to(ROOT)): n for path, n in lines.items() if n > FILE_LINES} == {}


def test_no_imports_inside_functions() -> None:
    """They hide cycles. Apps may import in `ready`, which Django asks for."""
    hidden = [
        f"{path.relative_to(ROOT)}:{inner.lineno}"
        for path in SOURCES
        for outer in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(outer, ast.FunctionDef) and not (path.name == "apps.py" and outer.name == "ready")
        for inner in ast.walk(outer)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    assert hidden == []


def test_every_setting_is_documented() -> None:
    files = ("settings.py", "proofing_settings.py")
    settings = "".join((ROOT / "consortium" / name).read_text(encoding="utf-8") for name in files)
    documented = set(re.findall(r"^\| `(\w+)` \|", (ROOT / "docs" / "settings.md").read_text("utf-8"), re.M))
    assert set(re.findall(r"env\.\w+\(\s*\"(\w+)\"", settings)) == documented
    assert set(VARIABLES) == documented, "consortium/environment.py checks each setting"


@pytest.mark.parametrize(
    "path", [p for p in SOURCES if "actions" in p.parts or p.name == "actions.py"], ids=str
)
def test_actions_are_recorded(path: Path) -> None:
    """An action that writes no audit row, nor calls one that does, is an oversight."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and any("action" in ast.unparse(d) for d in node.decorator_list):
            assert called_by(node) & recording(), f"{path.name}: {node.name}"


def called_by(function: ast.FunctionDef) -> set[str]:
    calls = (node.func for node in ast.walk(function) if isinstance(node, ast.Call))
    return {call.attr if isinstance(call, ast.Attribute) else ast.unparse(call) for call in calls}


@cache
def recording() -> set[str]:
    """`record` and every function that calls it, directly or by others of the same name."""
    calls: dict[str, set[str]] = {}
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                inner = {
                    ast.unparse(c.func).split(".")[-1] for c in ast.walk(node) if isinstance(c, ast.Call)
                }
                calls.setdefault(node.name, set()).update(inner)
    found = {"record"}
    while more := {name for name, inner in calls.items() if inner & found} - found:
        found |= more
    return found


def test_one_way_out() -> None:
    """Values of attributes are put together for services in one place only."""
    readers = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "identity").rglob("*.py")
        if re.search(r"personal import [^\n]*\bvalues\b|personal\.values\(", path.read_text())
    }
    assert readers == {"identity/actions/disclose.py"}
