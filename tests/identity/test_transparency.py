"""A signed root a day over all disclosures, and each resident's proof, without a database to verify it."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from django.test import Client
from django.utils import timezone
from joserfc import jwt
from joserfc.jwk import KeySet

from consortium.audit.seal import seal_all
from consortium.tenancy import context
from consortium.tenancy.actor import system_actor
from consortium.tenancy.tasks import HOUSEKEEPING
from identity import keyring
from identity.actions import roots
from identity.actions.disclose import disclose
from identity.context import resident as speaking
from identity.models import DailyRoot, Disclosure, DisclosureLeaf
from identity.tasks import publish_roots
from services.models import RelyingParty
from tests.identity.residents import TARO, Counter, Resident, make_resident
from tests.isolation.rows import as_owner

pytestmark = pytest.mark.django_db
Grant = Callable[..., UUID]


@pytest.fixture(autouse=True)
def signing_key(db: None) -> Iterator[None]:
    call_command("create_signing_key", "--algorithm", "ES256", verbosity=0)
    keyring.forget()
    yield
    keyring.forget()


@pytest.fixture
def disclosed(hanako: Resident, adopted: RelyingParty, consent: Grant) -> Resident:
    """Three times, yesterday."""
    consent(hanako, adopted, "resident_of", "age_over_65")
    for _ in range(3):
        once_more(hanako, adopted)
    back(1)
    return hanako


def once_more(resident: Resident, party: RelyingParty) -> None:
    with speaking(resident.citizen_id) as actor:
        disclose(by=actor, relying_party=party, requested=["age_over_65"], path="userinfo")


def back(days: int) -> None:
    """All rows so far are of an earlier day."""
    with as_owner():
        for row in Disclosure.objects.filter(seal_number=None):
            Disclosure.objects.filter(pk=row.pk).update(occurred_at=row.occurred_at - timedelta(days=days))
    seal_all()


def publish() -> None:
    publish_roots.apply(headers=HOUSEKEEPING, throw=True)


def rows(resident: Resident) -> list[Disclosure]:
    with context.citizen(resident.citizen_id):
        return list(Disclosure.objects.order_by("id"))


def download(resident: Resident, row: Disclosure) -> dict[str, Any]:
    response = resident.client.get(f"/me/disclosures/{row.pk}/proof.json")
    assert response.status_code == 200, response.headers
    found: dict[str, Any] = json.loads(response.content)
    return found


def files(folder: Path, proof: Any) -> list[str]:
    """What a third party downloads, with the resident's proof."""
    anybody = Client()
    (folder / "proof.json").write_text(json.dumps(proof))
    (folder / "keys.json").write_bytes(anybody.get("/transparency/keys.json").content)
    (folder / "roots.json").write_bytes(anybody.get("/transparency/roots.json").content)
    return [str(folder / "proof.json"), str(folder / "keys.json"), "--roots", str(folder / "roots.json")]


def test_anybody_reads_roots_and_finds_nobody_in_them(disclosed: Resident) -> None:
    publish()
    anybody = Client()
    (told,) = anybody.get("/transparency/roots.json").json()["roots"]
    keys = KeySet.import_key_set(anybody.get("/transparency/keys.json").json())
    claims = jwt.decode(told["statement"], keys, algorithms=["ES256"]).claims
    assert (claims["size"], claims["root"], claims["previous"]) == (3, told["root"], "0" * 64)
    page = anybody.get("/transparency/roots/").content.decode()
    assert told["root"] in page
    assert str(disclosed.citizen_id) not in page + json.dumps(told)


def test_a_proof_is_hers_and_verified_without_a_database(
    disclosed: Resident, counter: Counter, tmp_path: Path, capsys: Any
) -> None:
    first = rows(disclosed)[0]
    assert disclosed.client.get(f"/me/disclosures/{first.pk}/proof.json").status_code == 302  # not yet
    publish()
    assert Client().get(f"/me/disclosures/{first.pk}/proof.json").status_code == 302  # to sign in
    taro = make_resident(counter, TARO)
    assert taro.client.get(f"/me/disclosures/{first.pk}/proof.json").status_code == 404
    for row in rows(disclosed):
        arguments = files(tmp_path, download(disclosed, row))
        with connections["default"].execute_wrapper(_no_database):
            call_command("verify_disclosure", *arguments)
    assert "verified: まちなか交通割引 received age_over_65" in capsys.readouterr().out
    assert str(disclosed.citizen_id) not in (tmp_path / "proof.json").read_text()


def _no_database(*_: Any) -> Any:
    raise AssertionError("the command asked a database")


@pytest.mark.parametrize(
    "forge",
    [
        lambda proof: proof["entry"].update(attributes=["name"]),
        lambda proof: proof["entry"].update(occurred_at="2020-01-01T00:00:00+00:00"),
        lambda proof: proof.update(index=proof["index"] + 1),
        lambda proof: proof.update(size=2),
        lambda proof: proof["path"].reverse(),
        lambda proof: proof["path"].pop(),
        lambda proof: proof.update(root="00" * 32),
        lambda proof: proof.update(statement=proof["statement"][:-8] + "AAAAAAAA"),
        lambda proof: proof.clear(),
    ],
)
def test_what_was_forged_is_not_verified(disclosed: Resident, tmp_path: Path, forge: Any) -> None:
    publish()
    proof = download(disclosed, rows(disclosed)[0])
    forge(proof)
    with pytest.raises(CommandError):
        call_command("verify_disclosure", *files(tmp_path, proof))


def test_days_are_chained_and_late_rows_go_to_the_next(
    disclosed: Resident, adopted: RelyingParty, tmp_path: Path
) -> None:
    roots.publish(timezone.localdate() - timedelta(days=2), by=_worker())  # a day on which nothing left
    publish()
    with context.worker():
        assert [one.size for one in DailyRoot.objects.order_by("day")] == [0, 3]
    once_more(disclosed, adopted)
    back(1)  # of yesterday, sealed when yesterday was closed
    publish()
    with context.worker():
        assert DailyRoot.objects.count() == 2
        assert DisclosureLeaf.objects.count() == 3
    roots.publish(timezone.localdate(), by=_worker())
    proof = download(disclosed, rows(disclosed)[-1])
    assert (proof["size"], proof["day"]) == (1, timezone.localdate().isoformat())
    arguments = files(tmp_path, proof)
    call_command("verify_disclosure", *arguments)
    held = json.loads((tmp_path / "roots.json").read_text())
    (tmp_path / "roots.json").write_text(json.dumps({"roots": [held["roots"][0], held["roots"][2]]}))
    with pytest.raises(CommandError, match="chain"):
        call_command("verify_disclosure", *arguments)


def _worker() -> Any:
    return system_actor("test")


def test_a_run_that_was_cut_off_goes_on(disclosed: Resident, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(roots, "BATCH", 1)
    roots_close = roots.close_day

    def killed(**_: Any) -> Any:
        raise RuntimeError("killed")

    monkeypatch.setattr(roots, "close_day", killed)
    with pytest.raises(RuntimeError):
        publish()
    with context.worker():
        assert DisclosureLeaf.objects.count() == 3
        assert not DailyRoot.objects.exists()
    monkeypatch.setattr(roots, "close_day", roots_close)
    publish()
    publish()
    with context.worker():
        assert [one.size for one in DailyRoot.objects.all()] == [3]


@pytest.mark.parametrize("tamper", ["changed", "removed", "another's"])
def test_tampering_with_rows_is_found(disclosed: Resident, tamper: str) -> None:
    publish()
    call_command("verify_roots")
    with as_owner():
        middle = Disclosure.objects.filter(pk=rows_of_owner()[1])
        if tamper == "removed":
            middle.delete()
        elif tamper == "changed":
            middle.update(attributes=["under_18"])
        else:
            other = UUID(int=1)
            middle.update(citizen_id=other, stream=f"citizen:{other}")
    with pytest.raises(CommandError, match="not the published root"):
        call_command("verify_roots")


def rows_of_owner() -> list[UUID]:
    return list(Disclosure.objects.order_by("id").values_list("pk", flat=True))


def test_a_delayed_disclosure_shows_from_its_day(hanako: Resident) -> None:
    with as_owner():
        for days in (1, -1):
            Disclosure(
                stream=f"citizen:{hanako.citizen_id}",
                citizen_id=hanako.citizen_id,
                client_id="",
                recipient="警察",
                purpose="照会",
                legal_basis="law",
                reason_code="investigation",
                visible_from=timezone.now() + timedelta(days=days),
            ).save(force_insert=True)
    assert len(rows(hanako)) == 1
