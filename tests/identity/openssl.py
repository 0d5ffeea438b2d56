"""What OpenSSL's own commands say of a phone's certificate, and of all that is published about it."""

import base64
import hashlib
import shutil
import subprocess
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from consortium.tenancy.actor import Actor, ActorKind
from identity.actions import devices
from identity.actions.signatures import request_signature, sign_document
from identity.certifying import certify_due, tend_status
from identity.context import resident as speaking
from identity.domain.enrolment_code import code_hash
from identity.models import DeviceCertificate, DeviceLeave, SignatureRequest
from identity.pki.authority import authority, der
from identity.pki.requests import read
from tests.wallet.signing import sign

from .phones import csr, new_key
from .residents import Resident

DOCUMENT: Final = "私は申請します。".encode()
DIGEST: Final = hashlib.sha256(DOCUMENT).hexdigest()


def openssl(*arguments: Any) -> tuple[int, str]:
    done = subprocess.run(
        ["openssl", *map(str, arguments)], check=False, capture_output=True, text=True, timeout=30
    )
    return done.returncode, done.stdout + done.stderr


class World:
    """One phone's certificate and all that is published, as files. at: the moment for which OpenSSL judges,
    where that is not now."""

    def __init__(self, folder: Path, ca: Path, resident: Resident) -> None:
        self.folder, self.ca, self.resident = folder, ca, resident
        self.at: datetime | None = None
        self.key = new_key()
        with speaking(resident.citizen_id) as actor:
            code = devices.give_leave(by=actor, level=3)
            leave = DeviceLeave.objects.get(code_hash=code_hash(code))
            made = devices.add_device(by=actor, leave=leave, request=read(csr(self.key)), name="端末")
        certify_due()
        tend_status()
        self.pk = made.pk
        self.x509 = x509.load_der_x509_certificate(bytes(self.device.certificate or b""))
        self.certificate = folder / "device.crt"
        self.certificate.write_bytes(self.x509.public_bytes(Encoding.PEM))
        self.publish()

    @property
    def device(self) -> DeviceCertificate:
        return DeviceCertificate.objects.get(pk=self.pk)

    @property
    def moment(self) -> tuple[Any, ...]:
        return ("-attime", int(self.at.timestamp())) if self.at else ()

    def publish(self) -> None:
        """From the addresses that the certificate itself names."""
        tend_status()
        client = Client()
        points = self.x509.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
        (described,) = list(points[0].full_name or ())
        self.list = self.folder / "devices.crl"
        self.list.write_bytes(client.get(urlsplit(str(described.value)).path).content)
        access = self.x509.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
        (issuer,) = (url for one in access if (url := str(one.access_location.value)).endswith(".crt"))
        self.issuing = self.folder / "issuing.crt"
        found = x509.load_der_x509_certificate(client.get(urlsplit(issuer).path).content)
        self.issuing.write_bytes(found.public_bytes(Encoding.PEM))
        self.lists = self.folder / "lists.pem"
        one = x509.load_der_x509_crl(self.list.read_bytes()).public_bytes(Encoding.PEM)
        self.lists.write_bytes(one + (self.ca / "root.crl").read_bytes())

    def entries(self) -> list[int]:
        return [one.serial_number for one in x509.load_der_x509_crl(self.list.read_bytes())]

    def change(self, deed: Any, **more: Any) -> None:
        with speaking(self.resident.citizen_id) as actor:
            deed(by=actor, citizen_id=self.resident.citizen_id, device_id=self.pk, **more)
        self.publish()

    def travel(self, at: datetime, settings: Any, keys: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """The years go by, and the operator signs the root's list anew. keys: folder of the root's key."""
        ca = shutil.copytree(self.ca, self.folder / "ca")
        monkeypatch.setattr(timezone, "now", lambda: at)
        secret = f"--passphrase-file={keys / 'root.passphrase'}"
        call_command("renew_root_crl", str(ca), str(keys / "root.key"), secret)
        settings.DEVICE_CA = {**settings.DEVICE_CA, "FOLDER": str(ca)}
        self.ca, self.at = ca, at
        self.publish()

    def verify(self) -> tuple[int, str]:
        chain = ("-CAfile", self.ca / "root.crt", "-untrusted", self.issuing, "-x509_strict")
        lists = ("-crl_check_all", "-CRLfile", self.lists)
        return openssl("verify", *chain, *lists, *self.moment, self.certificate)

    def ocsp(self, *, post: bool = True, serial: str = "") -> str:
        asked, answer = self.folder / "ocsp.req", self.folder / "ocsp.res"
        subject = ("-serial", f"0x{serial}") if serial else ("-cert", self.certificate)
        nonce = () if post else ("-no_nonce",)
        openssl("ocsp", "-issuer", self.issuing, *subject, *nonce, "-reqout", asked)
        if post:
            response = Client().post("/pki/ocsp", asked.read_bytes(), content_type="application/ocsp-request")
        else:
            response = Client().get("/pki/ocsp/" + quoted(asked.read_bytes()))
            assert response["Cache-Control"] == "public, max-age=60, no-transform"
        assert (response.status_code, response["Content-Type"]) == (200, "application/ocsp-response")
        answer.write_bytes(response.content)
        files = ("-no_nonce", "-issuer", self.issuing, *subject, "-reqin", asked, "-respin", answer)
        trust = ("-CAfile", self.ca / "root.crt", "-verify_other", self.issuing)
        code, told = openssl("ocsp", *files, *trust, *self.moment)
        assert code == 0 and "Response verify OK" in told, told
        assert "Nonce Verify error" not in told
        return told

    def ask(self, party: Any) -> SignatureRequest:
        service = Actor(ActorKind.SERVICE, party.client_id, citizen_id=self.resident.citizen_id)
        with speaking(self.resident.citizen_id):
            return request_signature(
                by=service, relying_party=party, document="申請書.pdf", digest=DIGEST, purpose="申請のため"
            )

    def signed(self) -> bytes:
        issuer = authority().issuer(self.device.issuer)
        assert issuer
        return sign(bytes.fromhex(DIGEST), self.key, bytes(self.device.certificate or b""), [der(issuer)])

    def keep(self, asked: SignatureRequest, content: bytes) -> None:
        with speaking(self.resident.citizen_id) as actor:
            sign_document(by=actor, device=self.device, request_id=asked.pk, content=content)

    def sign(self, party: Any) -> bytes:
        content = self.signed()
        self.keep(self.ask(party), content)
        return content

    def cms(self, content: bytes, *options: Any, document: bytes = DOCUMENT) -> tuple[int, str]:
        signature, file = self.folder / "signature.der", self.folder / "document"
        signature.write_bytes(content)
        file.write_bytes(document)
        command = ("cms", "-verify", "-binary", "-inform", "DER", "-in", signature, "-content", file)
        trusted = self.folder / "trusted.pem"  # OpenSSL takes lists from there, too
        trusted.write_bytes((self.ca / "root.crt").read_bytes() + self.lists.read_bytes())
        trust = ("-CAfile", trusted, "-purpose", "any", "-out", self.folder / "out")
        return openssl(*command, *trust, *self.moment, *options)


def quoted(content: bytes) -> str:
    return quote(base64.b64encode(content).decode(), safe="")
