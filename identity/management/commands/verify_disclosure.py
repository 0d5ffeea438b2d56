"""`manage.py verify_disclosure proof.json keys.json [--roots roots.json]`: needs no database.

keys.json and roots.json are downloaded from the issuer: /transparency/keys.json, /transparency/roots.json.
"""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from identity.domain.disclosure_proof import broken_link, faults

TYPE = "disclosure-root+jwt"


class Command(BaseCommand):
    help = "Verify that a disclosure is in a day's published tree; fails naming what does not hold."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("proof", type=Path, help="downloaded from the resident's page")
        parser.add_argument("keys", type=Path, help="the issuer's public keys, as JWKS")
        parser.add_argument("--roots", type=Path, help="all statements: the proof's has to be one of them")

    def handle(self, *args: Any, **options: Any) -> None:
        proof = _read(options["proof"])
        keys = _keys(options["keys"])
        statement = str(proof.get("statement", "")) if isinstance(proof, dict) else ""
        problems = faults(proof, _claims(statement, keys))
        if options["roots"]:
            problems += _outside(statement, _read(options["roots"]), keys)
        if problems:
            raise CommandError("; ".join(problems))
        entry = proof["entry"]
        self.stdout.write(
            f"verified: {entry['recipient']} received {', '.join(entry['attributes'])} at "
            f"{entry['occurred_at']}; entry {proof['index']} of {proof['size']} of {proof['day']}"
        )


def _outside(statement: str, published: Any, keys: KeySet) -> list[str]:
    try:
        statements = [str(one["statement"]) for one in published["roots"]]
    except (KeyError, TypeError):
        return ["this is no list of roots"]
    oldest_first = sorted(((one, _claims(one, keys)) for one in statements), key=lambda one: one[1]["day"])
    found = [] if statement in statements else ["its statement is not among those that were published"]
    broken = broken_link(oldest_first)
    return [*found, f"the chain of statements breaks at {broken}"] if broken else found


def _claims(statement: str, keys: KeySet) -> dict[str, Any]:
    try:
        read = jwt.decode(statement, keys, algorithms=["ES256"])
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise CommandError("a statement is not signed by these keys") from error
    if read.header.get("typ") != TYPE:
        raise CommandError("what is signed is no statement about a day")
    return read.claims


def _keys(path: Path) -> KeySet:
    try:
        return KeySet.import_key_set(_read(path))
    except (JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise CommandError(f"{path} holds no key set") from error


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CommandError(f"{path} cannot be read as JSON") from error
