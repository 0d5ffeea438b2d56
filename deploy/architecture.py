"""Draws the packages and who imports whom into docs/architecture.md, from the import graph itself.

`python -m deploy.architecture` writes it, `--check` says whether it is fresh. Arrows that follow from others
are left out (transitive reduction), so that what remains can be read.
"""

import sys
from collections.abc import Iterable, Mapping

import grimp

from deploy.throwaway import ROOT

PAGE = ROOT / "docs" / "architecture.md"
FEDERATION = "consortium"
PRODUCTS = ("identity", "shared_plans", "services")
BEGIN, END = "<!-- drawn by python -m deploy.architecture -->", "<!-- end of the drawing -->"
Arrows = Mapping[str, set[str]]


def main() -> int:
    text = PAGE.read_text(encoding="utf-8")
    fresh = replaced(text, drawing())
    if "--check" not in sys.argv:
        PAGE.write_text(fresh, encoding="utf-8")
    elif fresh != text:
        print("docs/architecture.md is not up to date: run python -m deploy.architecture")
        return 1
    return 0


def replaced(text: str, drawn: str) -> str:
    before, _, rest = text.partition(BEGIN)
    return f"{before}{BEGIN}\n{drawn}\n{END}{rest.partition(END)[2]}"


def drawing() -> str:
    """Mermaid: products above, floors of the federation below, an arrow for each import."""
    graph = grimp.build_graph(FEDERATION, *PRODUCTS)
    floors = sorted(name for name in graph.find_children(FEDERATION) if graph.find_children(name))
    arrows = reduced(imports(graph, (*PRODUCTS, *floors)))
    lines = ["```mermaid", "flowchart TB", "  subgraph products"]
    lines += [f"    {label(name)}" for name in PRODUCTS]
    lines += ["  end", f"  subgraph {FEDERATION}"]
    lines += [f"    {label(name)}" for name in floors]
    lines += ["  end"]
    lines += [f"  {label(one)} --> {label(other)}" for one in arrows for other in sorted(arrows[one])]
    return "\n".join([*lines, "```"])


def imports(graph: grimp.ImportGraph, packages: Iterable[str]) -> Arrows:
    packages = list(packages)
    return {
        one: {
            other
            for other in packages
            if other != one and graph.direct_import_exists(importer=one, imported=other, as_packages=True)
        }
        for one in packages
    }


def reduced(arrows: Arrows) -> Arrows:
    """Without the arrows that a longer way implies; import-linter keeps the graph free of cycles."""
    return {
        one: {other for other in direct if not any(other in reach(arrows, via) for via in direct - {other})}
        for one, direct in arrows.items()
    }


def reach(arrows: Arrows, start: str) -> set[str]:
    found: set[str] = set()
    waiting = [start]
    while waiting:
        fresh = arrows[waiting.pop()] - found
        found |= fresh
        waiting += fresh
    return found


def label(name: str) -> str:
    return name.removeprefix(f"{FEDERATION}.")


if __name__ == "__main__":
    sys.exit(main())
