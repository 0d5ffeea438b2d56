"""参画承認通知書: for the secretariat, once the application is admitted."""

from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import unquote

import pytest
from django.test import Client

from consortium.membership.actions import admit_municipality
from consortium.membership.models import MembershipApplication
from consortium.tenancy.models import Municipality
from tests.documents.reading import read


@pytest.mark.django_db
def test_the_notice_of_admission(
    secretary: Any, client_for: Callable[..., Client], acting: Callable[..., Any], maebashi: Municipality
) -> None:
    office = client_for(secretary)
    with acting(secretary) as actor:
        application = MembershipApplication(
            municipality=maebashi, contact_name="担当", contact_email="a@example.jp"
        )
        application.save()
    page = f"/secretariat/applications/{application.pk}/"
    notice = f"{page}notice/"
    assert office.get(notice).status_code == 404
    assert notice not in office.get(page).content.decode()
    with acting(secretary) as actor:
        admit_municipality(
            by=actor, application=application, resolution="令和8年度第3号", starts_on=date(2026, 4, 1)
        )
    assert notice in office.get(page).content.decode()
    answer = office.get(notice)
    assert "参画承認通知書_前橋市.pdf" in unquote(answer["Content-Disposition"])
    text = read(answer.content).text
    for part in ("令和8年度第3号", "前橋市長 様", "群馬県 前橋市", "102016", "令和8年4月1日", "記"):
        assert part in text
    english = office.get(notice, headers={"accept-language": "en"})
    assert "April 1, 2026" in read(english.content).text
