import getpass
from datetime import timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from identity.pki import authority, status
from identity.pki.signer import FileSigner, SignerKey


class Command(BaseCommand):
    """Signs the root's revocation list anew, for a year: where the root's key is, offline.

    --revoke names an issuing certificate (PEM) that is no longer to be believed. Copy FOLDER/root.crl to
    DEVICE_CA_FOLDER afterwards. Needs no database.
    """

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("key", type=Path)
        parser.add_argument("--passphrase-file", type=Path, help="default: asked for")
        parser.add_argument("--revoke", type=Path, action="append", default=[])

    def handle(self, *args: Any, **options: Any) -> None:
        file = options["passphrase_file"]
        passphrase = file.read_text().strip() if file else getpass.getpass("Passphrase: ")
        key = SignerKey(FileSigner(options["key"].read_text(), passphrase))
        place = options["folder"] / authority.ROOT_CRL
        earlier = x509.load_pem_x509_crl(place.read_bytes())
        now = timezone.now().replace(microsecond=0)
        number = earlier.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number
        entries = [
            status.Revoked(one.serial_number, one.revocation_date_utc, "unspecified") for one in earlier
        ]
        for path in options["revoke"]:
            serial = x509.load_pem_x509_certificate(path.read_bytes()).serial_number
            entries.append(status.Revoked(serial, now, "cACompromise"))
        root = x509.load_pem_x509_certificate((options["folder"] / authority.ROOT).read_bytes())
        made = status.revocation_list(
            entries, number=number + 1, authority=root, key=key, now=now, life=timedelta(days=366)
        )
        place.write_bytes(made.public_bytes(Encoding.PEM))
        self.stdout.write(f"  {place}: number {number + 1}, {len(entries)} entries")
