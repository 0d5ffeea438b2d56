"""Figures of municipalities, from a file. Those below: 令和2年国勢調査 (population); households invented."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from consortium.tenancy import context
from consortium.tenancy.models import Municipality
from shared_plans.domain.scaling import Size
from shared_plans.models import MunicipalProfile

pytestmark = pytest.mark.django_db


def load(folder: Path, text: str, *columns: str) -> None:
    file = folder / "profiles.csv"
    file.write_text(text, encoding="utf-8-sig")
    given = [part for one in columns for part in ("--column", one)]
    call_command(
        "load_profiles", str(file), "--year", "2020", "--source", "令和2年国勢調査", *given, verbosity=0
    )


def stored() -> dict[str, MunicipalProfile]:
    with context.opened(context.Context("owner")):
        return {row.municipality.code: row for row in MunicipalProfile.objects.select_related("municipality")}


def test_figures_are_loaded_and_replaced(tmp_path: Path) -> None:
    load(tmp_path, 'code,population,households,fiscal_index\n102016,"332,149",,0.80\n992011,9000,4000,\n')
    rows = stored()
    assert rows["102016"].population == 332_149 and rows["102016"].size is None
    assert str(rows["102016"].fiscal_index) == "0.80" and rows["102016"].fictional is False
    assert rows["992011"].size == Size(9000, 4000) and rows["992011"].fictional
    load(tmp_path, "団体コード,人口,households\n102016,332149,140000\n", "code=団体コード", "population=人口")
    assert stored()["102016"].size == Size(332_149, 140_000)
    assert len(stored()) == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("code,people\n102016,1\n", "no column 'population'"),
        ("code,population\n999999,1\n", "Line 2: no municipality has the code '999999'"),
        ("code,population\n102016,many\n", "Line 2: population"),
        ("code,population\n102016,0\n", "Line 2: population"),
        ("code,population\n102016,\n", "Line 2: population"),
        ("code,population,aged_share\n102016,1,101\n", "Line 2: aged_share"),
    ],
)
def test_a_wrong_file_changes_nothing(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(CommandError, match=said):
        load(tmp_path, text)
    assert stored() == {}


def test_a_wrong_heading_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="--column size=人口"):
        load(tmp_path, "code,population\n", "size=人口")


def test_members_read_what_the_secretariat_keeps(tmp_path: Path, maebashi: Municipality) -> None:
    load(tmp_path, "code,population\n102024,372973\n")
    with context.tenant(maebashi.pk):
        assert MunicipalProfile.objects.get().population == 372_973
