"""After a whole run: no personal value in clear in the database, Valkey, logs, mails or stored files."""

import base64
import json
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.db import connection

from consortium.domain.text import search_key
from consortium.tenancy import context
from identity.actions.counter import note_access
from identity.actions.disclose import disclose
from identity.context import resident as speaking
from identity.models import Citizen, Disclosure
from tests import factories
from tests.identity.residents import HANAKO, make_resident
from tests.isolation.rows import as_owner

KEISUKE = replace(
    HANAKO,
    family_name="纐纈澤",
    given_name="圭佑之",
    kana="こうけつざわ けいすけの",
    birth_date=date(1961, 7, 23),
    sex="male",
    address="群馬県前橋市架空台九丁目87番65号",
)
QUESTION = "鰐口の件でなぜ照会したのか教えてください"
ANSWER = "鰡谷の手続のために確認しました"
CORRECTION = "番地は鱒渕8765の3が正しいです"
VALUES = [
    KEISUKE.family_name,
    KEISUKE.given_name,
    *KEISUKE.kana.split(),
    KEISUKE.kana.replace(" ", ""),
    KEISUKE.address,
    "架空台九丁目",
    "1961-07-23",
    "昭和36年7月23日",
    "鰐口",
    "鰡谷",
    "鱒渕",
]


def katakana(text: str) -> str:
    return "".join(chr(ord(char) + 0x60) if "ぁ" <= char <= "ゖ" else char for char in text)


def half_width(text: str) -> str:
    """Of katakana, as old systems write it."""
    return "".join(HALF.get(char, char) for char in unicodedata.normalize("NFD", text))


HALF = {unicodedata.normalize("NFKC", chr(code)): chr(code) for code in range(0xFF66, 0xFF9E)}
HALF |= {"\u3099": "\uff9e", "\u309a": "\uff9f"}


def spellings(value: str) -> set[bytes]:
    """The value as it may stand in a dump, whatever wrote it there."""
    words = {value, katakana(value), half_width(katakana(value)), search_key(value)}
    found = set()
    for word in filter(None, words):
        raw = word.encode()
        found |= {raw, word.encode("cp932", "ignore"), word.encode("utf-16-le"), word.encode("utf-16-be")}
        found |= {raw.hex().encode(), raw.hex().upper().encode(), quote(word).encode()}
        found |= {json.dumps(word)[1:-1].encode(), json.dumps(word)[1:-1].replace("\\", "\\\\").encode()}
        found |= set(base64s(raw))
    return {one for one in found if len(one) > 3}


def base64s(raw: bytes) -> Iterator[bytes]:
    """What of the value shows in the base64 of a longer text, at each of three places it may begin at."""
    for before in range(3):
        whole = base64.b64encode(b"\0" * before + raw)
        first = (before * 8 + 5) // 6
        last = (before + len(raw)) * 8 // 6
        yield whole[first:last]
        yield whole[first:last].replace(b"+", b"-").replace(b"/", b"_")


SPELLINGS = {value: spellings(value) for value in VALUES}


def found_in(haystack: bytes) -> list[str]:
    """The values that the haystack holds in some spelling."""
    return [value for value, ways in SPELLINGS.items() if any(way in haystack for way in ways)]


def dump() -> dict[str, bytes]:
    """Each table of the database, as COPY gives it to the owner."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        tables = [name for (name,) in cursor.fetchall()]
        return {table: _copied(cursor, table) for table in tables}


def _copied(cursor: Any, table: str) -> bytes:
    with cursor.cursor.copy(f'COPY "{table}" TO STDOUT') as copy:
        return b"".join(bytes(block) for block in copy)


def valkey() -> bytes:
    """Keys and values of everything in it."""
    client = cache._cache.get_client(None, write=True)  # django.core.cache has no scan
    keys = list(client.scan_iter("*"))
    return b"\n".join([*keys, *(client.dump(key) or b"" for key in keys)])


def files(root: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in root.rglob("*") if path.is_file()}


@pytest.mark.parametrize("value", VALUES)
def test_the_search_finds_what_is_there(value: str) -> None:
    """The test of the test."""
    for way in (
        value.encode(),
        b"xy" + base64.b64encode(b"name=" + value.encode() + b";"),
        json.dumps({"a": value}).encode(),
        value.encode().hex().encode(),
        quote(value).encode(),
        katakana(value).encode(),
    ):
        assert value in found_in(b"before " + way + b" after"), way


def test_the_dump_holds_what_is_written(maebashi: Any) -> None:
    assert "前橋市".encode() in dump()["tenancy_municipality"]


def test_none_in_clear(
    caplog: pytest.LogCaptureFixture,
    identity_surface: Any,
    counter: Any,
    adopted: Any,
    consent: Any,
    client_for: Any,
    at_portal: Any,
    capfd: Any,
) -> None:
    """At the counter's pages and hers: register, confirm, enrol, consent, disclose, ask, answer, export."""
    caplog.set_level("INFO")
    resident = make_resident(counter, KEISUKE)
    _at_the_counter(at_portal, client_for, counter, resident.citizen_id)
    consent(resident, adopted, "resident_of", "age_over_65")
    with speaking(resident.citizen_id) as actor:
        disclose(by=actor, relying_party=adopted, requested=["resident_of", "age_over_65"], path="userinfo")
        row = Disclosure.objects.get()
    inquiry = resident.client.post(
        f"/me/inquiries/disclosures/{row.pk}/", {"text": QUESTION, "may_forward": "on"}
    )["Location"]
    assert resident.client.post("/me/data/correction/", {"text": CORRECTION}).status_code == 302
    _answered(at_portal, client_for, counter, inquiry)
    for page in ("/me/", "/me/profile/", "/me/uses/", "/me/notices/", inquiry):
        assert resident.client.get(page).status_code == 200
    export = resident.client.post("/me/data/export/", {"form": "json"}).content
    assert KEISUKE.address.encode() in export, "it is there, for her"
    assert resident.client.post("/me/data/export/", {"form": "pdf"}).status_code == 200
    with context.citizen(resident.citizen_id):
        assert Citizen.objects.get().address == KEISUKE.address

    places = {f"table {name}": rows for name, rows in dump().items()}
    places |= {
        "valkey": valkey(),
        "logs": "\n".join(f"{one.getMessage()} {one.__dict__!r}" for one in caplog.records).encode(),
    }
    places |= {"output": "".join(capfd.readouterr()).encode()}
    places |= {"mails": "\n".join(str(one.message()) for one in mail.outbox).encode()}
    places |= files(Path(settings.MEDIA_ROOT))
    assert {place: found_in(held) for place, held in places.items() if found_in(held)} == {}
    assert len(places["table identity_citizen"]) > 0
    assert caplog.records, "something was logged"


def _at_the_counter(at_portal: Any, client_for: Any, counter: Any, citizen_id: Any) -> None:
    """A second enrolment is refused, a wrong form is shown again, the case is found and opened."""
    home = f"/m/{counter.municipality.code}/counter/"
    typed = {
        "family_name": KEISUKE.family_name,
        "given_name": KEISUKE.given_name,
        "kana": katakana(KEISUKE.kana),
        "birth_date": "昭和36年7月23日",
        "sex": "male",
        "address": KEISUKE.address,
        "evidence": "driving_licence",
    }
    with at_portal():
        clerk = client_for(counter.first)
        assert clerk.post(f"{home}new/", typed).status_code == 422
        assert clerk.post(f"{home}new/", {**typed, "sex": "?"}).status_code == 422
        found = {"kana": typed["kana"], "birth_date": typed["birth_date"], "purpose": "counter"}
        assert clerk.post(f"{home}find/", found).status_code == 302
        assert clerk.get(f"{home}{citizen_id}/").status_code == 200
    with factories.acting(counter.first, counter.municipality) as by:
        note_access(by=by, citizen=Citizen.objects.only("pk").get(pk=citizen_id), purpose="search")


def _answered(at_portal: Any, client_for: Any, counter: Any, inquiry: str) -> None:
    office = f"/m/{counter.municipality.code}/inquiries/{inquiry.split('/')[-2]}/"
    with at_portal():
        clerk = client_for(counter.second)
        clerk.post(f"{office}read/")
        assert clerk.post(f"{office}forward/").status_code == 200
        assert clerk.post(f"{office}answer/", {"text": ANSWER}).status_code == 302
