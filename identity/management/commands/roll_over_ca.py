import getpass
import secrets
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from identity.pki import authority, profile
from identity.pki.authority import Authority, generation_of
from identity.pki.signer import FileSigner, SignerKey, encrypted

from .create_ca import private_file


class Command(BaseCommand):
    """Makes the next issuing CA for residents' devices below the same root: where the root's key is, offline.

    FOLDER is a copy of DEVICE_CA_FOLDER; its issuing.crt stays in it under another name. KEYS, a new folder,
    gets the new key, encrypted, with a passphrase file. Certificates of the CA before go on until they end;
    the worker keeps its key as DEVICE_CA_EARLIER_KEY so long. The steps: docs/certificate-profile.md. Needs
    no database.
    """

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("keys", type=Path)
        parser.add_argument("root_key", type=Path)
        parser.add_argument("--passphrase-file", type=Path, help="of the root's key; default: asked for")

    def handle(self, *args: Any, **options: Any) -> None:
        folder, keys = options["folder"], options["keys"]
        ours, now = authority.of_folder(str(folder)), timezone.now().replace(microsecond=0)
        _check_room(ours, now)
        if (keys / "issuing.key").exists():
            raise CommandError(f"{keys} holds a key already: give a new folder.")
        file = options["passphrase_file"]
        passphrase = file.read_text().strip() if file else getpass.getpass("Passphrase of the root's key: ")
        root_key = SignerKey(FileSigner(options["root_key"].read_text(), passphrase))
        if root_key.public_key() != ours.root.public_key():
            raise CommandError("This is not the key of root.crt.")
        number = int(generation_of(ours.issuing)[1:] or 1) + 1
        key = ec.generate_private_key(ec.SECP256R1())
        made = profile.issuing(key, f"Device Issuing CA G{number}", ours.root, root_key, now)
        _write_key(keys, key)
        (folder / authority.ISSUING).rename(folder / f"issuing-{number - 1}.crt")
        (folder / authority.ISSUING).write_bytes(made.public_bytes(Encoding.PEM))
        authority.of_folder.cache_clear()
        self.stdout.write(
            f"  {folder}: issuing.crt is generation {generation_of(made)}\n"
            "  For the worker alone, after the identity surface has the folder:\n"
            "  DEVICE_CA_EARLIER_KEY_FILE, DEVICE_CA_EARLIER_PASSPHRASE_FILE: the key used so far\n"
            f"  DEVICE_CA_KEY_FILE={keys}/issuing.key\n"
            f"  DEVICE_CA_PASSPHRASE_FILE={keys}/issuing.passphrase\n"
            f"  Until {now + timedelta(days=profile.DEVICE_DAYS):%Y-%m-%d} both keys are needed."
        )


def _check_room(ours: Authority, now: datetime) -> None:
    """Two CAs at once: what the one before the last issued has to have ended, or be revoked with it."""
    until = ours.issuing.not_valid_before_utc + timedelta(days=profile.DEVICE_DAYS)
    alive = [one for one in ours.earlier if not _is_revoked(one, ours.root_crl)]
    if alive and until > now:
        raise CommandError(
            f"Certificates of the CA before this one may be valid until {until:%Y-%m-%d}: wait until then, or"
            " end it with renew_root_crl --revoke, if its key is in wrong hands."
        )


def _is_revoked(one: x509.Certificate, crl: x509.CertificateRevocationList) -> bool:
    return crl.get_revoked_certificate_by_serial_number(one.serial_number) is not None


def _write_key(keys: Path, key: ec.EllipticCurvePrivateKey) -> None:
    keys.mkdir(parents=True, mode=0o700, exist_ok=True)
    passphrase = secrets.token_urlsafe(48)
    private_file(keys / "issuing.passphrase", passphrase.encode())
    private_file(keys / "issuing.key", encrypted(key, passphrase))
