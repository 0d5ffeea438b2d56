"""The counter's pages: anonymous, strangers, members, clerks."""

import re
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from pypdf import PdfReader

from consortium.audit.models import Event
from consortium.domain.my_number import contains_my_number
from consortium.tenancy import context
from identity.domain.enrolment_code import code_hash, parse
from identity.models import Citizen, EnrolmentCode
from identity.queries.uses import staff_accesses

from .residents import Counter, state_purpose

FORM = {
    "family_name": "架空",
    "given_name": "花子",
    "kana": "カクウ ハナコ",
    "birth_date": "昭和30年4月1日",
    "sex": "female",
    "address": "群馬県前橋市大手町二丁目12番1号",
    "evidence": "driving_licence",
}
MY_NUMBER = "123456789018"


@pytest.fixture
def home(counter: Counter) -> str:
    return f"/m/{counter.municipality.code}/counter/"


@pytest.fixture
def first(counter: Counter, client_for: Any) -> Client:
    client: Client = client_for(counter.first)
    return client


@pytest.fixture
def second(counter: Counter, client_for: Any) -> Client:
    client: Client = client_for(counter.second)
    return client


def test_anonymous_and_stranger_and_editor(
    home: str, client: Client, client_for: Any, stranger: Any, staff: Any, counter: Counter
) -> None:
    for page in (home, f"{home}new/", f"{home}find/"):
        assert client.get(page).status_code == 302
        assert client_for(stranger).get(page).status_code == 404
        assert client_for(staff(counter.municipality, "editor")).get(page).status_code == 403


def test_from_form_to_slip(home: str, first: Client, second: Client, counter: Counter) -> None:
    page = first.post(f"{home}new/", FORM)["Location"]
    assert "別の職員による確認が必要です" in first.get(page).content.decode()
    assert first.post(f"{page}confirm/").status_code == 302
    state_purpose(second, page)
    shown = second.get(page).content.decode()
    assert "架空 花子" in shown
    assert "昭和30年" in shown
    second.post(f"{page}confirm/")
    slip = second.post(f"{page}code/")
    code = re.search(r"data-code>([0-9A-Z-]{19})<", slip.content.decode())
    assert code
    assert "http://localhost:8001/enrol/" in slip.content.decode()
    assert "<svg" in slip.content.decode()
    assert "style=" not in slip.content.decode()
    assert "no-store" in slip["Cache-Control"]
    assert code[1] not in second.get(page).content.decode(), "shown once"
    assert EnrolmentCode.objects.count() == 1


def test_the_slip_on_paper(home: str, second: Client, counter: Counter, settings: Any) -> None:
    """For who uses neither phone nor mail: a letter of the mayor's, and the slip on a sheet of its own."""
    settings.DEMO = False
    page = f"{home}{counter.proofed().pk}/"
    state_purpose(second, page)
    answer = second.post(f"{page}code/", {"paper": "pdf"})
    assert (answer["Content-Type"], answer.status_code) == ("application/pdf", 200)
    assert "no-store" in answer["Cache-Control"]
    letter, slip = (sheet.extract_text() for sheet in PdfReader(BytesIO(answer.content)).pages)
    for told in ("前橋市長", "架空 花子 様", "令和", "デジタルIDの登録について(通知)", "以上", "担当"):
        assert told in letter
    code = re.search(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){3}", slip)
    assert code and code[0] not in letter
    with context.opened(context.Context("owner")):
        assert EnrolmentCode.objects.get().code_hash == code_hash(parse(code[0]))
    for personal in ("大手町", "1955", "昭和30", "かくう"):
        assert personal not in letter + slip


def test_the_list_names_nobody(home: str, second: Client, counter: Counter) -> None:
    counter.record()
    page = second.get(home).content.decode()
    assert "架空" not in page.split("<main")[1]
    assert "確認待ち" in page


def test_every_look_is_noted_for_her(home: str, second: Client, counter: Counter) -> None:
    citizen = counter.record()
    state_purpose(second, f"{home}{citizen.pk}/")
    second.get(f"{home}{citizen.pk}/")
    with context.citizen(citizen.pk):
        seen = staff_accesses(citizen.pk)[0]
        assert Event.objects.filter(action="citizen.viewed").count() == 1
    assert (seen.municipality, str(seen.deed)) == ("前橋市", "登録情報を閲覧")


def test_find_by_reading_and_birth_date(home: str, second: Client, counter: Counter) -> None:
    citizen = counter.proofed()
    asked = {"kana": "カクウ　ハナコ", "birth_date": "S30.4.1"}
    assert second.post(f"{home}find/", asked).status_code == 422, "without a purpose"
    found = second.post(f"{home}find/", {**asked, "purpose": "contact"})
    assert found["Location"] == f"{home}{citizen.pk}/"
    assert "架空 花子" in second.get(found["Location"]).content.decode(), "not asked again"
    with context.citizen(citizen.pk):
        assert str(staff_accesses(citizen.pk)[0].purpose) == "本人からの問い合わせ"
    other = {**asked, "kana": "べつ", "purpose": "contact"}
    assert second.post(f"{home}find/", other).status_code == 422


def test_of_namesakes_the_one_opened_is_noted(home: str, second: Client, counter: Counter) -> None:
    both = [counter.proofed(), counter.proofed(namesake=True)]
    asked = {"kana": "カクウ ハナコ", "birth_date": "S30.4.1", "purpose": "counter"}
    shown = second.post(f"{home}find/", asked).content.decode()
    pressed = re.findall(r'action="([^"]+/purpose/)"', shown)
    assert len(pressed) == 2
    page = second.post(pressed[0], {"purpose": "counter", "reason": ""})["Location"]
    assert second.get(page).status_code == 200
    with context.tenant(counter.municipality.pk):
        assert [str(one.target_id) for one in Event.objects.filter(action="citizen.viewed")] == [
            page.split("/")[-2]
        ]
    assert page.split("/")[-2] in {str(one.pk) for one in both}


@pytest.mark.parametrize("field", ["family_name", "given_name", "kana", "birth_date", "address"])
@pytest.mark.parametrize("text", [MY_NUMBER, "1234 5678 9018", "１２３４５６７８９０１８"])
def test_my_number_is_refused_everywhere(home: str, first: Client, field: str, text: str) -> None:
    assert contains_my_number(text)
    response = first.post(f"{home}new/", {**FORM, field: text})
    assert response.status_code == 422
    assert "個人番号" in response.content.decode()
    with context.tenant(10201):
        assert not Citizen.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("birth_date", "昭和65年1月1日"),
        ("birth_date", "2999-01-01"),
        ("birth_date", "1800-01-01"),
        ("birth_date", "きのう"),
        ("kana", "架空花子"),
        ("sex", "x"),
        ("evidence", "library_card"),
        ("family_name", ""),
        ("address", "あ" * 301),
    ],
)
def test_bad_input(home: str, first: Client, field: str, value: str) -> None:
    assert first.post(f"{home}new/", {**FORM, field: value}).status_code == 422


def test_duplicate_offers_the_namesake_box(home: str, first: Client, counter: Counter) -> None:
    counter.record()
    page = first.post(f"{home}new/", FORM)
    assert page.status_code == 422
    assert 'type="checkbox" name="namesake"' in page.content.decode()
    assert first.post(f"{home}new/", {**FORM, "namesake": "on"}).status_code == 302


def test_a_form_sent_twice_records_once(home: str, first: Client, counter: Counter) -> None:
    page = first.get(f"{home}new/").content.decode()
    token = re.search(r'name="once" value="([^"]+)"', page)
    assert token
    answers = [first.post(f"{home}new/", {**FORM, "once": token[1]})["Location"] for _ in range(2)]
    assert answers[0] == answers[1]
    with context.tenant(counter.municipality.pk):
        assert Citizen.objects.count() == 1


def test_decided_twice(home: str, second: Client, counter: Counter) -> None:
    page = f"{home}{counter.record().pk}/"
    state_purpose(second, page)
    second.post(f"{page}confirm/")
    assert "既に処理されています" in second.post(f"{page}confirm/", follow=True).content.decode()
    assert "既に処理されています" in second.post(f"{page}decline/", follow=True).content.decode()


def test_list_is_flat_in_rows(
    home: str, second: Client, counter: Counter, django_assert_max_num_queries: Any
) -> None:
    for number in range(6):
        counter.record(namesake=number > 0)
    with django_assert_max_num_queries(27):
        assert second.get(home).content.decode().count("確認待ち") == 6
