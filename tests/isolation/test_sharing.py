"""Rows that choose their readers: who reaches a plan's revision at each visibility and standing."""

from typing import Any

import pytest
from django.apps import apps

from consortium.tenancy import context
from consortium.tenancy.models import Municipality
from consortium.tenancy.roles import APP, WORKER
from tests.factories import make_member
from tests.isolation import trials
from tests.isolation.rows import Parties, parties

REVISION = apps.get_model("shared_plans.PlanRevision")
PRIVATE = apps.get_model("shared_plans.PlanRevisionPrivate")
NOBODY = context.Context(role="none")
NAMES_ME, NAMES_ANOTHER = "named, me", "named, another"
READERS: dict[str, tuple[bool, bool, bool]] = {
    "private": (False, False, False),
    NAMES_ANOTHER: (False, False, False),
    NAMES_ME: (False, False, True),
    "consortium": (False, False, True),
    "public": (True, True, True),
}
"""Visibility → whether it is read without an account, by one who does not belong (any more), by a member."""


@pytest.fixture
def pair(maebashi: Municipality, takasaki: Municipality) -> Parties:
    return parties(maebashi.pk, takasaki.pk)


@pytest.mark.parametrize("kind", READERS)
def test_who_reaches_a_revision(kind: str, pair: Parties, maebashi: Municipality) -> None:
    mine, theirs = pair(REVISION)
    named = mine.municipality_id if kind == NAMES_ME else 999_999
    reach = {"visibility": kind.partition(",")[0], "reader_ids": [named] if "named" in kind else []}
    row = theirs.build(REVISION, number=77, is_latest=False, **reach)
    with context.tenant(theirs.municipality_id):
        row.save(force_insert=True)
    stranger, outsider, member = READERS[kind]
    with context.opened(NOBODY):
        assert (trials.read(REVISION, row.pk) == 1) is stranger
    with context.tenant(mine.municipality_id):
        assert (trials.read_by_orm(REVISION, row.pk) == 1) is outsider
    make_member(maebashi)
    with context.tenant(mine.municipality_id):
        assert (trials.read_by_orm(REVISION, row.pk) == 1) is member
        for trial in (trials.lock, *trials.WRITING):
            assert trial(REVISION, row.pk) <= 0, trial.__name__
    with context.tenant(theirs.municipality_id):
        assert trials.read(REVISION, row.pk) == 1


@pytest.mark.parametrize("role", [APP, WORKER])
def test_a_private_part_is_the_own_municipalitys_alone(
    role: str, pair: Parties, maebashi: Municipality
) -> None:
    """Although the revision that it belongs to is public and the reader a member."""
    make_member(maebashi)
    mine, theirs = pair(PRIVATE, REVISION)
    with context.tenant(theirs.municipality_id):
        REVISION.objects.filter(pk=theirs.rows[REVISION].pk).update(visibility="public")
    with context.opened(context.Context(role, municipality_id=mine.municipality_id)):
        assert _reached(theirs.rows[PRIVATE].pk) == [0, 0, 0]
        assert trials.read(PRIVATE, mine.rows[PRIVATE].pk) == 1
    for other in (NOBODY, context.Context("secretariat")):
        with context.opened(other):
            assert max(_reached(theirs.rows[PRIVATE].pk)) <= 0


@pytest.mark.parametrize("column", ["drafted_by_id", "drafted_by_name", "approved_by_id", "approved_by_name"])
def test_the_public_reads_no_names_of_staff(column: str, pair: Parties) -> None:
    _, theirs = pair(REVISION)
    with context.tenant(theirs.municipality_id):
        REVISION.objects.filter(pk=theirs.rows[REVISION].pk).update(visibility="public")
    with context.opened(NOBODY):
        statement = "SELECT {} FROM shared_plans_planrevision WHERE id = %s"
        assert trials.count(statement.format("title"), theirs.rows[REVISION].pk) == 1
        assert trials.count(statement.format(column), theirs.rows[REVISION].pk) == trials.REFUSED


def _reached(pk: Any) -> list[int]:
    """A trial that the database refused counts as nothing reached."""
    return [max(0, trial(PRIVATE, pk)) for trial in trials.READING]
