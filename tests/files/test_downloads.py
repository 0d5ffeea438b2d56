"""Links to files: signed, for one session, soon over; and what the answer carries."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from unittest.mock import patch
from urllib.parse import quote
from uuid import uuid4

import pytest
from django.core import signing
from django.test import Client

from consortium.audit.models import Event
from consortium.files import links
from consortium.files.models import StoredFile
from consortium.membership.requests import PortalRequest
from consortium.tenancy import context
from consortium.tenancy.models import Municipality
from tests.factories import make_member
from tests.isolation.rows import as_owner

from . import samples

pytestmark = pytest.mark.django_db


def link(client: Client, user: Any, municipality: Municipality, file: StoredFile, purpose: str = "") -> str:
    """As a page of this session would show it."""
    request = SimpleNamespace(user=user, session=client.session, municipality=municipality)
    return links.url_of(cast(PortalRequest, request), purpose or file.purpose, file.pk)


def downloads(municipality: Municipality) -> int:
    with context.tenant(municipality.pk):
        return Event.objects.filter(action="file.downloaded").count()


def test_a_link_is_of_one_session(
    client: Client,
    client_for: Callable[..., Client],
    administrator: Any,
    maebashi: Municipality,
    stored: StoredFile,
) -> None:
    own = client_for(administrator)
    url = link(own, administrator, maebashi, stored)
    assert client.get(url).status_code == 302, "not signed in"
    again = client_for(administrator)
    assert again.get(url).status_code == 410
    answer = own.get(url)
    assert answer.content == samples.PDF
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == f"attachment; filename*=utf-8''{quote('計画 2026.pdf')}"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert downloads(maebashi) == 1


def test_an_old_link_says_what_to_do(
    client_for: Callable[..., Client], administrator: Any, maebashi: Municipality, stored: StoredFile
) -> None:
    client = client_for(administrator)
    with patch.object(signing.time, "time", return_value=signing.time.time() - 15 * 60 - 1):
        url = link(client, administrator, maebashi, stored)
    answer = client.get(url)
    assert answer.status_code == 410
    assert "開き直し" in answer.content.decode()
    assert downloads(maebashi) == 0


@pytest.mark.parametrize("token", ["x", "a:b:c", "..", "%00", "あ" * 300])
def test_forged_links(
    token: str, client_for: Callable[..., Client], administrator: Any, maebashi: Municipality
) -> None:
    client = client_for(administrator)
    assert client.get(f"/m/{maebashi.code}/files/{quote(token)}/").status_code in {404, 410}


def test_the_permission_is_asked_again(
    client_for: Callable[..., Client], staff: Callable[..., Any], maebashi: Municipality, stored: StoredFile
) -> None:
    editor = staff(maebashi, "editor")
    client = client_for(editor)
    assert client.get(link(client, editor, maebashi, stored)).status_code == 403
    assert client.get(link(client, editor, maebashi, stored, "plan_attachment")).status_code == 404
    assert client.get(link(client, editor, maebashi, StoredFile(pk=uuid4()), "x")).status_code == 404
    assert downloads(maebashi) == 0


def test_anothers_file_only_while_it_is_shared(
    client_for: Callable[..., Client],
    staff: Callable[..., Any],
    maebashi: Municipality,
    takasaki: Municipality,
    stored: StoredFile,
) -> None:
    reader = staff(takasaki, "administrator")
    make_member(takasaki)
    client = client_for(reader)
    url = link(client, reader, takasaki, stored)
    assert client.get(url).status_code == 404
    for shared, status in ((True, 200), (False, 404)):
        with context.tenant(maebashi.pk):
            StoredFile.objects.update(kept=True, shared=shared)
        assert client.get(url).status_code == status
    assert (downloads(takasaki), downloads(maebashi)) == (1, 0), "in the log of whoever took it"


def test_a_lost_content_is_told_and_not_recorded(
    client_for: Callable[..., Client],
    administrator: Any,
    maebashi: Municipality,
    stored: StoredFile,
    files: Path,
) -> None:
    client = client_for(administrator)
    url = link(client, administrator, maebashi, stored)
    (files / stored.key).unlink()
    answer = client.get(url)
    assert answer.status_code == 503
    assert "ファイルを取り出せません" in answer.content.decode()
    assert downloads(maebashi) == 0


def test_a_failing_audit_row_stops_the_download(
    client_for: Callable[..., Client], administrator: Any, maebashi: Municipality, stored: StoredFile
) -> None:
    client = client_for(administrator)
    client.raise_request_exception = False
    with patch("consortium.files.actions.record", side_effect=RuntimeError):
        answer = client.get(link(client, administrator, maebashi, stored))
    assert answer.status_code == 500
    assert samples.PDF not in answer.content


def test_the_body_has_its_own(secretary: Any, client_for: Callable[..., Client], stored: StoredFile) -> None:
    client = client_for(secretary)
    request = SimpleNamespace(user=secretary, session=client.session, municipality=None)
    url = links.url_of(cast(PortalRequest, request), stored.purpose, stored.pk)
    assert client.get(url).status_code == 404, "a municipality's file is none of the body's"
    with as_owner():
        assert StoredFile._base_manager.count() == 1
