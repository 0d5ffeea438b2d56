from datetime import date

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from consortium.tenancy.models.registry import Municipality, MunicipalityCode, Prefecture
from consortium.tenancy.ownership import as_owner

pytestmark = pytest.mark.django_db


def loaded() -> tuple[int, int, int]:
    call_command("load_registry", verbosity=0)
    return Prefecture.objects.count(), Municipality.objects.count(), MunicipalityCode.objects.count()


def test_load_and_load_again() -> None:
    first = loaded()
    assert first == (48, 1747, 1755)
    rows = set(MunicipalityCode.objects.values_list("pk", "code", "valid_from", "valid_until"))
    assert loaded() == first
    assert set(MunicipalityCode.objects.values_list("pk", "code", "valid_from", "valid_until")) == rows


def test_few_statements() -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        call_command("load_registry", verbosity=0)
    assert len(queries) < 15


def test_invented_municipalities_are_marked() -> None:
    loaded()
    assert set(Municipality.objects.filter(fictional=True).values_list("prefecture", flat=True)) == {"99"}


def test_a_renamed_municipality_keeps_its_key_and_old_code() -> None:
    loaded()
    nakagawa = Municipality.objects.get(code="402311")
    assert nakagawa.pk == 40305
    codes = nakagawa.codes.order_by("valid_from").values_list("code", "name")
    assert list(codes) == [("403059", "那珂川町"), ("402311", "那珂川市")]


def test_what_the_files_say_wins() -> None:
    loaded()
    stale = MunicipalityCode.objects.get(code="102016")
    stale.pk, stale.valid_from = None, date(2001, 1, 1)
    with as_owner(connection):
        Municipality.objects.filter(code="102016").update(name="誤記")
        stale.save()
    assert loaded() == (48, 1747, 1755)
    assert Municipality.objects.get(code="102016").name == "前橋市"
