"""A municipality's figures from a file: one row per indicator and fiscal year."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consortium.domain.text import search_key
from consortium.language import fiscal_year
from consortium.tabular import parsers
from consortium.tabular.columns import Column, Problem, Row
from consortium.tabular.importer import Effect, Importer, repeated
from consortium.tabular.writer import Value
from consortium.ui.parts import Crumb

from . import queries
from .actions import Figure, check_value, record_observations
from .models import Indicator, Observation, Status
from .permissions import ReportingPermission

_NOT_SURVEYED = {"調査対象外", "not surveyed", "not_surveyed"}


def figure(text: str) -> Decimal | None:
    """None where the text says that there was no survey."""
    return None if search_key(text) in _NOT_SURVEYED else parsers.decimal(text)


class FigureImporter(Importer):
    kind = "reporting.observations"
    permission = ReportingPermission.RECORD
    title = gettext_lazy("実績値の取込")
    lead = gettext_lazy("指標と年度ごとに1行で、実績値をまとめて登録します。登録済みの値は置き換えます。")
    columns = (
        Column(
            "indicator",
            gettext_lazy("指標"),
            parsers.plain_text(120),
            aliases=("指標名", "指標コード", "key"),
            help=gettext_lazy("指標の名称またはコード"),
            example="人口",
        ),
        Column(
            "fiscal_year",
            gettext_lazy("年度"),
            parsers.fiscal_year,
            help=gettext_lazy("西暦または和暦"),
            example="令和7年度",
            show=fiscal_year,
        ),
        Column(
            "value",
            gettext_lazy("値"),
            figure,
            aliases=("実績値", "figure"),
            help=gettext_lazy("数値。調査していない場合は「調査対象外」"),
            example="1234",
            empty=gettext_lazy("空欄です。数値か「調査対象外」を入力するか、この行を削除してください。"),
        ),
        Column(
            "source",
            gettext_lazy("出典"),
            parsers.plain_text(200),
            required=False,
            help=gettext_lazy("統計や調査の名称"),
            example="住民基本台帳",
            fallback="",
        ),
    )

    def check(self, rows: Sequence[Row]) -> Iterator[Problem]:
        for row in rows:
            yield from self._check(row)
        yield from repeated(rows, self._key, self.column("indicator"))

    def _check(self, row: Row) -> Iterator[Problem]:
        if row.values["fiscal_year"] not in self._years:
            message = _("この年度は登録できません。%(first)sから%(last)sまでの年度を入力してください。")
            years = {"first": fiscal_year(self._years[0]), "last": fiscal_year(self._years[-1])}
            yield row.problem(self.column("fiscal_year"), message % years)
        indicator = self._indicator(row)
        if indicator is None:
            yield row.problem(
                self.column("indicator"), _("この指標はありません。様式にある指標を入力してください。")
            )
            return
        try:
            check_value(indicator, row.values["value"])
        except ValidationError as error:
            yield from (row.problem(self.column("value"), message) for message in error.messages)

    def effect(self, row: Row) -> Effect:
        earlier = self._recorded.get(self._key(row))
        if earlier is None:
            return Effect.NEW
        same = (earlier.value, earlier.source) == (row.values["value"], row.values["source"])
        return Effect.SAME if same else Effect.CHANGED

    def apply(self, rows: Sequence[Row]) -> None:
        figures = [
            Figure(self._key(row)[0], row.values["fiscal_year"], row.values["value"], row.values["source"])
            for row in rows
        ]
        record_observations(by=self.by, figures=figures)

    def sample(self) -> list[list[Value]]:
        """Every indicator for the last full fiscal year, with what is on record."""
        year = self._years[-2]
        return [
            [indicator.label, fiscal_year(year), *_on_record(self._recorded.get((indicator.key, year)))]
            for indicator in Indicator.objects.all()
        ]

    def crumbs(self, **path: Any) -> list[Crumb]:
        return [Crumb(_("実績値"), reverse("reporting:figures", kwargs=path))]

    @cached_property
    def _indicators(self) -> dict[str, Indicator]:
        """By everything that names one."""
        return {
            search_key(name): one
            for one in Indicator.objects.all()
            for name in (one.key, one.label_ja, one.label_en)
        }

    @cached_property
    def _years(self) -> list[int]:
        return sorted(year.year for year in queries.years())

    @cached_property
    def _recorded(self) -> dict[tuple[str, int], Observation]:
        return {(one.indicator.key, one.fiscal_year): one for one in queries.own_figures()}

    def _indicator(self, row: Row) -> Indicator | None:
        return self._indicators.get(search_key(row.values["indicator"]))

    def _key(self, row: Row) -> tuple[str, int]:
        indicator = self._indicator(row)
        return indicator.key if indicator else row.values["indicator"], row.values["fiscal_year"]


def _on_record(earlier: Observation | None) -> tuple[Value, str]:
    if earlier is None:
        return None, ""
    return str(Status.NOT_SURVEYED.label) if earlier.value is None else earlier.value, earlier.source
