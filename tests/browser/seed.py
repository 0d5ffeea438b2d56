"""Sets the stage in a process of its own: `python -m tests.browser.seed prepare|members`.

The other 22 members apply, are admitted and record figures by the actions their pages call: clicking that in
a browser would show nothing that Maebashi's application does not.
"""

import sys
from datetime import date
from decimal import Decimal

import django
from django.core.management import call_command

PREPARE = (
    ("collectstatic", "--noinput"),
    ("migrate",),
    ("load_registry",),
    ("load_framework",),
    ("load_indicators",),
    ("create_signing_key",),
)
YEAR = 2025
SMALL = "363421"  # 神山町 reports a number small enough to be suppressed


def prepare() -> None:
    for name, *arguments in PREPARE:
        call_command(name, *arguments, verbosity=0)


def members() -> None:
    # The modules of applications can be read only once Django stands.
    from tests.browser.members import admit_and_report  # noqa: PLC0415

    admit_and_report(date(2026, 4, 1), YEAR, SMALL, Decimal(3))


if __name__ == "__main__":
    django.setup()
    {"prepare": prepare, "members": members}[sys.argv[1]]()
