"""Fifteen tables of equal shape for both sides: each row names one of the table before."""

from typing import Any

from django.db import models

TABLES = 15


def make_tables(base: type[models.Model], foreign_key: Any, module: str) -> dict[str, type[models.Model]]:
    """Table01 … Table15 with a base class and a kind of reference; label app is that of `module`."""
    made: dict[str, type[models.Model]] = {}
    for number in range(1, TABLES + 1):
        name = f"Table{number:02}"
        fields: dict[str, Any] = {
            "name": models.CharField(max_length=80),
            "amount": models.IntegerField(default=0),
            "on": models.DateField(db_index=False),
            "__module__": module,
        }
        if number > 1:
            before = f"Table{number - 1:02}"
            fields["parent"] = foreign_key(before, on_delete=models.PROTECT, related_name="+")
        if number == TABLES:
            fields["extra"] = models.CharField(max_length=40, default="")
        made[name] = type(base)(name, (base,), fields)
    return made
