"""The resident's digital identity at size: certificates, consents, disclosures, pages, bulk attestation.

make bench NAME=identity                                          10,000 and 100,000 residents, 10 minutes
make bench NAME=identity ARGS="--residents 10000 1000000"         about an hour and 25 GB of disk
"""

import argparse
import base64
import hashlib
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote
from uuid import UUID

import requests
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from deploy.demo.services import surface
from deploy.demo.state import ROOT
from deploy.stage.platform import Platform, Resident, databases, free_ports, serving

from .population import CONSENTS, DISCLOSURES, Population

CLIENT: Final[dict[str, Any]] = {
    "sector": "transport",
    "attributes": ["resident_of", "age_over_65"],
    "auth_method": "client_secret_basic",
}
PURPOSE: Final = "本人を確認するため"
PAGES: Final = {"ホーム": "/me/", "利用の記録": "/me/uses/", "同意": "/me/consents/"}
TURNS, WARM_UP, SAMPLE, CERTIFICATES, ANSWERS = 40, 5, 300, 200, 300
Figures = dict[str, float]


def main() -> None:
    options = arguments()
    print(f"{date.today()}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}", flush=True)
    folder = Path(tempfile.mkdtemp(prefix="bench-identity-", dir=options.folder))
    try:
        with databases(folder / "state", free_ports(), durable=True) as stage:
            _make_ca(stage)
            stage.seed({"service": CLIENT}, 2)
            with serving(stage, [surface(stage.state, "identity", stage.state.port + 1)]):
                _measure(stage, options)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument(
        "--residents", type=int, nargs="+", default=[10_000, 100_000], help="measured at each of these sizes"
    )
    parser.add_argument("--disclosures", type=int, default=10_000, help="in the long record")
    parser.add_argument("--attested", type=int, nargs="*", default=[10_000, 100_000], help="sizes of files")
    parser.add_argument("--folder", type=Path, help="where there is room for the databases")
    return parser.parse_args()


def _measure(stage: Platform, options: argparse.Namespace) -> None:
    client_id = stage.clients["service"]["client_id"]
    population = Population(
        stage.databases.superuser_dsn("consortium"),
        stage.state.environment("portal")["FIELD_KEYS"],
        [client_id, *(f"other-{number}" for number in range(2, CONSENTS + 1))],
        PURPOSE,
    )
    residents = {who: stage.enrol() for who in ("quiet", "busy")}
    people = population.enrolled()
    for person, number in zip(people, (10, options.disclosures), strict=True):
        population.record_of(person, number)
    for size in options.attested:
        _report_attestations(inside(stage, "attestations", residents=size))
    _report_certificates(stage, people[0])
    found = {}
    for size in sorted(options.residents):
        loaded = population.grow(size)
        print(
            f"{size:,} residents with {CONSENTS} consents, {DISCLOSURES} disclosures: {loaded:.0f} s",
            flush=True,
        )
        found[size] = _figures(stage, population, residents, client_id)
        print(*table(found, options.disclosures), sep="\n", flush=True)


def _figures(
    stage: Platform, population: Population, residents: dict[str, Resident], client_id: str
) -> Figures:
    people = list(map(str, population.sample(SAMPLE)))
    before = population.blocks()
    asked = inside(stage, "disclosures", people=people, client_id=client_id)
    blocks = (population.blocks() - before) / len(people)
    return {
        "blocks of the database for a check and a disclosure": blocks,
        "consent check, µs": asked["check"],
        "disclosure with its context, µs": asked["disclosure"],
        "disclosure, statements": asked["statements"],
        **_pages(stage.issuer, residents),
    }


def _pages(issuer: str, residents: dict[str, Resident]) -> Figures:
    """ms of each page, the fastest tenth's slowest, the two residents in turns. They sign in for it: loading
    outlasts a session."""
    for one in residents.values():
        one.sign_in(one.browser.open("/sign-in/"), expect=None)
    times: dict[str, list[float]] = {f"{page}, {who}": [] for page in PAGES for who in residents}
    with requests.Session() as session:
        for _turn in range(TURNS + WARM_UP):
            for page, path in PAGES.items():
                for who, resident in residents.items():
                    headers = {"Cookie": resident.cookie}
                    began = time.perf_counter()
                    answer = session.get(f"{issuer}{path}", headers=headers, timeout=60)
                    times[f"{page}, {who}"].append(time.perf_counter() - began)
                    assert answer.status_code == 200 and "sign-in" not in answer.url, answer.url
    return {f"{name}, ms": 1000 * sorted(some[WARM_UP:])[TURNS // 10] for name, some in times.items()}


def _report_attestations(found: dict[str, float]) -> None:
    print(
        f"file of {found['rows']:,} residents: taken in {found['take_in']:.1f} s, compared"
        f" {found['check']:.1f} s, issued {found['issue']:.1f} s, cut off in the middle and walked again;"
        f" memory {found['peak']:.0f} MB at its peak, {found['memory']:+.0f} MB by it",
        flush=True,
    )


def _report_certificates(stage: Platform, citizen_id: UUID) -> None:
    found = inside(stage, "certificates", number=CERTIFICATES, citizen_id=str(citizen_id))
    print(f"certificate: {found['issuance']:.0f} µs · {found['statements']:.0f} statements")
    folder = stage.state.folder / "device-ca"
    issuer = x509.load_pem_x509_certificate((folder / "issuing.crt").read_bytes())
    times = []
    with requests.Session() as session:
        for serial in (found["serials"] * ANSWERS)[:ANSWERS]:
            address = f"{stage.issuer}/pki/ocsp/{quote(_asked(issuer, int(serial, 16)), safe='')}"
            began = time.perf_counter()
            answer = session.get(address, timeout=30)
            times.append(time.perf_counter() - began)
            told = ocsp.load_der_ocsp_response(answer.content)
            assert told.certificate_status == ocsp.OCSPCertStatus.GOOD, (serial, told.certificate_status)
    times.sort()
    print(
        f"OCSP answer over HTTP, one connection: {1000 * statistics.median(times):.1f} ms,"
        f" {1000 * times[int(len(times) * 0.99)]:.1f} ms at p99",
        flush=True,
    )


def _asked(issuer: x509.Certificate, serial: int) -> str:
    """By SHA-1, as OCSP clients ask. cryptography tells the hash of a key of a request alone."""
    of_key = ocsp.OCSPRequestBuilder().add_certificate(issuer, issuer, SHA1()).build().issuer_key_hash  # noqa: S303
    of_name = hashlib.sha1(issuer.subject.public_bytes(), usedforsecurity=False).digest()
    asked = ocsp.OCSPRequestBuilder().add_certificate_by_hash(of_name, of_key, serial, SHA1())  # noqa: S303
    return base64.b64encode(asked.build().public_bytes(Encoding.DER)).decode()


def table(found: dict[int, Figures], disclosures: int) -> list[str]:
    """A row for each figure, a column for each size, and the last beside the first."""
    sizes = list(found)
    head = [f"{size:,} residents" for size in sizes]
    lines = [
        "",
        f"busy: {disclosures:,} disclosures; quiet: 10",
        "",
        f"| figure | {' | '.join(head)} | ratio |",
    ]
    lines.append("|---" * (len(sizes) + 2) + "|")
    for name in found[sizes[0]]:
        values = [found[size][name] for size in sizes]
        shown = " | ".join(f"{value:,.1f}" if "ms" in name else f"{value:,.0f}" for value in values)
        lines.append(f"| {name} | {shown} | {values[-1] / values[0]:.2f} |")
    return lines


def inside(stage: Platform, name: str, **wanted: object) -> dict[str, Any]:
    """See `benchmarks.identity.inside`: as the login of tests, which may do what all processes may."""
    environment = {
        **stage.state.environment("worker"),
        "SURFACE": "tests",
        "DATABASE_URL": stage.databases.dsn("tests"),
    }
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.identity.inside", name],
        check=True,
        cwd=ROOT,
        env=environment,
        input=json.dumps(wanted),
        stdout=subprocess.PIPE,
        text=True,
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _make_ca(stage: Platform) -> None:
    folder = stage.state.folder
    stage.state.manage(
        "portal", "create_ca", str(folder / "device-ca"), str(folder / "device-ca-keys"), "-v0"
    )


if __name__ == "__main__":
    main()
