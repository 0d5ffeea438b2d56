"""OpenSSL's own commands judge requests, certificates, lists, OCSP answers and signatures as we do."""

import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.x509 import ocsp
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from consortium.tenancy import context
from identity.actions import devices
from identity.domain.device import Reason
from identity.pki import profile, status
from identity.pki.requests import read
from identity.queries.signatures import verdict
from identity.views import pki

from .openssl import DIGEST, World, openssl
from .phones import csr, new_key
from .residents import Resident

pytestmark = [
    pytest.mark.skipif(not shutil.which("openssl"), reason="no openssl on the path"),
    pytest.mark.usefixtures("device_ca"),
]


@pytest.fixture
def world(tmp_path: Path, device_ca: Path, hanako: Resident) -> World:
    return World(tmp_path, device_ca, hanako)


def test_the_request(tmp_path: Path) -> None:
    file = tmp_path / "request.pem"
    file.write_text(csr(new_key()))
    assert openssl("req", "-in", file, "-verify", "-noout")[0] == 0
    code, _told = openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", tmp_path / "key.pem")
    assert code == 0
    made = tmp_path / "by_openssl.pem"
    assert openssl("req", "-new", "-key", tmp_path / "key.pem", "-subj", "/", "-out", made)[0] == 0
    assert read(made.read_text()).key_hash


def test_every_state_of_a_certificate(world: World) -> None:
    code, told = world.verify()
    assert code == 0, told
    assert "good" in world.ocsp() and "good" in world.ocsp(post=False)
    world.change(devices.suspend_device, reason=Reason.LOST)
    assert "certificate revoked" in world.verify()[1]
    assert "revoked" in (told := world.ocsp()) and "certificateHold" in told
    assert "Certificate Hold" in openssl("crl", "-inform", "DER", "-in", world.list, "-noout", "-text")[1]
    world.change(devices.resume_device)
    assert world.verify()[0] == 0
    assert "good" in world.ocsp(post=False)
    world.change(devices.revoke_device, reason=Reason.STOLEN)
    assert "certificate revoked" in world.verify()[1]
    assert "keyCompromise" in world.ocsp()
    assert "unknown" in world.ocsp(serial="abcdef0123456789")


def test_the_list_is_the_cas(world: World) -> None:
    chain = ("-CAfile", world.ca / "issuing.crt")
    code, told = openssl("crl", "-inform", "DER", "-in", world.list, "-noout", *chain)
    assert code == 0 and "verify OK" in told, told


def test_ocsp_signs_once_while_nothing_changes_and_so_often_for_one_address(
    hanako: Resident, device_ca: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, made = World(tmp_path, device_ca, hanako), []
    really = status._signed
    monkeypatch.setattr(status, "_signed", lambda *asked: made.append(1) or really(*asked))
    for _ in range(3):
        assert "good" in world.ocsp(post=False)
    assert len(made) == 1
    world.change(devices.suspend_device, reason=Reason.LOST)
    assert "certificateHold" in world.ocsp(post=False), "what was kept is not believed any more"
    assert len(made) == 2
    for _ in range(2):
        world.ocsp()
    assert len(made) == 4, "with a nonce each is signed"
    monkeypatch.setattr(pki, "SIGNED_A_MINUTE", 0)
    asked = (world.folder / "ocsp.req").read_bytes()
    busy = Client().post("/pki/ocsp", asked, content_type="application/ocsp-request")
    assert busy["Retry-After"] == "60"
    later = ocsp.load_der_ocsp_response(busy.content).response_status
    assert later == ocsp.OCSPResponseStatus.TRY_LATER


@pytest.mark.usefixtures("identity_surface", "db")
def test_what_is_no_ocsp_request_is_told_so() -> None:
    for answer in (
        Client().post("/pki/ocsp", b"x", content_type="application/ocsp-request"),
        Client().get("/pki/ocsp/eA=="),
        Client().get("/pki/ocsp/%E3%81%82"),
    ):
        assert answer.status_code == 200
        assert ocsp.load_der_ocsp_response(answer.content).response_status.value in {1, 3}


def test_a_signature(world: World, hanako: Resident, party: Any) -> None:
    content = world.sign(party)
    code, told = world.cms(content, "-cades")
    assert code == 0, told
    world.change(devices.revoke_device, reason=Reason.LOST)
    assert "certificate revoked" in world.cms(content, "-crl_check_all")[1]
    with context.person(None):
        found = verdict(content, DIGEST)
        assert (found.code, found.now) == ("", "revoked")  # it was good when she signed
        assert verdict(content, "0" * 64).code == "digest"
        assert verdict(content[:-4] + b"\0\0\0\0", DIGEST).code in {"signature", "malformed"}
        assert verdict(world.signed(), DIGEST).code == "unknown_time"
    assert world.cms(content, document=b"another")[0] != 0


def test_an_expired_certificate(
    world: World,
    party: Any,
    ca_folders: tuple[Path, Path],
    monkeypatch: pytest.MonkeyPatch,
    settings: Any,
) -> None:
    """Two years on: what was signed in time stays, nothing more is signed, and the list forgets."""
    content, asked = world.sign(party), world.ask(party)
    signed_at = timezone.now()
    world.change(devices.suspend_device, reason=Reason.LOST)
    assert len(world.entries()) == 1
    later = signed_at + timedelta(days=profile.DEVICE_DAYS + 1)
    world.travel(later, settings, ca_folders[1], monkeypatch)
    assert "certificate has expired" in world.verify()[1]
    assert "certificateHold" in world.ocsp(), "OCSP goes on to tell what is known (RFC 6960, 2.2)"
    assert world.entries() == [], "expired certificates leave the list (RFC 5280, 5)"
    assert "certificate has expired" in world.cms(content)[1]
    world.at = signed_at
    assert world.cms(content)[0] == 0
    with context.person(None):
        found = verdict(content, DIGEST)
        assert (found.code, found.now) == ("", "expired")
        assert verdict(world.signed(), DIGEST).code == "unknown_time"
    with pytest.raises(ValidationError) as refused:
        world.keep(asked, world.signed())
    assert refused.value.code == "over"
    with pytest.raises(ValidationError) as refused:
        world.sign(party)
    assert refused.value.code == "certificate"
