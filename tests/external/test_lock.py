"""What npm installs is known by its hash, and the lock names nobody's server."""

import json

from .programs import LOCK


def test_every_package_is_locked_by_hash_alone() -> None:
    text = LOCK.read_text(encoding="utf-8")
    packages = json.loads(text)["packages"]
    assert all(package["integrity"].startswith("sha512-") for path, package in packages.items() if path)
    assert "://" not in text
