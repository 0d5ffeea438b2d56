"""`python -m deploy.licences`: version and licence of every installed package, from its own metadata.

A copyleft licence that would reach a distributed copy of the platform is marked; `--direct` lists only what
requirements/*.in name.
"""

import re
import sys
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution, distributions

from deploy.throwaway import ROOT

SETS = ("base", "demo", "s3", "dev", "bench")
COPYLEFT = re.compile(r"\b(A?GPL|GNU (Affero )?General Public)", re.IGNORECASE)
SPELLING = re.compile(r"[-_.]+")


def main() -> None:
    names = direct() if "--direct" in sys.argv else {}
    for found in sorted(packages(set(names)), key=name_of):
        licence = licence_of(found)
        mark = "  ← copyleft: for development only" if COPYLEFT.search(licence) else ""
        print(f"{name_of(found):32} {found.version:16} {licence}{mark}")


def packages(names: set[str]) -> Iterator[Distribution]:
    """All that is installed, or those named and installed."""
    if not names:
        yield from distributions()
    for name in names:
        try:
            yield distribution(name)
        except PackageNotFoundError:
            print(f"{name} is not installed", file=sys.stderr)


def direct() -> dict[str, str]:
    """Packages that requirements/*.in name, and the first set that does."""
    found: dict[str, str] = {}
    for kind in SETS:
        for line in (ROOT / "requirements" / f"{kind}.in").read_text(encoding="utf-8").splitlines():
            if name := re.match(r"[A-Za-z][\w.-]*", line):
                found.setdefault(canonical(name[0]), kind)
    return found


def canonical(name: str) -> str:
    return SPELLING.sub("-", name).lower()


def name_of(found: Distribution) -> str:
    return canonical(found.metadata["Name"])


def licence_of(found: Distribution) -> str:
    """SPDX expression if given, else the classifiers, else the first line of the free text."""
    if expression := first(found, "License-Expression"):
        return expression
    classifiers = found.metadata.get_all("Classifier") or []
    named = [text.rpartition(" :: ")[2] for text in classifiers if text.startswith("License :: ")]
    return ", ".join(named) or (first(found, "License") or "not stated").splitlines()[0]


def first(found: Distribution, field: str) -> str:
    return str((found.metadata.get_all(field) or [""])[0])


if __name__ == "__main__":
    main()
