"""Files of plans on the pages: taken along, brought back, and open to anybody where a plan is public."""

import io
import json
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4
from xml.etree import ElementTree

import jsonschema
import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from consortium.audit.models import Event
from consortium.tenancy import context
from consortium.tenancy.models import Municipality
from shared_plans.actions import share_plan
from shared_plans.domain.document import from_json
from shared_plans.domain.plan_file import from_text, to_text
from shared_plans.models import Plan, PlanRevision, Visibility

from .conftest import CONTENT
from .helpers import at, of

pytestmark = pytest.mark.django_db


@pytest.fixture
def public(acting: Any, maebashi: Municipality, approver: Any, published: PlanRevision) -> PlanRevision:
    with acting(approver, maebashi) as by:
        share_plan(by=by, plan=published.plan, visibility=Visibility.PUBLIC)
    return published


def stored(municipality: Municipality) -> dict[UUID, Plan]:
    with context.tenant(municipality.pk):
        return {plan.pk: plan for plan in Plan.objects.all()}


def upload(client: Client, url: str, data: bytes, name: str = "plan.json") -> Any:
    """The page that says what the file would do."""
    response = client.post(url, {"file": SimpleUploadedFile(name, data)})
    assert response.status_code == 302, response.context["form"].errors
    return client.get(response["Location"])


def confirm(client: Client, page: Any) -> Any:
    form = page.context["form"]
    values = {name: form[name].value() or "" for name in form.fields}
    return client.post(page.request["PATH_INFO"], values)


@pytest.mark.parametrize("form", ["json", "xlsx"])
def test_what_is_taken_along_can_be_brought_back(
    at_editor: Client, maebashi: Municipality, draft: Plan, form: str
) -> None:
    saved = at_editor.get(of(draft, maebashi, "plan_file", form=form))
    page = upload(at_editor, at(maebashi, "import_plan"), saved.content, f"plan.{form}")
    assert page.context["run"].faults == []
    response = confirm(at_editor, page)
    assert response.status_code == 302
    with context.tenant(maebashi.pk):
        copy = Plan.objects.exclude(pk=draft.pk).get(title=draft.title)
        assert from_json(copy.draft).by_id() == from_json(draft.draft).by_id()
        assert Event.objects.filter(action="plan.imported").count() == 1


def test_markdown_tells_what_the_page_tells(at_editor: Client, maebashi: Municipality, draft: Plan) -> None:
    text = at_editor.get(of(draft, maebashi, "plan_file", form="md")).content.decode()
    assert text.startswith(f"# {draft.title}")
    assert "12,000,000円" in text


def test_a_format_that_there_is_not(at_editor: Client, maebashi: Municipality, draft: Plan) -> None:
    assert at_editor.get(of(draft, maebashi, "plan_file", form="docx")).status_code == 404


def test_an_import_replaces_a_draft_that_nobody_changed_meanwhile(
    at_editor: Client, maebashi: Municipality, draft: Plan
) -> None:
    file = from_text(at_editor.get(of(draft, maebashi, "plan_file", form="json")).content.decode())
    data = to_text(type(file)("改めた計画", *_head(file), file.content)).encode()
    first = upload(at_editor, of(draft, maebashi, "import_plan_into"), data)
    second = upload(at_editor, of(draft, maebashi, "import_plan_into"), data)
    assert confirm(at_editor, first).status_code == 302
    saved = stored(maebashi)[draft.pk]
    assert saved.title == "改めた計画"
    assert confirm(at_editor, second).status_code != 302
    assert stored(maebashi)[draft.pk].lock_version == saved.lock_version


def _head(file: Any) -> tuple[str, int, int]:
    return file.edition, file.year_from, file.year_to


def test_unknown_items_and_broken_totals_change_nothing(
    at_editor: Client, maebashi: Municipality, draft: Plan
) -> None:
    book = openpyxl.load_workbook(
        io.BytesIO(at_editor.get(of(draft, maebashi, "plan_file", form="xlsx")).content)
    )
    book["施策"]["C3"] = "ない取組事項"
    book["予算の合計"]["B3"] = 1
    out = io.BytesIO()
    book.save(out)
    page = upload(at_editor, at(maebashi, "import_plan"), out.getvalue(), "plan.xlsx")
    messages = [one.message for one in page.context["run"].faults]
    assert any("国の計画にない項目" in one for one in messages)
    assert any("合計が合いません" in one for one in messages)
    assert confirm(at_editor, page).status_code != 302
    assert list(stored(maebashi)) == [draft.pk]


@pytest.mark.parametrize("data", [b"", b"{", b"\xff\xfe", b"PK\x03\x04", b"title,year\n", b'{"format": "x"}'])
def test_what_is_no_plan_is_refused_in_words(at_editor: Client, maebashi: Municipality, data: bytes) -> None:
    response = at_editor.post(at(maebashi, "import_plan"), {"file": SimpleUploadedFile("plan.json", data)})
    if response.status_code == 302:
        page = at_editor.get(response["Location"])
        assert page.context.get("unreadable") or page.context["run"].faults
        assert confirm(at_editor, page).status_code != 302
    assert not stored(maebashi)


def test_an_upload_is_its_owners(
    at_editor: Client, at_approver: Client, maebashi: Municipality, draft: Plan
) -> None:
    data = at_editor.get(of(draft, maebashi, "plan_file", form="json")).content
    page = upload(at_editor, at(maebashi, "import_plan"), data)
    assert at_approver.get(page.request["PATH_INFO"]).status_code in {302, 403}
    assert at_editor.get(at(maebashi, "check_import", upload=uuid4())).status_code == 302


# --- Open data --------------------------------------------------------------------------------------


def open_url(name: str, **kwargs: Any) -> str:
    return reverse(f"shared_plans:{name}", kwargs=kwargs)


def test_strangers_read_what_is_public(client: Client, public: PlanRevision) -> None:
    assert public.title in client.get(open_url("public_plans")).content.decode()
    page = client.get(open_url("public_plan", revision=public.pk)).content.decode()
    assert "書かない窓口" in page
    assert "creativecommons.org/licenses/by/4.0" in page
    for name in (public.drafted_by_name, public.approved_by_name):
        assert name not in page


def test_strangers_read_nothing_else(client: Client, published: PlanRevision) -> None:
    assert published.title not in client.get(open_url("public_plans")).content.decode()
    assert client.get(open_url("public_plan", revision=published.pk)).status_code == 404
    assert client.get(open_url("public_file", revision=published.pk, form="json")).status_code == 404


def test_open_files_keep_to_their_published_schema(client: Client, public: PlanRevision) -> None:
    schema = json.loads(client.get(open_url("plan_schema")).content)
    answer = client.get(open_url("public_file", revision=public.pk, form="json"))
    jsonschema.validate(json.loads(answer.content), schema)
    assert from_text(answer.content.decode()).content.by_id() == CONTENT.by_id()
    assert 'rel="license"' in answer["Link"]


def test_the_feed_is_atom(client: Client, public: PlanRevision) -> None:
    atom = {"a": "http://www.w3.org/2005/Atom"}
    feed = ElementTree.fromstring(client.get(open_url("public_feed")).content)  # noqa: S314 (ours)
    assert [one.text for one in feed.findall("a:entry/a:id", atom)] == [f"urn:uuid:{public.pk}"]
    assert "CC BY 4.0" in (feed.findtext("a:rights", namespaces=atom) or "")


def test_what_is_withdrawn_is_gone(
    client: Client, acting: Callable[..., Any], maebashi: Municipality, approver: Any, public: PlanRevision
) -> None:
    with acting(approver, maebashi) as by:
        share_plan(by=by, plan=public.plan, visibility=Visibility.CONSORTIUM)
    assert client.get(open_url("public_plan", revision=public.pk)).status_code == 404
