"""Sets the stage in a process of its own: `python -m deploy.stage.seed < wanted.json`, its answer is JSON.

Clients and residents come to be by the actions that the pages call.
"""

import json
import sys
from datetime import date
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402

from deploy.stage import deeds  # noqa: E402  # models exist after setup()

PREPARE = (
    ("compile_translations",),
    ("collectstatic", "--noinput"),
    ("migrate",),
    ("load_registry",),
    ("create_signing_key",),
)
BIRTH = date(1955, 4, 1)


def prepare() -> None:
    for name, *arguments in PREPARE:
        call_command(name, *arguments, verbosity=0)


def seed(wanted: dict[str, Any]) -> dict[str, Any]:
    """wanted: `clients` {name: fields of a registration, its `sector` among them}, `residents` a number,
    `test` whether these are residents for services under test.

    Answers `clients` {name: client_id, client_secret} and `codes`, an enrolment code for each resident.
    """
    return {
        "clients": deeds.register(wanted["clients"]),
        "codes": deeds.proof(wanted["residents"], BIRTH, test=wanted["test"]),
    }


if __name__ == "__main__":
    if sys.argv[1:] == ["prepare"]:
        prepare()
    else:
        sys.stdout.write(json.dumps(seed(json.load(sys.stdin))))
