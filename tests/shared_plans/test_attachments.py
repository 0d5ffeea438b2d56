"""添付資料: put to a draft, taken off, frozen with a revision, shown where it is shown."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.conf import LazySettings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from consortium import storages
from consortium.files.models import StoredFile
from consortium.tenancy import context
from consortium.tenancy.models import Municipality
from shared_plans.actions import (
    attach_file,
    detach_file,
    publish_plan,
    revise_plan,
    share_plan,
    submit_plan,
)
from shared_plans.actions.attaching import MAX_ATTACHMENTS
from shared_plans.models import Plan, PlanAttachment, PlanRevision, Visibility
from tests.files import samples

from .helpers import at, of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def files(settings: LazySettings, tmp_path: Path) -> Path:
    settings.STORAGES = {**settings.STORAGES, "default": storages.private("", tmp_path / "files")}
    return tmp_path / "files"


def upload(name: str = "推進体制図.pdf", content: bytes = samples.PDF, **more: str) -> dict[str, Any]:
    return {"file": SimpleUploadedFile(name, content), **more}


@pytest.fixture
def attached(draft: Plan, editor: Any, maebashi: Municipality, acting: Callable[..., Any]) -> PlanAttachment:
    with acting(editor, maebashi) as actor:
        return attach_file(by=actor, plan=draft, name="推進体制図.pdf", content=samples.PDF, title="体制図")


def test_strangers_and_approvers(
    client: Client, at_adopter: Client, at_approver: Client, maebashi: Municipality, attached: PlanAttachment
) -> None:
    for name, kwargs in (("attach", {}), ("detach", {"attachment": attached.pk})):
        url = of(attached.plan, maebashi, name, **kwargs)
        for who, status in ((client, 302), (at_adopter, 404), (at_approver, 403)):
            assert who.get(url).status_code == status
            assert who.post(url, upload()).status_code == status


def test_attach_list_download_and_take_off(
    at_editor: Client,
    at_approver: Client,
    maebashi: Municipality,
    draft: Plan,
    files: Path,
    django_capture_on_commit_callbacks: Any,
) -> None:
    page = of(draft, maebashi)
    assert "csv、txt(20\u00a0MB" in at_editor.get(of(draft, maebashi, "attach")).content.decode()
    assert at_editor.post(of(draft, maebashi, "attach"), upload()).status_code == 302
    shown = at_editor.get(page)
    (row,) = shown.context["attachments"].all_rows
    assert (row.title, row.name, row.kind) == ("推進体制図", "推進体制図.pdf", "PDF")
    assert at_editor.get(row.url).content == samples.PDF
    (for_approver,) = at_approver.get(page).context["attachments"].all_rows
    assert at_approver.get(for_approver.url).status_code == 200
    assert for_approver.remove == ""
    assert at_editor.get(row.remove).status_code == 200
    with django_capture_on_commit_callbacks() as later:
        assert at_editor.post(row.remove).status_code == 302
    for callback in later:
        callback()
    assert at_editor.get(page).context["attachments"].all_rows == []
    assert at_editor.get(row.url).status_code == 404
    assert not [path for path in files.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("図.svg", b"<svg/>", "この種類のファイルは受け付けられません"),
        ("計画.pdf", samples.png(), "ファイルの内容が拡張子と一致しません"),
        ("表.xlsx", samples.office("xlsx", xl__vbaProject_bin=b"x"), "マクロ"),
        ("空.pdf", b"", "空"),
    ],
)
def test_refusals_are_shown_at_the_field(
    name: str, content: bytes, message: str, at_editor: Client, maebashi: Municipality, draft: Plan
) -> None:
    answer = at_editor.post(of(draft, maebashi, "attach"), upload(name, content))
    assert answer.status_code == 422
    assert message in " ".join(answer.context["form"].errors["file"])
    with context.tenant(maebashi.pk):
        assert not StoredFile.objects.exists()


def test_a_request_beyond_every_limit_is_refused_unread(
    at_editor: Client, maebashi: Municipality, draft: Plan, settings: LazySettings
) -> None:
    settings.UPLOAD_MAX_MB = 0
    answer = at_editor.post(of(draft, maebashi, "attach"), upload())
    assert answer.status_code == 413


def test_the_same_file_again_and_too_many(
    attached: PlanAttachment, editor: Any, maebashi: Municipality, acting: Callable[..., Any]
) -> None:
    with acting(editor, maebashi) as actor:
        with pytest.raises(ValidationError) as refused:
            attach_file(by=actor, plan=attached.plan, name="写し.pdf", content=samples.PDF)
        assert refused.value.error_dict["file"][0].code == "duplicate"
        for number in range(1, MAX_ATTACHMENTS):
            attach_file(by=actor, plan=attached.plan, name="a.txt", content=str(number).encode())
        with pytest.raises(ValidationError) as refused:
            attach_file(by=actor, plan=attached.plan, name="a.txt", content=b"x")
        assert refused.value.error_dict["file"][0].code == "too_many"


def test_a_failing_audit_row_leaves_nothing(
    draft: Plan, editor: Any, maebashi: Municipality, acting: Callable[..., Any]
) -> None:
    with acting(editor, maebashi) as actor:
        with (
            patch("shared_plans.actions.attaching.record", side_effect=RuntimeError),
            pytest.raises(RuntimeError),
        ):
            attach_file(by=actor, plan=draft, name="a.pdf", content=samples.PDF)
        assert not StoredFile.objects.exists()
        assert not PlanAttachment.objects.exists()


def test_attaching_makes_an_author_and_disturbs_no_editor(
    draft: Plan, staff: Callable[..., Any], maebashi: Municipality, acting: Callable[..., Any]
) -> None:
    helper = staff(maebashi, "editor", "approver")
    with acting(helper, maebashi) as actor:
        attach_file(by=actor, plan=draft, name="a.pdf", content=samples.PDF)
        current = Plan.objects.get()
        assert current.lock_version == draft.lock_version
        submit_plan(by=actor, plan=current)
        with pytest.raises(ValidationError, match="起案に関わった人"):
            publish_plan(by=actor, plan=current, lock_version=current.lock_version + 1)
        for refused in (
            lambda: attach_file(by=actor, plan=current, name="b.txt", content=b"b"),
            lambda: detach_file(by=actor, attachment=PlanAttachment.objects.get()),
        ):
            with pytest.raises(ValidationError):
                refused()
    with acting(staff(maebashi, "approver"), maebashi) as actor, pytest.raises(PermissionDenied):
        attach_file(by=actor, plan=draft, name="b.txt", content=b"b")


def test_frozen_with_the_revision_and_shown_where_it_is_shown(
    attached: PlanAttachment,
    editor: Any,
    approver: Any,
    at_adopter: Client,
    at_editor: Client,
    maebashi: Municipality,
    takasaki: Municipality,
    acting: Callable[..., Any],
) -> None:
    revision = published(attached.plan, editor, approver, maebashi, acting)
    (entry,) = revision.attachments
    assert (entry["title"], entry["name"], entry["size"]) == ("体制図", "推進体制図.pdf", len(samples.PDF))
    page = at(takasaki, "library_plan", revision=revision.pk)
    (row,) = at_adopter.get(page).context["attachments"].all_rows
    assert at_adopter.get(row.url).content == samples.PDF

    with acting(editor, maebashi) as actor:
        plan = revise_plan(by=actor, plan=attached.plan, reason="差替え")
        detach_file(by=actor, attachment=PlanAttachment.objects.get())
        attach_file(by=actor, plan=plan, name="新.txt", content="新".encode())
    assert at_adopter.get(row.url).status_code == 200, "the first edition keeps what it was published with"
    (own,) = at_editor.get(of(attached.plan, maebashi, "revision", number=1)).context["attachments"].all_rows
    assert at_editor.get(own.url).content == samples.PDF

    second = published(plan, editor, approver, maebashi, acting)
    assert [one["name"] for one in second.attachments] == ["新.txt"]
    new = at_adopter.get(at(takasaki, "library_plan", revision=second.pk)).context["attachments"].all_rows[0]
    assert at_adopter.get(new.url).content == "新".encode()

    share(attached.plan, Visibility.PRIVATE, approver, maebashi, acting)
    for url in (row.url, new.url):
        assert at_adopter.get(url).status_code == 404
    assert at_editor.get(own.url).status_code == 200
    share(attached.plan, Visibility.CONSORTIUM, approver, maebashi, acting)
    assert at_adopter.get(new.url).status_code == 200
    assert at_adopter.get(row.url).status_code == 404, "only the latest edition is shown again"


def published(
    plan: Plan, editor: Any, approver: Any, municipality: Municipality, acting: Callable[..., Any]
) -> PlanRevision:
    with acting(editor, municipality) as actor:
        submitted = submit_plan(by=actor, plan=plan)
    with acting(approver, municipality) as actor:
        revision: PlanRevision = publish_plan(by=actor, plan=submitted, lock_version=submitted.lock_version)
        return revision


def share(
    plan: Plan, visibility: Visibility, approver: Any, municipality: Municipality, acting: Callable[..., Any]
) -> None:
    with acting(approver, municipality) as actor:
        share_plan(by=actor, plan=plan, visibility=visibility)
