"""利用の記録: grouped by month and service, what is unusual said in words, quick for 10,000 disclosures."""

import re
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from consortium.tenancy import context
from identity.actions.counter import note_access
from identity.models import Citizen, Disclosure
from identity.queries.uses import months_back
from tests import factories
from tests.identity.residents import TARO, make_resident
from tests.isolation.rows import as_owner

USES = "/me/uses/"
MOST = 15
NOON = timezone.make_aware(datetime(2026, 9, 15, 12))


def disclosure(citizen_id, at=NOON, client_id="c1", attributes=("resident_of",), **more):
    given = {"consent_id": uuid4(), "recipient": f"架空サービス{client_id}", "purpose": "割引のため", **more}
    return Disclosure(
        stream=f"citizen:{citizen_id}",
        citizen_id=citizen_id,
        occurred_at=at,
        client_id=client_id,
        attributes=list(attributes),
        path="userinfo",
        **given,
    )


def store(rows):
    with as_owner():
        Disclosure.objects.bulk_create(rows)


def text(response):
    return re.sub(r"\s+", " ", response.content.decode())


def test_anonymous_and_others_see_none_of_it(client, hanako, counter):
    store([disclosure(hanako.citizen_id)])
    assert client.get(USES).status_code == 302
    taro = make_resident(counter, TARO)
    assert "架空サービスc1" not in text(taro.client.get(USES))
    assert taro.client.get(f"{USES}c1/2026-9/").status_code == 404
    assert hanako.client.get(f"{USES}c1/2026-9/").status_code == 200


def test_grouped_by_month_and_service(hanako):
    store([disclosure(hanako.citizen_id, NOON + timedelta(days=day)) for day in range(3)])
    store([disclosure(hanako.citizen_id, NOON - timedelta(days=31))])
    months = hanako.client.get(USES).context["months"]
    assert [(month.month, [use.count for use in uses]) for month, uses in months] == [(9, [3]), (8, [1])]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([{"at": NOON.replace(hour=23)}], "夜間"),
        ([{"attributes": ("name", "address", "sex")}], "これまでより多くの項目"),
        ([{} for _ in range(10)], "これまでより大幅に多い回数"),
    ],
)
def test_what_is_unusual_is_said(hanako, rows, words):
    store([disclosure(hanako.citizen_id, NOON - timedelta(days=31))])
    assert words not in text(hanako.client.get(USES)).split("絞り込む")[1]
    store([disclosure(hanako.citizen_id, **row) for row in rows])
    page = text(hanako.client.get(USES))
    assert words in page
    assert "いつもと違う</" in page


def test_the_first_time_is_said_once(hanako):
    store([disclosure(hanako.citizen_id, NOON), disclosure(hanako.citizen_id, NOON - timedelta(days=31))])
    assert text(hanako.client.get(USES)).count("はじめての利用") == 1


def test_filters(hanako):
    store([disclosure(hanako.citizen_id), disclosure(hanako.citizen_id, client_id="c2")])
    page = hanako.client.get(USES, {"service": "c2"})
    assert [use.client_id for _month, uses in page.context["months"] for use in uses] == ["c2"]
    page = text(hanako.client.get(USES, {"kind": "staff"}))
    assert "サービスへの情報の提供" not in page
    assert "自治体の職員による取扱い" in page
    assert hanako.client.get(USES, {"service": "x", "period": "99", "until": "y"}).status_code == 200
    old = hanako.client.get(USES, {"period": "1"})
    assert old.context["months"] == [] or timezone.localdate().month == 9


def test_what_the_law_hides_appears_by_itself(hanako):
    law = {"legal_basis": "law", "consent_id": None, "reason_code": "investigation", "client_id": ""}
    later = timezone.now() + timedelta(days=1)
    store([disclosure(hanako.citizen_id, visible_from=later, **law)])
    assert "架空サービス" not in text(hanako.client.get(USES))
    store([disclosure(hanako.citizen_id, visible_from=timezone.now() - timedelta(days=1), **law)])
    assert "架空サービス" in text(hanako.client.get(USES))
    page = text(hanako.client.get(f"{USES}-/2026-9/"))
    assert "法令の定め" in page
    assert "捜査・調査" in page
    assert "表示していませんでした" in page


def test_staff_s_deeds_are_all_there(hanako, counter):
    with factories.acting(counter.first, counter.municipality) as by:
        citizen = Citizen.objects.only("pk").get(pk=hanako.citizen_id)
        note_access(by=by, citizen=citizen, purpose="search")
    assert "登録情報を閲覧" in text(hanako.client.get(USES))
    assert "窓口での照会" in text(hanako.client.get(f"{USES}staff/"))


def test_ten_thousand_in_few_statements_and_page_by_page(hanako):
    rows = [
        disclosure(hanako.citizen_id, NOON - timedelta(hours=number), f"c{number % 4}")
        for number in range(10_000)
    ]
    store(rows)
    seen, address = 0, USES
    while address:
        with CaptureQueriesContext(connection) as captured:
            page = hanako.client.get(address)
        assert len([q for q in captured.captured_queries if "SAVEPOINT" not in q["sql"]]) <= MOST
        seen += sum(use.count for _month, uses in page.context["months"] for use in uses)
        address = page.context["older"] and f"{USES}{page.context['older']}"
    assert seen == len(rows)
    single, older = [], f"{USES}c0/2026-8/"
    while older:
        page = hanako.client.get(older)
        single += [row.pk for row in page.context["rows"]]
        older = page.context["older"] and f"{USES}c0/2026-8/{page.context['older']}"
    with context.citizen(hanako.citizen_id):
        august = Disclosure.objects.filter(occurred_at__year=2026, occurred_at__month=8)
        expected = august.filter(client_id="c0").count()
    assert len(single) == len(set(single)) == expected


def test_months_back():
    day = NOON.date().replace(day=1)
    assert (months_back(day, 9).year, months_back(day, 9).month) == (2025, 12)
    assert months_back(day, -4).month == 1
