"""The execution board: what is late, how figures stand against what was planned, and who may record it."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from unittest.mock import patch

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import timezone

from consortium.audit.models import Event
from consortium.reporting.indicators import load
from consortium.reporting.models import Indicator, Observation
from consortium.tenancy import context
from consortium.tenancy.models import Municipality
from shared_plans.actions import (
    raise_blocker,
    record_actual,
    record_milestone,
    record_spending,
    resolve_blocker,
)
from shared_plans.charts import kpi_chart
from shared_plans.domain.board import (
    Clock,
    Record,
    RecordKind,
    Standing,
    Sums,
    kpis,
    latest,
    met,
    milestones,
    next_due,
    progress,
    spending,
)
from shared_plans.domain.document import Document, made, row
from shared_plans.domain.kinds import Kind
from shared_plans.models import ExecutionRecord, Phase, Plan
from shared_plans.queries.board import behind, boards
from tests.isolation.rows import as_owner

from .helpers import at, of
from .test_blockers import VALUES as BLOCKER

TODAY = date(2026, 6, 1)
CLOCK = Clock(TODAY, date(2026, 6, 8))
KPI = made(
    "kpi-1",
    Kind.KPI,
    {
        "title": "オンライン申請率",
        "measure": "%",
        "indicator": "online_application_rate",
        "direction": "up",
        "baseline": "20",
        "targets": (
            row("t1", {"year": 2025, "value": "30"}),
            row("t2", {"year": 2026, "value": "50"}),
        ),
    },
)


def initiative(**due: str) -> Document:
    rows = tuple(row(name, {"title": name, "due": day}) for name, day in due.items())
    return Document((made("i", Kind.INITIATIVE, {"title": "窓口", "milestones": rows}),))


def test_the_day_something_is_due_on_is_still_in_time() -> None:
    document = initiative(
        ahead="2026-06-09", soon="2026-06-08", today="2026-06-01", late="2026-05-31", done="2026-05-01"
    )
    records = latest([Record(RecordKind.MILESTONE, "i", "done", day=date(2026, 5, 20))])
    found = milestones(document, records, CLOCK)
    assert [(one.row, one.standing) for one in found] == [
        ("done", Standing.DONE),
        ("late", Standing.LATE),
        ("today", Standing.SOON),
        ("soon", Standing.SOON),
        ("ahead", Standing.AHEAD),
    ]
    assert [one.days_late(TODAY) for one in found] == [0, 1, 0, 0, 0]
    (line,) = progress(document, found)
    assert (line.done, line.late, line.total) == (1, 1, 5)


def test_the_last_record_counts_also_where_it_takes_back() -> None:
    done = Record(RecordKind.MILESTONE, "i", "a", day=TODAY)
    document = initiative(a="2026-05-31")
    for records, standing in (
        ([done], Standing.DONE),
        ([done, Record(RecordKind.MILESTONE, "i", "a")], Standing.LATE),
        ([done, Record(RecordKind.MILESTONE, "i", "a"), done], Standing.DONE),
    ):
        (found,) = milestones(document, latest(records), CLOCK)
        assert found.standing is standing


def test_what_is_due_next() -> None:
    own = made("kpi-2", Kind.KPI, {**KPI.values, "indicator": ""})
    document = Document((*initiative(a="2026-05-31", b="2026-07-01", c="いずれ").clauses, own, KPI))
    given = [
        Record(RecordKind.ACTUAL, "kpi-2", year=2025, value=Decimal(31)),
        Record(RecordKind.MILESTONE, "i", "a", day=TODAY),
        Record(RecordKind.MILESTONE, "i", "b", day=TODAY),
        Record(RecordKind.ACTUAL, "kpi-2", year=2026, value=Decimal(50)),
        Record(RecordKind.MILESTONE, "i", "a"),
    ]
    found = [next_due(document, latest(given[:count])) for count in range(len(given) + 1)]
    late, first, second, third = date(2026, 5, 31), date(2026, 3, 31), date(2026, 7, 1), date(2027, 3, 31)
    assert found == [first, late, second, third, None, late]


def test_a_milestone_without_a_day_is_never_late() -> None:
    (found,) = milestones(initiative(a="いずれ"), {}, CLOCK)
    assert (found.due, found.standing) == (None, Standing.AHEAD)


def test_what_is_reported_goes_before_what_is_recorded() -> None:
    recorded = [
        Record(RecordKind.ACTUAL, "kpi-1", year=2025, value=Decimal(25)),
        Record(RecordKind.ACTUAL, "kpi-1", year=2026, value=Decimal(40)),
        Record(RecordKind.ACTUAL, "another", year=2026, value=Decimal(99)),
    ]
    observed = {("online_application_rate", 2025): Decimal(31), ("population", 2026): Decimal(5)}
    (found,) = kpis(Document((KPI,)), latest(recorded), observed, 2026)
    assert [(one.year, one.actual, one.is_reported, one.is_met) for one in found.years] == [
        (2025, Decimal(31), True, True),
        (2026, Decimal(40), False, False),
    ]
    assert found.last == found.years[1]


def test_a_past_year_without_an_actual_is_missing() -> None:
    (found,) = kpis(Document((KPI,)), {}, {}, 2026)
    assert [(one.year, one.is_missing) for one in found.years] == [(2025, True), (2026, False)]


@pytest.mark.parametrize(
    ("target", "actual", "direction", "expected"),
    [("5", "5", "up", True), ("5", "4", "up", False), ("5", "4", "down", True), ("5", "6", "down", False)],
)
def test_met_by_direction(target: str, actual: str, direction: str, *, expected: bool) -> None:
    assert met(Decimal(target), Decimal(actual), direction) is expected
    assert met(None, Decimal(actual), direction) is None


def test_spending_by_year_cost_and_funding() -> None:
    lines = [
        made(
            name, Kind.BUDGET, {"title": name, "year": year, "cost": cost, "funding": fund, "amount": amount}
        )
        for name, year, cost, fund, amount in (
            ("later", 2027, "operation", "own_funds", 100),
            ("a", 2026, "development", "own_funds", 200),
            ("b", 2026, "development", "pfi", 300),
        )
    ]
    records = latest(
        [
            Record(RecordKind.SPENDING, "a", value=Decimal(50), day=TODAY),
            Record(RecordKind.SPENDING, "a", value=Decimal(250), day=TODAY),
            Record(RecordKind.SPENDING, "b", value=Decimal(10), day=TODAY),
            Record(RecordKind.SPENDING, "b"),
        ]
    )
    found = spending(Document(tuple(lines)), records)
    assert [line.clause for line in found.lines] == ["a", "b", "later"]
    assert found.by_year == {2026: Sums(500, 250), 2027: Sums(100, 0)}
    assert found.by_funding == {"own_funds": Sums(300, 250), "pfi": Sums(300, 0)}
    assert found.by_cost["development"].rate == 50
    assert (found.total.rate, Sums(0, 0).rate, Sums(1, 2).is_over) == (41, None, True)
    assert found.lines[1].spent is None


def test_marks_lie_within_the_chart() -> None:
    targets = tuple(
        row(f"t{year}", {"year": year, "value": value}) for year, value in ((2026, "-3"), (2027, "250.5"))
    )
    document = Document((made("k", Kind.KPI, {"title": "収支", "targets": targets}),))
    recorded = latest([Record(RecordKind.ACTUAL, "k", year=2026, value=Decimal(0))])
    chart = kpi_chart(*kpis(document, recorded, {}, 2026))
    assert chart
    marks = [*chart.targets, *chart.actuals, *chart.ticks]
    assert all(0 <= one.x <= chart.width and 0 <= one.y <= chart.height for one in marks)
    assert "0" in [tick.label for tick in chart.ticks]
    low, high = chart.targets
    assert low.y > chart.actuals[0].y > high.y
    assert low.x == chart.actuals[0].x < high.x
    assert not chart.actuals[0].is_below, "its target is beneath it"
    assert kpi_chart(*kpis(Document((made("k", Kind.KPI, {"title": "空"}),)), {}, {}, 2026)) is None


# --- Actions and pages ------------------------------------------------------------------------------


@pytest.mark.django_db
class TestRecording:
    def test_only_of_a_plan_under_execution(
        self, submitted: Plan, maebashi: Municipality, editor: Any, acting: Callable[..., Any]
    ) -> None:
        with acting(editor, maebashi) as actor, pytest.raises(ValidationError) as refused:
            record_spending(by=actor, plan=submitted, clause="clause-3", amount=1, day=timezone.localdate())
        assert refused.value.code == "not_executing"

    def test_an_approver_alone_records_nothing(
        self, executing: Plan, maebashi: Municipality, approver: Any, acting: Callable[..., Any]
    ) -> None:
        with acting(approver, maebashi) as actor, pytest.raises(PermissionDenied):
            record_spending(by=actor, plan=executing, clause="clause-3", amount=1, day=timezone.localdate())

    def test_each_kind_shows_on_the_board(
        self, executing: Plan, maebashi: Municipality, editor: Any, acting: Callable[..., Any]
    ) -> None:
        today = timezone.localdate()
        with acting(editor, maebashi) as actor:
            record_milestone(by=actor, plan=executing, clause="clause-1", row="milestone-1", day=today)
            record_actual(
                by=actor, plan=executing, clause="kpi-1", year=2026, value=Decimal("45.5"), source="庁内集計"
            )
            record_spending(by=actor, plan=executing, clause="clause-3", amount=6_000_000, day=today)
            (board,) = boards([executing])
        assert board.count(Standing.DONE) == 1
        assert board.kpis[0].years[0].actual == Decimal("45.5")
        assert board.spending.total == Sums(12_000_000, 6_000_000)

    def test_what_is_not_in_the_plan_and_what_lies_ahead(
        self, executing: Plan, maebashi: Municipality, editor: Any, acting: Callable[..., Any]
    ) -> None:
        tomorrow = timezone.localdate() + timedelta(days=1)
        with acting(editor, maebashi) as actor:
            with pytest.raises(ValidationError) as unknown:
                record_milestone(by=actor, plan=executing, clause="clause-1", row="no-such", day=None)
            with pytest.raises(ValidationError) as other_kind:
                record_spending(by=actor, plan=executing, clause="kpi-1", amount=1, day=None)
            with pytest.raises(ValidationError) as ahead:
                record_milestone(by=actor, plan=executing, clause="clause-1", row="milestone-1", day=tomorrow)
            with pytest.raises(ValidationError) as negative:
                record_spending(by=actor, plan=executing, clause="clause-3", amount=-1, day=None)
            assert not ExecutionRecord.objects.exists()
        assert (unknown.value.code, other_kind.value.code) == ("unknown", "unknown")
        assert set(ahead.value.error_dict) == {"day"}
        assert set(negative.value.error_dict) == {"amount"}

    def test_a_reported_indicator_cannot_be_overwritten(
        self, executing: Plan, maebashi: Municipality, editor: Any, acting: Callable[..., Any]
    ) -> None:
        with as_owner(municipality_id=maebashi.pk):
            load()
            Observation(
                municipality_id=maebashi.pk,
                indicator=Indicator.objects.get(key="online_application_rate"),
                fiscal_year=2026,
                value=Decimal("33.3"),
                recorded_at=timezone.now(),
                recorded_by="test",
            ).save(force_insert=True)
        with acting(editor, maebashi) as actor:
            (board,) = boards([executing])
            assert (board.kpis[0].years[0].actual, board.missing) == (Decimal("33.3"), 0)
            with pytest.raises(ValidationError) as refused:
                record_actual(
                    by=actor, plan=executing, clause="kpi-1", year=2026, value=Decimal(1), source="x"
                )
        assert refused.value.error_dict["year"][0].code == "reported"

    def test_home_tells_what_is_behind_until_it_is_recorded(
        self,
        executing: Plan,
        maebashi: Municipality,
        editor: Any,
        acting: Callable[..., Any],
        django_assert_num_queries: Any,
    ) -> None:
        due, after = date(2027, 3, 31), date(2027, 4, 1)
        today = timezone.localdate()
        with acting(editor, maebashi) as actor:
            values = {**BLOCKER, "due": date(2027, 3, 30)}
            blocker = raise_blocker(by=actor, plan=executing, values=values)
            assert behind(date(2027, 3, 30), 9) == []
            with django_assert_num_queries(1):
                found = behind(after, 9)
            assert [(one.blocker_id, one.title, one.due) for one in found] == [
                (blocker.pk, blocker.title, date(2027, 3, 30)),
                (None, executing.title, due),
            ]
            resolve_blocker(by=actor, blocker=blocker, resolved_on=today, how="答申を得た")
            done = {"plan": executing, "clause": "clause-1", "row": "milestone-1"}
            record_milestone(by=actor, day=today, **done)
            assert behind(after, 9) == []
            record_milestone(by=actor, day=None, **done)
            assert [one.plan_id for one in behind(after, 9)] == [executing.pk]
            Plan.objects.filter(pk=executing.pk).update(phase=Phase.CLOSED)
            assert behind(after, 9) == [], "nobody carries it out any more"

    def test_nothing_is_kept_without_its_audit_row(
        self, executing: Plan, maebashi: Municipality, editor: Any, acting: Callable[..., Any]
    ) -> None:
        with acting(editor, maebashi) as actor:
            before = Event.objects.count()
            with (
                patch("shared_plans.actions.recording.record", side_effect=RuntimeError),
                pytest.raises(RuntimeError),
            ):
                record_spending(by=actor, plan=executing, clause="clause-3", amount=1, day=None)
            assert not ExecutionRecord.objects.exists()
            assert Event.objects.count() == before

    def test_nobody_else_reads_it(
        self,
        executing: Plan,
        maebashi: Municipality,
        takasaki: Municipality,
        editor: Any,
        acting: Callable[..., Any],
    ) -> None:
        with acting(editor, maebashi) as actor:
            record_spending(by=actor, plan=executing, clause="clause-3", amount=1, day=None)
        with context.tenant(takasaki.pk):
            assert not ExecutionRecord.visible.exists()


@pytest.mark.django_db
class TestPages:
    def test_from_a_form_to_the_board(
        self,
        executing: Plan,
        at_editor: Client,
        at_approver: Client,
        at_adopter: Client,
        maebashi: Municipality,
    ) -> None:
        url = of(executing, maebashi, "board")
        assert at_adopter.get(url).status_code == 404
        page = at_editor.get(url).content.decode()
        assert "試行の開始" in page
        assert "これから" in page
        assert "記録する" not in at_approver.get(url).content.decode()
        for name, where, given in (
            ("record_milestone", {"clause": "clause-1", "row": "milestone-1"}, {}),
            ("record_actual", {"clause": "kpi-1"}, {"year": "2026", "value": "45.5", "source": "庁内集計"}),
            ("record_spending", {"clause": "clause-3"}, {"amount": "6,000,000"}),
        ):
            form = of(executing, maebashi, name, **where)
            assert at_approver.get(form).status_code == 403
            assert at_adopter.post(form, given).status_code == 404
            initial = {"outcome": "done" if "row" in where else "keep", "day": "令和8年11月20日"}
            answer = at_editor.post(form, {**initial, **given})
            assert answer.status_code == 302, answer.context["form"].errors
            assert at_editor.get(form).status_code == 200
        page = at_editor.get(url).content.decode()
        for text in ("達成した節目", "45.5", "未達", "6,000,000", "50%", "<svg"):
            assert text in page
        every = at_editor.get(at(maebashi, "boards")).content.decode()
        assert executing.title in every
        assert "50%" in every

    def test_what_is_missing_in_a_form(
        self, executing: Plan, at_editor: Client, maebashi: Municipality
    ) -> None:
        form = of(executing, maebashi, "record_actual", clause="kpi-1")
        refused = at_editor.post(form, {"year": "2026", "outcome": "keep"})
        assert refused.status_code == 422
        assert set(refused.context["form"].errors) == {"value", "source"}
        assert at_editor.post(form, {"year": "2026", "outcome": "take_back"}).status_code == 302
        assert at_editor.get(of(executing, maebashi, "record_actual", clause="no-such")).status_code == 404

    def test_a_plan_that_is_not_carried_out(
        self, submitted: Plan, at_editor: Client, maebashi: Municipality
    ) -> None:
        board = of(submitted, maebashi, "board")
        assert "実行中の計画ではありません" in at_editor.get(board).content.decode()
        form = of(submitted, maebashi, "record_spending", clause="clause-3")
        assert at_editor.get(form)["Location"] == board
        assert at_editor.post(form, {"outcome": "take_back"}).status_code == 422
