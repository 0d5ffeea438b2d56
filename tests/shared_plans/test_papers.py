"""計画書: made by a worker once a revision is published, kept with it, shown where it is shown."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.conf import LazySettings
from django.test import Client
from django.utils import translation

from consortium import storages
from consortium.audit.models import Event
from consortium.documents.typesetting import render
from consortium.files.models import StoredFile
from consortium.jobs.models import Job
from consortium.tenancy import context
from consortium.tenancy.models import Municipality
from consortium.tenancy.tasks import HEADER
from shared_plans.actions import share_plan
from shared_plans.documents import TEMPLATE, plan_data
from shared_plans.domain.document import to_json
from shared_plans.models import PlanRevision, Visibility
from shared_plans.queries.framework import framework_editions
from shared_plans.tasks import print_revision
from tests.documents.reading import read

from .conftest import CONTENT
from .helpers import at, of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def files(settings: LazySettings, tmp_path: Path) -> None:
    settings.STORAGES = {**settings.STORAGES, "default": storages.private("", tmp_path / "files")}


def carry_out(municipality: Municipality) -> None:
    """What a worker does with the jobs that are asked for."""
    with context.worker(municipality.pk):
        jobs = list(Job.objects.filter(kind=print_revision.name, state="queued"))
    headers = {HEADER: {"municipality": municipality.pk, "role": "worker", "request": ""}}
    for job in jobs:
        print_revision.apply(kwargs={"job_id": str(job.pk)}, headers=headers, throw=True)


def state(municipality: Municipality) -> list[str]:
    with context.worker(municipality.pk):
        jobs = Job.objects.filter(kind=print_revision.name, municipality_id=municipality.pk)
        return list(jobs.order_by("created_at").values_list("state", flat=True))


def test_a_published_revision_gets_its_paper(
    published: PlanRevision,
    at_editor: Client,
    at_adopter: Client,
    maebashi: Municipality,
    takasaki: Municipality,
    approver: Any,
    acting: Callable[..., Any],
) -> None:
    own = of(published.plan, maebashi, "revision", number=1)
    other = at(takasaki, "library_plan", revision=published.pk)
    waiting = at_editor.get(own)
    assert waiting.context["printing"]
    assert "計画書(PDF)を作成しています。" in waiting.content.decode()
    assert at_adopter.get(other).context["paper_url"] == ""

    carry_out(maebashi)
    assert state(maebashi) == ["done"]
    answer = at_editor.get(at_editor.get(own).context["paper_url"])
    assert answer["Content-Type"] == "application/pdf"
    found = read(answer.content)
    assert (found.title, found.language, found.standard) == (published.title, "ja", "ua-1")
    for text in (
        "書かない窓口",
        "<b>太字にはなりません</b>",
        "令和9年3月31日",
        "試行の開始",
        published.hash[:20],
        "第1版",
    ):
        assert text in found.text
    assert at_adopter.get(at_adopter.get(other).context["paper_url"]).content == answer.content

    url = at_adopter.get(other).context["paper_url"]
    with acting(approver, maebashi) as actor:
        share_plan(by=actor, plan=published.plan, visibility=Visibility.PRIVATE)
    assert at_adopter.get(url).status_code == 404


def test_not_shared_while_the_revision_is_not(
    published: PlanRevision, maebashi: Municipality, approver: Any, acting: Callable[..., Any]
) -> None:
    with acting(approver, maebashi) as actor:
        share_plan(by=actor, plan=published.plan, visibility=Visibility.PRIVATE)
    carry_out(maebashi)
    with context.tenant(maebashi.pk):
        assert list(StoredFile.objects.values_list("kept", "shared")) == [(True, False)]


def test_it_can_be_asked_for_again_after_a_failure_and_is_made_once(
    published: PlanRevision, at_editor: Client, maebashi: Municipality
) -> None:
    page, again = (of(published.plan, maebashi, name, number=1) for name in ("revision", "print"))
    at_editor.post(again)
    assert state(maebashi) == ["queued"], "it is under way"
    with patch("shared_plans.tasks.render", side_effect=RuntimeError):
        carry_out(maebashi)
    assert state(maebashi) == ["failed"]
    assert again in at_editor.get(page).content.decode()
    assert at_editor.get(again).status_code == 200
    assert at_editor.post(again).url == page
    carry_out(maebashi)
    assert state(maebashi) == ["failed", "done"]
    at_editor.post(again)
    assert state(maebashi) == ["failed", "done"]
    with context.tenant(maebashi.pk):
        assert StoredFile.objects.count() == 1
        events = Event.objects.filter(action__startswith="plan.paper").order_by("id")
        assert [one.action for one in events] == ["plan.paper_requested"] * 2 + ["plan.paper_made"]


def test_without_audit_row_nothing_is_kept(published: PlanRevision, maebashi: Municipality) -> None:
    with patch("shared_plans.actions.printing.record", side_effect=RuntimeError):
        carry_out(maebashi)
    assert state(maebashi) == ["failed"]
    with context.tenant(maebashi.pk):
        assert not StoredFile.objects.exists()


def test_a_long_plan_has_numbered_pages_and_contents(published: PlanRevision, maebashi: Municipality) -> None:
    (first, second, _line) = CONTENT.clauses
    long = {**first.values, "body": "本文。" * 300}
    clauses = tuple(replace(first, id=f"c{n}", values=long) for n in range(20))
    published.content = to_json(replace(CONTENT, clauses=(*clauses, second)))
    published.attachments = [{"title": "体制図", "name": "体制図.pdf"}]
    with context.tenant(maebashi.pk), translation.override("en"):
        published.edition = framework_editions()[0]
        data = plan_data(published, maebashi)
    found = read(render(TEMPLATE, data, made_at=published.published_at))
    assert found.pages > 10
    assert found.language == "en"
    assert "体制図.pdf" in found.text
    assert f"{found.pages}/{found.pages}" in found.text.replace(" ", "")
