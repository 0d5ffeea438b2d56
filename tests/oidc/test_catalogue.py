"""docs/service-errors.md explains every code that the provider can answer, and none that it cannot."""

import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

from authlib.oauth2 import OAuth2Error

from identity import oidc

PAGE = Path(__file__).resolve().parents[2] / "docs" / "service-errors.md"
RAISED_BY_AUTHLIB = {"login_required", "insufficient_scope"}
"""Without one of our modules naming the class."""
NEVER_SENT = {"missing_authorization"}
"""Answered by a bare challenge (RFC 6750, 3.1)."""


def modules() -> Iterator[str]:
    for found in pkgutil.walk_packages(oidc.__path__, f"{oidc.__name__}."):
        yield found.name


def raised() -> set[str]:
    """Codes of the error classes that our modules name."""
    codes = set(RAISED_BY_AUTHLIB)
    for name in modules():
        for _, kind in inspect.getmembers(importlib.import_module(name), inspect.isclass):
            if issubclass(kind, OAuth2Error) and kind.error:
                codes.add(kind.error)
    return codes - NEVER_SENT


def explained() -> set[str]:
    return set(re.findall(r"^\| `([a-z_]+)` \|", PAGE.read_text(encoding="utf-8"), re.M))


def test_the_catalogue_is_complete() -> None:
    assert explained() == raised()
