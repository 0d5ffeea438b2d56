"""Where a personal value may have been left in clear: database, Valkey, logs, output, mails, stored files."""

import base64
import json
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.db import connection

from consortium.domain.text import search_key
from tests.identity.residents import HANAKO
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
NEW_ADDRESS = "群馬県高崎市蓬莱架空町三丁目46番8号"
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
    NEW_ADDRESS,
    "蓬莱架空町",
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


def everywhere(caplog: Any, capfd: Any) -> dict[str, bytes]:
    """All that is kept now, by its place."""
    logged = "\n".join(f"{one.getMessage()} {one.__dict__!r}" for one in caplog.records)
    mailed = "\n".join(str(one.message()) for one in mail.outbox)
    assert caplog.records, "something was logged"
    return {
        **{f"table {name}": rows for name, rows in dump().items()},
        "valkey": valkey(),
        "logs": logged.encode(),
        "output": "".join(capfd.readouterr()).encode(),
        "mails": mailed.encode(),
        **files(Path(settings.MEDIA_ROOT)),
    }


def left_in_clear(places: dict[str, bytes]) -> dict[str, list[str]]:
    """The values found, by place."""
    return {place: found for place, held in places.items() if (found := found_in(held))}
