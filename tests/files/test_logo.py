"""The logo: put by an administrator, shown on the municipality's own pages."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from consortium.files.actions import change_logo
from consortium.files.models import StoredFile
from consortium.tenancy import context
from consortium.tenancy.models import Municipality

from . import samples

pytestmark = pytest.mark.django_db


def send(client: Client, municipality: Municipality, content: bytes, name: str = "ロゴ.png") -> Any:
    upload = SimpleUploadedFile(name, content)
    return client.post(f"/m/{municipality.code}/branding/logo/", {"file": upload})


def test_put_shown_exchanged_and_taken_away(
    administrator: Any,
    staff: Callable[..., Any],
    client_for: Callable[..., Client],
    maebashi: Municipality,
    takasaki: Municipality,
    files: Path,
    django_capture_on_commit_callbacks: Any,
) -> None:
    office, home = client_for(administrator), f"/m/{maebashi.code}/"
    page = f"/m/{maebashi.code}/branding/logo/"
    assert "tenant__logo" not in office.get(home).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        assert send(office, maebashi, samples.png(200, 60)).status_code == 302
    url = office.get(page).context["logo_url"]
    assert url in office.get(home).content.decode()
    answer = office.get(url)
    assert (answer["Content-Type"], answer.content) == ("image/png", samples.png(200, 60))
    assert answer["Content-Security-Policy"].startswith("sandbox")
    assert client_for(staff(maebashi, "editor")).get(url).status_code == 200
    stranger = client_for(staff(takasaki, "administrator"))
    assert stranger.get(url).status_code == 404
    assert stranger.get(url.replace(maebashi.code, takasaki.code)).status_code == 404

    with django_capture_on_commit_callbacks(execute=True):
        send(office, maebashi, samples.jpeg(300, 80), "logo.jpg")
    assert office.get(url).status_code == 404
    assert len([path for path in files.rglob("*") if path.is_file()]) == 1
    with django_capture_on_commit_callbacks(execute=True):
        assert office.post(page, {"remove": "1"}).status_code == 302
    assert "tenant__logo" not in office.get(home).content.decode()
    assert not [path for path in files.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.svg", b"<svg/>"), ("a.pdf", samples.PDF), ("a.png", samples.png(1025, 8)), ("a.png", b"x")],
)
def test_only_small_pictures(
    name: str, content: bytes, administrator: Any, client_for: Callable[..., Client], maebashi: Municipality
) -> None:
    answer = send(client_for(administrator), maebashi, content, name)
    assert answer.status_code == 422
    assert answer.context["form"].errors["file"]


def test_without_audit_row_the_old_one_stays(
    administrator: Any, maebashi: Municipality, acting: Callable[..., Any]
) -> None:
    with acting(administrator, maebashi) as actor:
        first = change_logo(by=actor, name="a.png", content=samples.png())
        with patch("consortium.files.actions.record", side_effect=RuntimeError), pytest.raises(RuntimeError):
            change_logo(by=actor, name="b.png", content=samples.png(9, 9))
    with context.tenant(maebashi.pk):
        assert StoredFile.objects.get().pk == first.pk
