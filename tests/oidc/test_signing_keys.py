"""The life of the issuer's signing keys: made, rotated with overlap, retired, sealed anew; by whom."""

from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from joserfc import jwt
from joserfc.jwk import KeySet, import_key

from consortium import crypto
from consortium.audit.models import Event
from consortium.tenancy import context
from consortium.tenancy.actor import system_actor
from consortium.tenancy.ownership import owner_context
from consortium.tenancy.tasks import HOUSEKEEPING
from identity import keyring
from identity.actions import signing_keys
from identity.models import SigningKey
from identity.oidc import keys
from identity.oidc.id_token import ID_TOKEN_LIFE
from identity.oidc.metadata import MAX_AGE
from identity.tasks import tend_signing_keys
from tests.identity.residents import Resident

from .support import Service

pytestmark = pytest.mark.django_db
JWKS = "/oauth/jwks"
KEY = ("--algorithm", "ES256")


def command(*arguments: str) -> str:
    told = StringIO()
    call_command(*arguments, stdout=told)
    keys.forget()
    return told.getvalue()


def tend() -> None:
    """The schedule's job, as the worker."""
    tend_signing_keys.apply(headers=HOUSEKEEPING).get()
    keys.forget()


def change(**values: Any) -> None:
    with owner_context(connection):
        SigningKey.objects.update(**values)
    keys.forget()


def pass_time(span: timedelta) -> None:
    with owner_context(connection):
        for key in SigningKey.objects.all():
            expires = key.expires_at - span if key.expires_at else None
            SigningKey.objects.filter(pk=key.pk).update(
                activates_at=key.activates_at - span, expires_at=expires
            )
    keys.forget()


def published() -> set[str]:
    return {str(key["kid"]) for key in keys.ring().jwks["keys"]}


def sign() -> str:
    kid, algorithm, key = keys.signing_key()
    return jwt.encode({"alg": algorithm, "kid": kid}, {}, key, [algorithm])


def test_one_key_of_each_algorithm_is_made_once() -> None:
    command("create_signing_key")
    again = command("create_signing_key")
    assert "already" in again
    assert sorted(SigningKey.objects.values_list("algorithm", flat=True)) == sorted(keys.ALGORITHMS)
    assert signing_keys.ALGORITHMS == keys.ALGORITHMS


def test_kid_is_the_thumbprint_and_each_key_signs() -> None:
    command("create_signing_key")
    known = KeySet.import_key_set({"keys": keys.ring().jwks["keys"]})  # type: ignore[typeddict-item]
    for algorithm in keys.ALGORITHMS:
        kid, name, key = keys.signing_key(algorithm)
        assert name == algorithm and kid == import_key(key.as_dict(private=False)).thumbprint()
        text = jwt.encode({"alg": algorithm, "kid": kid}, {"a": 1}, key, [algorithm])
        assert jwt.decode(text, known, [algorithm]).claims == {"a": 1}


@pytest.mark.parametrize("rotate", [lambda: command("rotate_signing_key", *KEY), tend])
def test_rotation_overlaps(rotate: Callable[[], Any], settings: Any) -> None:
    """By command as by schedule: published before it signs, kept while its last tokens live."""
    settings.SIGNING_KEY_DAYS = -1
    old = SigningKey.objects.get()
    rotate()
    new = SigningKey.objects.exclude(pk=old.pk).get()
    assert keys.signing_key().kid == old.kid  # not before every cached JWKS knows the new one
    assert published() == {old.kid, new.kid}
    assert new.activates_at - timezone.now() > timedelta(seconds=MAX_AGE + keyring.TTL)
    pass_time(timedelta(hours=2))
    assert keys.signing_key().kid == new.kid
    assert published() == {old.kid, new.kid}
    pass_time(timedelta(days=2))
    assert published() == {new.kid}
    assert timedelta(seconds=ID_TOKEN_LIFE) < signing_keys.LAST_TOKEN


def test_schedule_waits_until_a_key_is_old_enough(settings: Any) -> None:
    settings.SIGNING_KEY_DAYS = 90
    tend()
    assert SigningKey.objects.count() == 1
    change(activates_at=timezone.now() - timedelta(days=91))
    tend()
    tend()  # the successor is younger, and waits
    assert SigningKey.objects.count() == 2
    with context.opened(context.Context("owner")):
        made = Event.objects.filter(action="signing_key.created").order_by("-occurred_at")
        assert made[0].actor_id == "identity.tasks.tend_signing_keys" and made[0].stream == "consortium"


def test_login_after_rotation(hanako: Resident, service: Service) -> None:
    before = keys.signing_key().kid
    command("rotate_signing_key", "--now", *KEY)
    told = service.tokens(hanako.client)["id_token"]
    assert keys.signing_key().kid != before
    jwt.decode(told, KeySet.import_key_set(service.machine.get(JWKS).json()), ["ES256"])


def test_emergency_retirement() -> None:
    old = SigningKey.objects.get()
    signed = sign()
    told = command("retire_signing_key", f"--kid={old.kid}")
    assert "signs in its place" in told
    assert keys.signing_key().kid != old.kid and old.kid not in published()
    with pytest.raises(Exception, match="key"):  # joserfc names several
        jwt.decode(signed, keys.ring().known, ["ES256"])
    old.refresh_from_db()
    assert old.private == ""
    with pytest.raises(CommandError, match="in use"):
        command("retire_signing_key", f"--kid={old.kid}")


def test_a_waiting_successor_takes_over_from_a_retired_key() -> None:
    old = SigningKey.objects.get()
    command("rotate_signing_key", *KEY)
    command("retire_signing_key", f"--kid={old.kid}")
    assert keys.signing_key().kid == SigningKey.objects.exclude(pk=old.pk).get().kid
    listed = command("list_signing_keys").splitlines()
    assert [line.split()[2] for line in listed] == ["signs", "retired"]


def test_a_key_long_out_of_use_is_still_known() -> None:
    """An ID token of its time may come back as a hint."""
    signed = sign()
    command("rotate_signing_key", "--now", *KEY)
    pass_time(timedelta(days=400))
    assert len(published()) == 1
    assert jwt.decode(signed, keys.ring().known, ["ES256"])


def test_other_processes_notice_within_the_ring_s_time(monkeypatch: pytest.MonkeyPatch) -> None:
    before = keys.signing_key().kid
    call_command("rotate_signing_key", "--now", *KEY, stdout=StringIO())  # another process: no forget()
    assert keys.signing_key().kid == before
    later = keyring.time.monotonic() + keyring.TTL + 1
    monkeypatch.setattr(keyring.time, "monotonic", lambda: later)
    assert keys.signing_key().kid != before


def test_new_field_key_seals_anew(settings: Any) -> None:
    before = SigningKey.objects.get()
    settings.FIELD_KEYS = [Fernet.generate_key().decode(), *settings.FIELD_KEYS]
    crypto.keyring.cache_clear()
    try:
        assert not crypto.is_current(before.private)
        tend()
        settings.FIELD_KEYS = settings.FIELD_KEYS[:1]  # the old one can go
        crypto.keyring.cache_clear()
        keys.forget()
        assert crypto.is_current(SigningKey.objects.get().private)
        assert keys.signing_key().kid == before.kid
    finally:
        crypto.keyring.cache_clear()


def test_secret_key_has_no_part_in_signatures(settings: Any) -> None:
    signed = sign()
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another" * 8, []
    keys.forget()
    assert jwt.decode(signed, keys.ring().known, ["ES256"])


def test_without_a_key_nothing_is_signed() -> None:
    with pytest.raises(keys.ServerError):
        keys.signing_key("RS256")


def insert(ahead: str) -> str:
    return (
        "INSERT INTO identity_signingkey (id, kid, algorithm, public, private, created_at, activates_at)"
        f" VALUES (gen_random_uuid(), 'k', 'PS256', '{{}}', 'x', now(), now() + interval '{ahead}')"
    )


@pytest.mark.parametrize(
    ("role", "statement", "allowed"),
    [
        ("citizen", insert("2 hours"), False),
        ("app", insert("2 hours"), False),
        ("worker", insert("2 hours"), True),
        ("worker", insert("1 minute"), False),
        ("worker", "UPDATE identity_signingkey SET activates_at = now()", False),
        ("worker", "UPDATE identity_signingkey SET public = '{}'", False),
        ("worker", "DELETE FROM identity_signingkey", False),
        ("citizen", "UPDATE identity_signingkey SET private = 'x'", False),
    ],
)
def test_who_may_write_keys(role: str, statement: str, allowed: bool) -> None:
    """The schedule publishes keys ahead of their use; the surface that signs, open to the internet, none."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL ROLE {role}")
            cursor.execute(statement)
    except DatabaseError:
        assert not allowed
    else:
        assert allowed


def test_nothing_is_made_where_the_audit_row_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(signing_keys, "record", fail)
    with pytest.raises(RuntimeError), owner_context(connection):
        signing_keys.rotate_signing_keys(by=system_actor("test"))
    assert SigningKey.objects.get().expires_at is None
