"""Residents who were recorded before there was an index of names are found by a card afterwards."""

from io import StringIO

import pytest
from django.core.management import call_command

from consortium.tenancy import context
from identity.actions import name_indexes
from identity.models import Citizen
from identity.models.person_index import name_index

from .residents import HANAKO, TARO, Counter


def run() -> str:
    out = StringIO()
    call_command("index_names", stdout=out)
    return out.getvalue()


def test_rows_from_before_are_indexed_once(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(name_indexes, "CHUNK", 1)
    hanako, taro = counter.proofed(), counter.proofed(TARO)
    closed = counter.proofed(HANAKO, namesake=1)
    with context.opened(context.Context("owner")):
        Citizen.objects.update(name_index="")
        Citizen.objects.filter(pk=closed.pk).update(status="closed")
    assert "2 names were indexed" in run()
    assert "0 names were indexed" in run()
    expected = {
        hanako.pk: name_index(HANAKO.family_name + HANAKO.given_name, HANAKO.birth_date),
        taro.pk: name_index(TARO.family_name + TARO.given_name, TARO.birth_date),
        closed.pk: "",
    }
    with context.opened(context.Context("owner")):
        assert dict(Citizen.objects.values_list("pk", "name_index")) == expected
