"""FIELD_KEYS rotate: what an old key sealed is sealed anew, and the old key can be dropped."""

from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from cryptography.fernet import Fernet, InvalidToken
from django.core.management import call_command
from django.test import override_settings

from consortium import crypto
from consortium.operations.doctor.surroundings import field_keys
from consortium.tenancy import context
from identity.actions import reencryption
from identity.queries.personal import person

from .residents import TARO, Counter


@pytest.fixture
def keys(settings: Any) -> Iterator[Any]:
    def use(*ring: str) -> None:
        settings.FIELD_KEYS = list(ring)
        crypto.keyring.cache_clear()

    yield use
    crypto.keyring.cache_clear()


def run(*options: str) -> str:
    out = StringIO()
    call_command("reencrypt_fields", *options, stdout=out)
    return out.getvalue()


def examined() -> str:
    """What the doctor of the worker tells, which may read no personal field."""
    with override_settings(SURFACE="worker"):
        return "\n".join(finding.told for finding in field_keys())


def test_the_old_key_can_be_dropped(
    counter: Counter, settings: Any, keys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reencryption, "CHUNK", 1)
    people = [counter.proofed(), counter.proofed(TARO)]
    old, new = settings.FIELD_KEYS[0], Fernet.generate_key().decode()
    keys(new, old)
    assert "not counted since the first key" in examined()
    assert "2 rows are under an older key" in run("--count")
    assert "2 rows are under an older key" in examined()
    assert "2 rows were sealed anew" in run()
    assert "0 rows were sealed anew" in run()
    assert "no row was under an older key" in examined()
    keys(new)
    for citizen in people:
        with context.citizen(citizen.pk):
            own = person(citizen.pk)
            assert own
            assert own.address == TARO.address
    keys(old)
    with context.citizen(people[0].pk):
        own = person(people[0].pk)
        with pytest.raises(InvalidToken):
            assert own and own.address
