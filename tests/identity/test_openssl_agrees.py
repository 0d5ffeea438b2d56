"""OpenSSL's own commands judge requests, certificates, lists, OCSP answers and signatures as we do."""

import base64
import hashlib
import shutil
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from django.test import Client

from consortium.tenancy import context
from consortium.tenancy.actor import Actor, ActorKind
from identity.actions import devices
from identity.actions.signatures import request_signature, sign_document
from identity.certifying import certify_due, tend_status
from identity.context import resident as speaking
from identity.domain.device import Reason
from identity.domain.enrolment_code import code_hash
from identity.models import DeviceCertificate, DeviceLeave
from identity.pki import status
from identity.pki.authority import authority, der
from identity.pki.requests import read
from identity.queries.signatures import verdict
from identity.views import pki
from tests.wallet.signing import sign

from .phones import csr, new_key
from .residents import Resident

pytestmark = [
    pytest.mark.skipif(not shutil.which("openssl"), reason="no openssl on the path"),
    pytest.mark.usefixtures("device_ca"),
]
DOCUMENT = "私は申請します。".encode()
DIGEST = hashlib.sha256(DOCUMENT).hexdigest()


def openssl(*arguments: Any) -> tuple[int, str]:
    done = subprocess.run(
        ["openssl", *map(str, arguments)], check=False, capture_output=True, text=True, timeout=30
    )
    return done.returncode, done.stdout + done.stderr


class World:
    """One phone's certificate and all that is published, as files."""

    def __init__(self, folder: Path, ca: Path, resident: Resident) -> None:
        self.folder, self.ca, self.resident = folder, ca, resident
        self.key = new_key()
        with speaking(resident.citizen_id) as actor:
            code = devices.give_leave(by=actor, level=3)
            leave = DeviceLeave.objects.get(code_hash=code_hash(code))
            made = devices.add_device(by=actor, leave=leave, request=read(csr(self.key)), name="端末")
        certify_due()
        tend_status()
        self.pk = made.pk
        pem = x509.load_der_x509_certificate(bytes(self.device.certificate)).public_bytes(Encoding.PEM)
        self.certificate = folder / "device.crt"
        self.certificate.write_bytes(pem)
        self.publish()

    @property
    def device(self) -> DeviceCertificate:
        return DeviceCertificate.objects.get(pk=self.pk)

    def publish(self) -> None:
        tend_status()
        client = Client()
        self.list = self.folder / "devices.crl"
        self.list.write_bytes(client.get("/pki/devices.crl").content)
        self.lists = self.folder / "lists.pem"
        one = x509.load_der_x509_crl(self.list.read_bytes()).public_bytes(Encoding.PEM)
        self.lists.write_bytes(one + (self.ca / "root.crl").read_bytes())

    def change(self, deed: Any, **more: Any) -> None:
        with speaking(self.resident.citizen_id) as actor:
            deed(by=actor, citizen_id=self.resident.citizen_id, device_id=self.pk, **more)
        self.publish()

    def verify(self) -> tuple[int, str]:
        chain = ("-CAfile", self.ca / "root.crt", "-untrusted", self.ca / "issuing.crt", "-x509_strict")
        return openssl("verify", *chain, "-crl_check_all", "-CRLfile", self.lists, self.certificate)

    def ocsp(self, *, post: bool = True, serial: str = "") -> str:
        asked, answer = self.folder / "ocsp.req", self.folder / "ocsp.res"
        subject = ("-serial", f"0x{serial}") if serial else ("-cert", self.certificate)
        nonce = () if post else ("-no_nonce",)
        openssl("ocsp", "-issuer", self.ca / "issuing.crt", *subject, *nonce, "-reqout", asked)
        if post:
            response = Client().post("/pki/ocsp", asked.read_bytes(), content_type="application/ocsp-request")
        else:
            response = Client().get("/pki/ocsp/" + quoted(asked.read_bytes()))
            assert response["Cache-Control"] == "public, max-age=60, no-transform"
        assert (response.status_code, response["Content-Type"]) == (200, "application/ocsp-response")
        answer.write_bytes(response.content)
        trust = ("-CAfile", self.ca / "root.crt", "-verify_other", self.ca / "issuing.crt")
        code, told = openssl(
            "ocsp",
            "-no_nonce",
            "-issuer",
            self.ca / "issuing.crt",
            *subject,
            "-reqin",
            asked,
            "-respin",
            answer,
            *trust,
        )
        assert code == 0 and "Response verify OK" in told, told
        assert "Nonce Verify error" not in told
        return told


def quoted(content: bytes) -> str:
    return quote(base64.b64encode(content).decode(), safe="")


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
    with speaking(hanako.citizen_id) as actor:
        service = Actor(ActorKind.SERVICE, party.client_id, citizen_id=hanako.citizen_id)
        asked = request_signature(
            by=service, relying_party=party, document="申請書.pdf", digest=DIGEST, purpose="申請のため"
        )
        content = sign(
            bytes.fromhex(DIGEST), world.key, bytes(world.device.certificate), [der(authority().issuing)]
        )
        sign_document(by=actor, device=world.device, request_id=asked.pk, content=content)
    signature, document = world.folder / "signature.der", world.folder / "document"
    signature.write_bytes(content)
    document.write_bytes(DOCUMENT)
    command = ("cms", "-verify", "-binary", "-inform", "DER", "-in", signature, "-content", document)
    trust = ("-CAfile", world.ca / "root.crt", "-purpose", "any", "-out", world.folder / "out")
    code, told = openssl(*command, *trust, "-cades")
    assert code == 0, told
    world.change(devices.revoke_device, reason=Reason.LOST)
    with context.person(None):
        found = verdict(content, DIGEST)
        assert (found.code, found.now) == ("", "revoked")  # it was good when she signed
        assert verdict(content, "0" * 64).code == "digest"
        assert verdict(content[:-4] + b"\0\0\0\0", DIGEST).code in {"signature", "malformed"}
        later = sign(
            bytes.fromhex(DIGEST), world.key, bytes(world.device.certificate), [der(authority().issuing)]
        )
        assert verdict(later, DIGEST).code == "unknown_time"
    document.write_bytes(b"another")
    assert openssl(*command, *trust)[0] != 0
