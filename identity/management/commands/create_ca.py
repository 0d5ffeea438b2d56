import os
import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from identity.pki import authority, profile, status
from identity.pki.signer import encrypted

ROOT_LIST = timedelta(days=366)


class Command(BaseCommand):
    """Makes the CA for residents' devices: a root, to be kept offline, and an issuing CA below it.

    FOLDER gets what is public (certificates, the root's revocation list); KEYS the two keys, encrypted, each
    with a passphrase file of its own. Nothing that is there already is overwritten. Needs no database.
    """

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("keys", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        folder, keys = options["folder"], options["keys"]
        if any((place / name).exists() for place in (folder, keys) for name in NAMES):
            raise CommandError("There is a CA here already: give empty folders.")
        folder.mkdir(parents=True, exist_ok=True)
        keys.mkdir(parents=True, mode=0o700, exist_ok=True)
        now = timezone.now().replace(microsecond=0)
        root_key, key = ec.generate_private_key(ec.SECP384R1()), ec.generate_private_key(ec.SECP256R1())
        root = profile.root(root_key, "Device Root CA", now)
        issuing = profile.issuing(key, "Device Issuing CA", root, root_key, now)
        empty = status.revocation_list((), number=1, authority=root, key=root_key, now=now, life=ROOT_LIST)
        for name, made in ((authority.ROOT, root), (authority.ISSUING, issuing), (authority.ROOT_CRL, empty)):
            (folder / name).write_bytes(made.public_bytes(Encoding.PEM))
        for name, private in (("root", root_key), ("issuing", key)):
            passphrase = secrets.token_urlsafe(48)
            private_file(keys / f"{name}.passphrase", passphrase.encode())
            private_file(keys / f"{name}.key", encrypted(private, passphrase))
        if options["verbosity"] > 0:
            self.stdout.write(
                f"  DEVICE_CA_FOLDER={folder} for all processes\n"
                "  For the worker alone:\n"
                f"  DEVICE_CA_KEY_FILE={keys}/issuing.key\n"
                f"  DEVICE_CA_PASSPHRASE_FILE={keys}/issuing.passphrase\n"
                f"  Take {keys}/root.* off this machine. It signs a new root.crl within a year.\n"
                f"  Organisation in the names: {settings.DEVICE_CA['NAME'] or 'Consortium'}"
            )


NAMES = (authority.ROOT, authority.ISSUING, "root.key", "issuing.key")


def private_file(path: Path, content: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
