"""The one statement that reads all members' figures, as the report role."""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from django.db import connection

from consortium.membership.models import Membership
from consortium.tenancy.models import Municipality, Prefecture

from .indicators import POPULATION
from .models import Indicator, Observation
from .table import Member

# Names of tables are the models' own; values are parameters.
_FIGURES: Final = f"""
    SELECT m.code, m.name, m.romaji, p.code, p.name, p.romaji, residents.value,
           o.value, coalesce(o.status, ''), coalesce(o.fictional OR residents.fictional, false)
    FROM {Membership._meta.db_table} s
    JOIN {Municipality._meta.db_table} m ON m.id = s.municipality_id
    JOIN {Prefecture._meta.db_table} p ON p.code = m.prefecture_id
    LEFT JOIN {Observation._meta.db_table} o
      ON o.municipality_id = m.id AND o.indicator_id = %(indicator)s::uuid AND o.fiscal_year = %(year)s
    LEFT JOIN LATERAL (
      SELECT r.value, r.fictional FROM {Observation._meta.db_table} r
      JOIN {Indicator._meta.db_table} i ON i.id = r.indicator_id AND i.key = %(population)s
      WHERE r.municipality_id = m.id AND r.fiscal_year <= %(year)s
      ORDER BY r.fiscal_year DESC LIMIT 1
    ) residents ON true
    WHERE s.starts_on <= %(day)s::date AND (s.ends_on IS NULL OR s.ends_on > %(day)s::date)
    ORDER BY m.code
"""  # noqa: S608


@dataclass(frozen=True)
class Figures:
    members: list[Member]
    fictional: bool
    """Some of them were invented for demonstration."""


def figures(indicator_id: UUID, fiscal_year: int, day: date) -> Figures:
    """Of those who are members on that day, by code; population is the latest up to the fiscal year."""
    values: dict[str, str | int] = {
        "indicator": str(indicator_id),
        "year": fiscal_year,
        "population": POPULATION,
        "day": day.isoformat(),
    }
    with connection.cursor() as cursor:
        cursor.execute(_FIGURES, values)
        rows = cursor.fetchall()
    return Figures([Member(*row[:-1]) for row in rows], any(row[-1] for row in rows))
