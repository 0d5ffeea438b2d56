"""報告書: made with the figures by the report login's role, kept for a while, its downloads recorded."""

from datetime import timedelta
from unittest.mock import patch

import pytest
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone

from consortium.audit.models import Event
from consortium.files.models import BodyFile
from consortium.membership.models import User
from consortium.reporting.models import Indicator, ReportRun
from consortium.tenancy import context
from consortium.tenancy.models import Municipality
from tests.documents.reading import read

from .conftest import asked, job_state, stored
from .test_pages import done, office  # noqa: F401  # fixtures
from .test_runs import carry_out

pytestmark = pytest.mark.django_db


def url(client: Client, run: ReportRun, language: str = "ja") -> str:
    page = client.get(f"/secretariat/reports/{run.pk}/", headers={"accept-language": language})
    return str(page.context["paper_url"])


def test_the_paper_says_what_the_page_says(office: Client, done: ReportRun) -> None:  # noqa: F811
    answer = office.get(url(office, done))
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    found = read(answer.content)
    assert (found.language, found.standard, found.all_embedded) == ("ja", "ua-1", True)
    for text in ("団体別", "102016", "前橋市", "1,200 人", "秘匿", "都道府県別", "人口規模別", "秘匿の規則"):
        assert text in found.text
    assert "45" not in found.text.split()
    english = read(office.get(url(office, done, "en")).content)
    assert english.language == "en"
    assert "Maebashi" in english.text
    with context.secretariat():
        assert Event.objects.filter(action="file.downloaded").count() == 2


def test_it_expires(office: Client, done: ReportRun, settings: LazySettings) -> None:  # noqa: F811
    link = url(office, done)
    with context.secretariat():
        expiry = BodyFile.objects.values_list("expires_at", flat=True)[0]
        assert expiry - timezone.now() > timedelta(days=settings.REPORT_DAYS - 1)
        BodyFile.objects.update(expires_at=timezone.now() - timedelta(minutes=5))
    assert office.get(link).status_code == 404
    assert url(office, done) == ""


def test_a_paper_that_cannot_be_made_fails_the_run(
    members: list[Municipality], indicators: dict[str, Indicator], secretary: User
) -> None:
    run = asked(indicators["identity.residents"])
    with patch("consortium.reporting.papers.render", side_effect=RuntimeError):
        carry_out(run)
    assert job_state(run) == "failed"
    assert stored(run).result is None
