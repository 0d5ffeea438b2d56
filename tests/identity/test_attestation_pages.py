"""The pages of the office that attests."""

import json
import re
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from consortium.audit.models import Event
from consortium.dates import calendar_date
from consortium.tenancy import context
from identity.queries.counter import receipt_number
from identity.tasks import check_attestations
from tests import factories

from .residents import HANAKO, Counter
from .test_attestations import disclosed, file_of, office, work

__all__ = ["office"]


def test_one_person_by_two_clerks(office: Counter, counter: Counter, client_for: Any) -> None:
    hanako, year = counter.proofed(), timezone.localdate().year
    first, second = (client_for(clerk) for clerk in (office.first, office.second))
    base = f"/m/{office.municipality.code}/attestations/"
    data = {
        "kana": HANAKO.kana,
        "birth_date": "昭和30年4月1日",
        "attribute": "subsidised_fare",
        "title": "高齢者運賃助成",
        "starts_on": str(timezone.localdate()),
        "until": f"{year + 1}-03-31",
    }
    refused = first.post(f"{base}new/", {**data, "until": "2020-03-31"})
    assert refused.status_code == 422
    assert "終了日が" in refused.content.decode()
    made = first.post(f"{base}new/", data)
    assert made.status_code == 302, made.content.decode()
    assert "別の職員による確認が必要です" in first.get(made.url).content.decode()
    assert "「高齢者運賃助成」の確認" in second.get(f"/m/{office.municipality.code}/").content.decode()
    assert second.post(f"{made.url}confirm/")["Location"].startswith(f"{made.url}purpose/")
    assert disclosed(hanako) is None
    assert second.post(f"{made.url}purpose/", {"purpose": "counter"})["Location"] == made.url
    to_compare = second.get(made.url).content.decode()
    assert receipt_number(hanako.pk) in to_compare
    assert calendar_date(date(year + 1, 3, 31)) in to_compare
    assert second.post(f"{made.url}confirm/", follow=True).status_code == 200
    assert disclosed(hanako) is True
    assert second.post(f"{made.url}revoke/", {}).status_code == 422
    second.post(f"{made.url}revoke/", {"reason": "mistake"})
    assert "確認して取り消す" in first.get(made.url).content.decode()
    first.post(f"{made.url}confirm-revocation/")
    assert disclosed(hanako) is None


def test_a_file_and_its_problems(office: Counter, counter: Counter, client_for: Any) -> None:
    counter.proofed()
    client, base = client_for(office.first), f"/m/{office.municipality.code}/attestations/"
    today = timezone.localdate()
    data = {
        "attribute": "subsidised_fare",
        "title": "一括",
        "starts_on": str(today),
        "until": f"{today.year + 1}-03-31",
    }

    def send(text: str) -> Any:
        file = SimpleUploadedFile("list.csv", text.encode("cp932"))
        return client.post(f"{base}file/", {**data, "file": file})

    refused = send(file_of("1234-5678-9018,,,,"))
    assert refused.status_code == 422
    assert "個人番号" in refused.content.decode()
    made = send(file_of(",かくう はなこ,1955-04-01,,", ",だれか だれ,1955-04-01,,", ",,,,2030/1/1"))
    assert made.status_code == 302, made.content.decode()
    assert client.get(f"{base}file/form/").status_code == 200
    work(check_attestations, office)
    page = client.get(made.url).content.decode()
    assert "誤りのある行があるため" in page
    assert "だれか" not in page
    file = client.get(f"{made.url}problems/").content.decode("utf-8-sig")
    assert "受付番号か、ふりがなと生年月日の両方" in file
    assert client.get(base).status_code == 200


@pytest.mark.parametrize("times", [1, 2])
def test_a_file_does_not_tell_who_is_enrolled(
    office: Counter, counter: Counter, client_for: Any, times: int
) -> None:
    """One person alone in a file, once or twice: enrolled or not, every answer is the same."""
    counter.proofed()
    client = client_for(office.first)
    told = [answers(office, client, name, times) for name in ("かくう はなこ", "だれか だれ")]
    for mine, hers in zip(*told, strict=True):
        assert mine.splitlines() == hers.splitlines()
    assert told[0], "the answers of both were compared"


def answers(office: Counter, client: Any, name: str, times: int) -> list[str]:
    """All that pages, files and log say of a file with this person, without what differs with every file."""
    base, today = f"/m/{office.municipality.code}/attestations/", timezone.localdate()
    file = SimpleUploadedFile("list.csv", file_of(*[f",{name},1955-04-01,,"] * times).encode())
    data = {"attribute": "subsidised_fare", "title": "一括", "starts_on": today, "until": today}
    made = client.post(f"{base}file/", {**data, "file": file}).url
    work(check_attestations, office)
    said = [client.get(made), client.get(f"{made}problems/"), client.get(f"{made}progress/")]
    assert [one.status_code for one in said] == [200, 200, 200]
    batch_id = made.rstrip("/").rsplit("/", 1)[1]
    main = [re.sub(f"{batch_id}|{_CHANGING}", "", one.content.decode().split("<main")[-1]) for one in said]
    with context.tenant(office.municipality.pk):
        checked = Event.objects.filter(action="attestation.checked", target_id=batch_id)
        detail = json.dumps(checked.get().detail)
    client.post(f"{made}decline/", follow=True)
    return [*main, detail]


_CHANGING = r'name="csrfmiddlewaretoken" value="[^"]*"|name="once" value="[^"]*"|\d+時\d+分|\d\d:\d\d'


def test_the_bar_of_a_file_ends_with_its_check(office: Counter, counter: Counter, client_for: Any) -> None:
    client, base = client_for(office.first), f"/m/{office.municipality.code}/attestations/"
    today = timezone.localdate()
    data = {"attribute": "subsidised_fare", "title": "一括", "starts_on": today, "until": today}
    file = SimpleUploadedFile("list.csv", file_of(",だれか だれ,1955-04-01,,").encode())
    made = client.post(f"{base}file/", {**data, "file": file}).url
    assert f'hx-get="{made}progress/"' in client.get(made).content.decode()
    assert "HX-Refresh" not in client.get(f"{made}progress/")
    work(check_attestations, office)
    assert client.get(f"{made}progress/")["HX-Refresh"] == "true"
    stranger = client_for(factories.make_staff(counter.municipality, "counter"))
    assert stranger.get(f"{made}purpose/").status_code == 403, "not even led on to the file"


def test_a_clerk_without_the_role(counter: Counter, client_for: Any) -> None:
    client = client_for(factories.make_staff(counter.municipality, "counter"))
    assert client.get(f"/m/{counter.municipality.code}/attestations/").status_code == 403
