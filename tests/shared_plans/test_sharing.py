"""公開範囲: who reads a plan and which sections, in the order anonymous, unrelated, named, owner."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from consortium.files.models import StoredFile
from consortium.membership.models import Membership, Standing
from consortium.tenancy import context
from consortium.tenancy.models import Municipality
from shared_plans.actions import (
    Sharing,
    adopt_plan,
    attach_file,
    propose_sharing,
    publish_plan,
    share_plan,
    submit_plan,
)
from shared_plans.domain.document import Document, content_hash, from_json, to_json
from shared_plans.domain.kinds import Kind
from shared_plans.domain.parts import WITHHOLDABLE, commitment, joined, linked, split, whole_hash
from shared_plans.domain.reach import Reach, narrowed
from shared_plans.domain.validation import Rules, problems
from shared_plans.models import Plan, PlanAdoption, PlanRevision, PlanRevisionPrivate, Visibility
from shared_plans.queries.library import LibraryFilter, library
from shared_plans.queries.public import public_revision, public_revisions
from shared_plans.queries.readable import is_genuine, readable_revision, readable_revisions
from shared_plans.queries.revisions import whole_document
from tests.factories import make_member

from .conftest import CONTENT
from .documents import documents
from .helpers import at, of

BUDGET = Sharing(private_kinds=(Kind.BUDGET,))
ANYBODY = context.Context(role="none")
kinds = st.sets(st.sampled_from(WITHHOLDABLE))


# --- Two parts, one hash ---------------------------------------------------------------------------


@given(documents(), kinds)
def test_nothing_is_lost_and_nothing_withheld_is_shared(document: Document, withheld: set[Kind]) -> None:
    parts = split(document, withheld)
    assert not any(one.kind in withheld for one in from_json(parts.shared).clauses)
    assert joined(parts.shared, parts.private).by_id() == document.by_id()
    assert whole_hash(parts.shared, parts.commitment) == parts.hash
    if parts.private:
        assert commitment(parts.private, parts.salt) == parts.commitment
        assert parts.hash not in {parts.shared_hash, content_hash(to_json(document))}
        assert split(document, withheld).hash != parts.hash, "the salt is drawn anew"
    else:
        assert parts.hash == parts.shared_hash == content_hash(parts.shared)


@given(documents(), kinds)
def test_what_can_be_taken_over_refers_to_nothing_withheld(document: Document, withheld: set[Kind]) -> None:
    shared = linked(from_json(split(document, withheld).shared))
    found = problems(shared, Rules(("front_yard", "security", "telework"), complete=False))
    targets = {clause.id: clause.kind for clause in document.clauses}
    assert not [
        one for one in found if one.code == "unknown_clause" and one.place not in _wrong(document, targets)
    ]
    assert linked(shared) == shared


def _wrong(document: Document, targets: dict[str, Kind]) -> set[object]:
    """Places that named a clause of another kind to begin with."""
    rules = Rules(("front_yard", "security", "telework"), complete=False)
    return {one.place for one in problems(document, rules) if one.code == "unknown_clause"}


REACHES = [
    Reach("private"),
    Reach("named", frozenset({1})),
    Reach("named", frozenset({2})),
    Reach("named", frozenset({1, 2})),
    Reach("consortium"),
    Reach("public"),
]


@pytest.mark.parametrize("present", REACHES)
@pytest.mark.parametrize("limit", REACHES)
def test_narrowing_lets_nobody_in(present: Reach, limit: Reach) -> None:
    result = narrowed(present, limit)
    assert _readers(result) == _readers(present) & _readers(limit)


def _readers(reach: Reach) -> set[object]:
    """1 and 2 can be named; 3 is another member, 4 anybody."""
    return {"private": set(), "named": set(reach.readers), "consortium": {1, 2, 3}}.get(
        reach.visibility, {1, 2, 3, 4}
    )


# --- In the database -------------------------------------------------------------------------------


@pytest.fixture
def fujioka(db: None, members: None) -> Municipality:
    found = Municipality.objects.exclude(code__in=["102016", "102024"]).order_by("code").first()
    assert found is not None
    make_member(found)
    return found


@pytest.fixture
def publish(
    submitted: Plan, maebashi: Municipality, approver: Any, acting: Callable[..., Any]
) -> Callable[[Sharing], PlanRevision]:
    def published(sharing: Sharing) -> PlanRevision:
        with acting(approver, maebashi) as actor:
            revision: PlanRevision = publish_plan(
                by=actor, plan=submitted, lock_version=submitted.lock_version, sharing=sharing
            )
            return revision

    return published


def seen_by(municipality: Municipality) -> list[PlanRevision]:
    with context.tenant(municipality.pk):
        return list(readable_revisions())


def seen_by_anybody() -> list[str]:
    with context.opened(ANYBODY):
        return [f"{one.title} {one.municipality.name} {one.edition.title_ja}" for one in public_revisions()]


@pytest.mark.django_db
def test_named_members_alone(
    publish: Callable[[Sharing], PlanRevision],
    maebashi: Municipality,
    takasaki: Municipality,
    fujioka: Municipality,
) -> None:
    revision = publish(Sharing(Visibility.NAMED, (takasaki.pk,)))
    assert not seen_by_anybody()
    assert not seen_by(fujioka)
    assert seen_by(takasaki) == [revision]
    assert seen_by(maebashi) == [revision]
    with context.tenant(fujioka.pk):
        assert readable_revision(revision.pk) is None
        assert not library(LibraryFilter(q="窓口"), fujioka).exists()
    with context.tenant(takasaki.pk):
        assert library(LibraryFilter(q="窓口", item="telework"), takasaki).exists()


@pytest.mark.django_db
@pytest.mark.parametrize("ended", ["left", "suspended"])
def test_a_named_reader_that_belongs_no_more(
    publish: Callable[[Sharing], PlanRevision], takasaki: Municipality, ended: str
) -> None:
    publish(Sharing(Visibility.NAMED, (takasaki.pk,)))
    today = timezone.localdate()
    with context.secretariat():
        standing = Membership.objects.filter(municipality=takasaki)
        if ended == "left":
            standing.update(starts_on=date(2020, 4, 1), ends_on=today - timedelta(days=1))
        else:
            standing.update(standing=Standing.SUSPENDED)
    assert not seen_by(takasaki)


@pytest.mark.django_db
def test_the_public_reads_it_without_an_account(
    publish: Callable[[Sharing], PlanRevision], takasaki: Municipality, fujioka: Municipality
) -> None:
    revision = publish(Sharing(Visibility.PUBLIC, private_kinds=(Kind.BUDGET,)))
    assert [text.split()[0] for text in seen_by_anybody()] == [revision.title]
    assert seen_by(takasaki) == seen_by(fujioka) == [revision]
    with context.opened(ANYBODY):
        found = public_revision(revision.pk)
        assert found is not None
        assert is_genuine(found)
        assert "窓口システム" not in str(found.content)


@pytest.mark.django_db
def test_private_sections_stay_at_home(
    publish: Callable[[Sharing], PlanRevision],
    maebashi: Municipality,
    takasaki: Municipality,
    at_adopter: Client,
    at_editor: Client,
) -> None:
    revision = publish(BUDGET)
    assert revision.hash != revision.shared_hash
    with context.tenant(takasaki.pk):
        theirs = readable_revision(revision.pk)
        assert theirs is not None
        assert is_genuine(theirs)
        assert {one.kind for one in from_json(theirs.content).clauses} == {Kind.INITIATIVE}
        assert not PlanRevisionPrivate.visible.exists()
        assert not library(LibraryFilter(q="窓口システム"), takasaki).exists(), "nor by its words"
        assert library(LibraryFilter(q="書かない窓口"), takasaki).exists()
    there = at_adopter.get(at(takasaki, "library_plan", revision=revision.pk)).content.decode()
    assert "窓口システム" not in there
    assert "非公開" in there
    here = at_editor.get(of(revision.plan, maebashi, "revision", number=1)).content.decode()
    assert "窓口システム" in here
    with context.tenant(maebashi.pk):
        part = PlanRevisionPrivate.objects.get()
        assert commitment(part.content, part.salt) == revision.private_commitment
        assert whole_document(revision).by_id() == CONTENT.by_id()


@pytest.mark.django_db
def test_adopting_takes_over_the_shared_part_alone(
    publish: Callable[[Sharing], PlanRevision],
    takasaki: Municipality,
    adopter: Any,
    acting: Callable[..., Any],
) -> None:
    revision = publish(BUDGET)
    with acting(adopter, takasaki) as actor:
        plan = adopt_plan(by=actor, revision_id=revision.pk)
        assert {one["kind"] for one in plan.draft["clauses"]} == {"initiative"}
        assert PlanAdoption.objects.get().source_revision_hash == revision.hash
        assert submit_plan(by=actor, plan=plan).status == "in_review", "no reference dangles"


@pytest.mark.django_db
def test_files_follow_the_readers(
    draft: Plan,
    maebashi: Municipality,
    takasaki: Municipality,
    fujioka: Municipality,
    editor: Any,
    approver: Any,
    acting: Callable[..., Any],
) -> None:
    with acting(editor, maebashi) as actor:
        attach_file(by=actor, plan=draft, name="体制.txt", content="推進体制".encode())
        plan = submit_plan(by=actor, plan=draft)
    with acting(approver, maebashi) as actor:
        named = Sharing(Visibility.NAMED, (takasaki.pk,))
        publish_plan(by=actor, plan=plan, lock_version=plan.lock_version, sharing=named)
    assert [_files(one) for one in (fujioka, takasaki, maebashi)] == [0, 1, 1]
    with acting(approver, maebashi) as actor:
        share_plan(by=actor, plan=plan, visibility=Visibility.PUBLIC)
    assert [_files(one) for one in (fujioka, takasaki, maebashi)] == [1, 1, 1]
    with acting(approver, maebashi) as actor:
        share_plan(by=actor, plan=plan, visibility=Visibility.PRIVATE)
    assert [_files(one) for one in (fujioka, takasaki, maebashi)] == [0, 0, 1]


def _files(reader: Municipality) -> int:
    with context.tenant(reader.pk):
        return int(StoredFile.visible.count())


@pytest.mark.django_db
@pytest.mark.parametrize("what", ["nobody", "itself", "a stranger", "initiatives"])
def test_what_cannot_be_shared_so(
    publish: Callable[[Sharing], PlanRevision], maebashi: Municipality, what: str
) -> None:
    sharing = {
        "nobody": Sharing(Visibility.NAMED),
        "itself": Sharing(Visibility.NAMED, (maebashi.pk,)),
        "a stranger": Sharing(Visibility.NAMED, (999_999,)),
        "initiatives": Sharing(private_kinds=(Kind.INITIATIVE,)),
    }[what]
    with pytest.raises(ValidationError) as error:
        publish(sharing)
    assert set(error.value.message_dict) == {"private_kinds" if what == "initiatives" else "readers"}
    with context.tenant(maebashi.pk):
        assert not PlanRevision.objects.exists()


@pytest.mark.django_db
def test_nothing_is_shared_without_its_audit_row(
    published: PlanRevision, maebashi: Municipality, approver: Any, acting: Callable[..., Any]
) -> None:
    with acting(approver, maebashi) as actor:
        with (
            patch("shared_plans.actions.sharing.record", side_effect=RuntimeError),
            pytest.raises(RuntimeError),
        ):
            share_plan(by=actor, plan=published.plan, visibility=Visibility.PUBLIC)
        assert PlanRevision.objects.get().visibility == Visibility.CONSORTIUM


@pytest.mark.django_db
def test_who_may_propose_and_who_decides(
    draft: Plan, maebashi: Municipality, editor: Any, approver: Any, acting: Callable[..., Any]
) -> None:
    with acting(approver, maebashi) as actor, pytest.raises(PermissionDenied):
        propose_sharing(by=actor, plan=draft, lock_version=draft.lock_version, sharing=BUDGET)
    with acting(editor, maebashi) as actor:
        plan = propose_sharing(by=actor, plan=draft, lock_version=draft.lock_version, sharing=BUDGET)
        with pytest.raises(ValidationError, match="保存"):
            propose_sharing(by=actor, plan=plan, lock_version=draft.lock_version - 1, sharing=Sharing())
        plan = submit_plan(by=actor, plan=plan)
    with acting(approver, maebashi) as actor:
        revision = publish_plan(by=actor, plan=plan, lock_version=plan.lock_version)
        assert revision.private_kinds == ["budget"], "as proposed, where the approver says nothing else"


# --- On the pages ----------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["sharing", "preview", "propose_sharing", "share", "unshare"])
def test_strangers(
    client: Client, at_adopter: Client, published: PlanRevision, maebashi: Municipality, name: str
) -> None:
    url = of(published.plan, maebashi, name)
    assert client.get(url).status_code == 302
    assert at_adopter.get(url).status_code == 404


@pytest.mark.django_db
def test_from_proposal_to_named_readers(
    at_editor: Client,
    at_approver: Client,
    draft: Plan,
    editor: Any,
    maebashi: Municipality,
    takasaki: Municipality,
    acting: Callable[..., Any],
) -> None:
    form = {
        "visibility": "named",
        "readers": [takasaki.pk],
        "private_kinds": ["budget"],
        "lock_version": draft.lock_version,
    }
    refused = at_editor.post(of(draft, maebashi, "propose_sharing"), {**form, "readers": []})
    assert refused.status_code == 422
    assert "readers" in refused.context["form"].errors
    assert at_editor.post(of(draft, maebashi, "propose_sharing"), form).status_code == 302
    page = at_editor.get(of(draft, maebashi, "sharing")).content.decode()
    assert takasaki.name in page
    assert "庁内のみ" in page
    preview = at_editor.get(of(draft, maebashi, "preview")).content.decode()
    assert "書かない窓口" in preview
    assert "窓口システム" not in preview
    with acting(editor, maebashi) as actor:
        plan = submit_plan(by=actor, plan=Plan.objects.get())
    review = at_approver.get(of(plan, maebashi, "review"))
    assert review.context["form"]["readers"].value() == [takasaki.pk]
    sent = {**form, "lock_version": plan.lock_version, "do": "publish", "reason": ""}
    assert at_approver.post(of(plan, maebashi, "review"), sent).status_code == 302
    with context.tenant(maebashi.pk):
        revision = PlanRevision.objects.get()
        assert (revision.visibility, revision.reader_ids) == ("named", [takasaki.pk])
    assert at_approver.get(of(plan, maebashi, "preview")).status_code == 200
    wider = {"visibility": "public"}
    assert at_editor.post(of(plan, maebashi, "share"), wider).status_code == 403
    assert at_approver.post(of(plan, maebashi, "share"), wider).status_code == 302
    assert seen_by_anybody()
