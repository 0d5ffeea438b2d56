"""A resident names a delegate, who acts on pages that say in whose name."""

import re
from datetime import timedelta
from typing import Any

from django.utils import timezone

from .residents import Counter, Resident
from .test_delegations import taro

__all__ = ["taro"]
_CODE = re.compile(r'class="slip__code">([0-9A-Z-]+)<')


def code_from(resident: Resident, page: str = "/me/delegates/code/") -> str:
    assert "コードを作る" in resident.client.get(page).content.decode()
    found = _CODE.search(resident.client.post(page).content.decode())
    assert found
    return found[1]


def test_from_code_to_consent_and_back(
    hanako: Resident, taro: Resident, adopted: Any, counter: Counter
) -> None:
    assert "代理人はいません" in hanako.client.get("/me/delegates/").content.decode()
    data = {
        "code": code_from(taro),
        "sectors": ["transport"],
        "may_consent": "1",
        "until": str(timezone.localdate() + timedelta(30)),
    }
    assert hanako.client.post("/me/delegates/give/", {**data, "until": "2020-01-01"}).status_code == 422
    assert hanako.client.post("/me/delegates/give/", data).status_code == 302
    page = taro.client.get("/me/delegates/").content.decode()
    assert "架空 花子" in page
    accept = re.search(r'href="(/me/delegates/[^"]+/accept/)"', page)
    assert accept
    base = accept[1].removesuffix("accept/")
    assert taro.client.get(f"{base}act/")["Location"] == "/me/delegates/", "before she accepted"
    assert hanako.client.get(accept[1]).status_code == 404, "it is his to accept"
    taro.client.get(accept[1])
    taro.client.post(accept[1])
    page = taro.client.get(f"{base}act/").content.decode()
    assert "架空 花子さんとして操作しています" in page
    assert adopted.name_ja in page
    give = f"{base}act/consent/{adopted.client_id}/"
    assert "さんとして操作しています" in taro.client.get(give).content.decode()
    assert taro.client.post(give, {"attributes": ["name"], "days": "30"}).status_code == 422
    assert taro.client.post(give, {"attributes": ["resident_of"], "days": "90"}).status_code == 302
    page = taro.client.get(f"{base}act/").content.decode()
    withdraw = re.search(rf'action="({base}act/withdraw/[^"]+)"', page)
    assert withdraw
    assert taro.client.post(withdraw[1]).status_code == 302
    own = hanako.client.get("/me/delegates/").content.decode()
    assert "同意を撤回" in own
    assert "架空 太郎" in own
    hanako.client.get(f"{base}end/")
    hanako.client.post(f"{base}end/")
    assert taro.client.get(f"{base}act/")["Location"] == "/me/delegates/"


def test_a_code_for_moving(hanako: Resident) -> None:
    assert code_from(hanako, "/me/data/move/")
