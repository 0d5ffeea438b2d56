"""One measurement in a process of its own, so that memory is its own: run by `benchmarks.identity`.

`python -m benchmarks.identity.inside NAME < arguments.json` prints what it measured as JSON.
"""

import json
import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any, Final
from uuid import UUID, uuid4

import django

django.setup()

from cryptography import x509  # noqa: E402  # models exist after setup()
from cryptography.hazmat.primitives import hashes  # noqa: E402
from cryptography.hazmat.primitives.asymmetric import ec  # noqa: E402
from cryptography.hazmat.primitives.serialization import Encoding  # noqa: E402
from django.db import connection  # noqa: E402

from benchmarks.identity.attestations import bulk_attestation  # noqa: E402
from consortium.tenancy import context  # noqa: E402
from consortium.tenancy.actor import Actor, ActorKind  # noqa: E402
from consortium.tenancy.models import Municipality  # noqa: E402
from identity.actions.certifying import certify_device  # noqa: E402
from identity.actions.disclose import disclose  # noqa: E402
from identity.certifying import BY, tend_status  # noqa: E402
from identity.context import resident  # noqa: E402
from identity.models import DeviceCertificate  # noqa: E402
from identity.permissions import IdentityPermission  # noqa: E402
from identity.pki.requests import read_der  # noqa: E402
from identity.queries.consents import live_consents  # noqa: E402
from services.models import RelyingParty  # noqa: E402

ATTESTING: Final = "102024"
ASKED: Final = ("resident_of", "age_over_65")
WARM_UP: Final = 20


def disclosures(people: list[str], client_id: str) -> dict[str, Any]:
    """Of each person once: whether a consent is live, and a disclosure with the context that it opens."""
    with context.person(None):
        party = RelyingParty.objects.select_related("component").get(client_id=client_id)
    checks: list[float] = []
    whole: list[float] = []
    asked = []
    for person in map(UUID, people):
        with counted() as statements, timed(whole), resident(person) as actor:
            found = disclose(by=actor, relying_party=party, requested=ASKED, path="userinfo")
            assert set(found) == set(ASKED), found
        asked.append(statements())
        with resident(person), timed(checks):
            assert live_consents(person, client_id)
    return {
        "check": _microseconds(checks),
        "disclosure": _microseconds(whole),
        "statements": statistics.median(asked),
    }


def certificates(number: int, citizen_id: str) -> dict[str, Any]:
    """Requests of one resident, each certified in a transaction of its own, as the worker does."""
    with context.opened(context.Context("owner")):
        devices = [_request(UUID(citizen_id)) for _ in range(number + WARM_UP)]
        DeviceCertificate.objects.bulk_create(devices)
    taken: list[float] = []
    asked = []
    for device in devices:
        with counted() as statements, timed(taken), context.worker():
            assert certify_device(by=BY, device_id=device.pk)
        asked.append(statements())
    tend_status()
    ids = [device.pk for device in devices]
    with context.opened(context.Context("owner")):
        serials = list(
            DeviceCertificate.objects.filter(pk__in=ids).exclude(serial=None).values_list("serial", flat=True)
        )
    return {
        "issuance": _microseconds(taken),
        "statements": statistics.median(asked),
        "serials": serials,
    }


def attestations(residents: int) -> dict[str, Any]:
    with context.person(None):
        municipality = Municipality.objects.get(code=ATTESTING)
    first, second = (
        Actor(
            ActorKind.STAFF,
            id=str(UUID(int=number)),
            label="職員",
            municipality_id=municipality.pk,
            municipality_code=municipality.code,
            permissions=frozenset({IdentityPermission.ATTEST}),
        )
        for number in (11, 12)
    )
    found = bulk_attestation(municipality.pk, first, second, residents)
    return asdict(found) | {"peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def _request(citizen_id: UUID) -> DeviceCertificate:
    key = ec.generate_private_key(ec.SECP256R1())
    builder = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([]))
    asked = read_der(builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER))
    return DeviceCertificate(
        citizen_id=citizen_id,
        name="端末",
        request=asked.der,
        key_hash=asked.key_hash,
        level=3,
        subject=uuid4().hex,
    )


@contextmanager
def timed(into: list[float]) -> Iterator[None]:
    began = time.perf_counter()
    yield
    into.append(time.perf_counter() - began)


@contextmanager
def counted() -> Iterator[Callable[[], int]]:
    """Statements of the block, without BEGIN and COMMIT."""
    number = 0

    def count(execute: Any, sql: str, params: Any, many: bool, held: Any) -> Any:
        nonlocal number
        number += 1
        return execute(sql, params, many, held)

    with connection.execute_wrapper(count):
        yield lambda: number


def _microseconds(times: list[float]) -> float:
    """The fastest tenth's slowest: what others at work on the machine disturb least."""
    return sorted(times[WARM_UP:])[(len(times) - WARM_UP) // 10] * 1_000_000


MEASURES: Final[dict[str, Callable[..., dict[str, Any]]]] = {
    "disclosures": disclosures,
    "certificates": certificates,
    "attestations": attestations,
}

if __name__ == "__main__":
    json.dump(MEASURES[sys.argv[1]](**json.load(sys.stdin)), sys.stdout)
