"""Every model, every way: rows of another tenant or resident are out of reach, one's own are not."""

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps

from consortium.tenancy import context
from consortium.tenancy.models import Classed, Municipality
from consortium.tenancy.policies import OWN_CITIZEN, OWN_MUNICIPALITY, UPDATE, TableClass
from consortium.tenancy.roles import APP, BASE_OF, CITIZEN, REPORT, SECRETARIAT, WORKER
from consortium.tenancy.sync import class_rules, classed_models, references, tables, tenant_column
from tests.isolation import trials
from tests.isolation.rows import Parties, Side, as_owner, parties
from tests.isolation.trials import REFUSED, TAKEN

MODELS = [model for model in classed_models() if model._meta.managed]
BY_CLASS = {kind: [model for model in MODELS if model.table_class is kind] for kind in TableClass}
Trial = Callable[[type[Classed], Any], int]
SHARED = {
    "services.Adoption": "who uses which component is known within the consortium",
    "shared_plans.PlanRevision": "published revisions are there to be adopted",
}
"""Tenant tables that other members may read, and why. They may never be written."""


@pytest.fixture
def pair(maebashi: Municipality, takasaki: Municipality) -> Parties:
    return parties(maebashi.pk, takasaki.pk)


def rules_of(model: type[Classed], role: str) -> dict[str, list[str]]:
    """Command -> conditions that open it to the role, inherited rights of its base role included."""
    found: dict[str, list[str]] = {}
    for rule in (*class_rules(model), *model.rules):
        if rule.role in {role, BASE_OF.get(role)}:
            for command in rule.commands:
                found.setdefault(command, []).append("columns" if rule.columns else rule.rows)
    return found


def label(model: type[Classed]) -> str:
    return model._meta.label


@pytest.mark.parametrize("model", BY_CLASS[TableClass.TENANT], ids=label)
@pytest.mark.parametrize("role", [APP, WORKER])
def test_another_tenants_row(model: type[Classed], role: str, pair: Parties) -> None:
    mine, theirs = pair(model)
    reader = getattr(mine.rows[model], "user_id", None)
    with context.opened(context.Context(role, municipality_id=mine.municipality_id, user_id=reader)):
        own, other = mine.rows[model].pk, theirs.rows[model].pk
        for trial in trials.READING:
            if label(model) not in SHARED or trial is trials.lock:
                assert trial(model, other) <= 0, trial.__name__
        for trial in trials.WRITING:
            assert trial(model, other) <= 0, trial.__name__
        assert trials.move(model, own, "municipality_id", theirs.municipality_id) == REFUSED
        assert trials.insert(theirs.build(model)) == REFUSED
        _controls(model, role, own, mine)


@pytest.mark.parametrize("model", BY_CLASS[TableClass.SUBJECT], ids=label)
def test_another_residents_row(model: type[Classed], pair: Parties) -> None:
    mine, theirs = pair(model)
    with context.citizen(mine.citizen_id):
        own, other = mine.rows[model].pk, theirs.rows[model].pk
        for trial in (*trials.READING, *trials.WRITING):
            assert trial(model, other) <= 0, trial.__name__
        assert trials.move(model, own, "citizen_id", theirs.citizen_id) == REFUSED
        _controls(model, CITIZEN, own, mine)


@pytest.mark.parametrize("model", BY_CLASS[TableClass.SUBJECT], ids=label)
def test_a_resident_of_elsewhere_is_unknown_to_staff(model: type[Classed], pair: Parties) -> None:
    mine, theirs = pair(model, apps.get_model("identity.Residence"))
    with context.tenant(mine.municipality_id):
        for trial in (*trials.READING, *trials.WRITING):
            assert trial(model, theirs.rows[model].pk) <= 0, trial.__name__
        if "SELECT" in rules_of(model, APP):
            assert trials.read(model, mine.rows[model].pk) == 1


@pytest.mark.parametrize("model", BY_CLASS[TableClass.TENANT] + BY_CLASS[TableClass.SUBJECT], ids=label)
def test_a_reference_cannot_reach_out(model: type[Classed], pair: Parties) -> None:
    """Foreign-key checks see through policies: the composite key is what refuses. The owner tries, whom no
    policy stops, and succeeds with the own row."""
    inner = [field for field in references(model) if tenant_column(field.related_model)]
    mine, theirs = pair(model)
    with as_owner(municipality_id=mine.municipality_id, citizen_id=mine.citizen_id):
        for field in inner:
            foreign = {field.attname: theirs.row(field.related_model).pk}
            assert trials.insert(mine.build(model, **foreign)) == REFUSED, field
            assert _accepts(model, mine, {field.attname: mine.row(field.related_model).pk}), field


@pytest.mark.parametrize("model", BY_CLASS[TableClass.CONSORTIUM], ids=label)
@pytest.mark.parametrize("role", [APP, CITIZEN, WORKER, REPORT])
def test_the_bodys_rows_are_written_by_the_secretariat(
    model: type[Classed], role: str, pair: Parties
) -> None:
    mine, _ = pair(model)
    row, rules = mine.rows[model], rules_of(model, role)
    with context.opened(_as(role, mine)):
        assert (trials.read(model, row.pk) == 1) is ("true" in rules.get("SELECT", []))
        for trial, command in ((trials.update, "UPDATE"), (trials.delete, "DELETE")):
            assert (trial(model, row.pk) == 1) is ("true" in rules.get(command, [])), trial.__name__
    with context.secretariat():
        assert trials.read(model, row.pk) == 1
        assert (trials.update(model, row.pk) == 1) is (UPDATE in model.keeps)


@pytest.mark.parametrize("model", BY_CLASS[TableClass.LOG], ids=label)
@pytest.mark.parametrize("role", [APP, CITIZEN, SECRETARIAT, WORKER, REPORT])
def test_logs_are_append_only(model: type[Classed], role: str, pair: Parties) -> None:
    mine, _ = pair(model)
    with context.opened(_as(role, mine)):
        assert trials.update(model, mine.rows[model].pk) == REFUSED
        assert trials.delete(model, mine.rows[model].pk) == REFUSED


@pytest.mark.parametrize("model", [m for m in BY_CLASS[TableClass.LOG] if hasattr(m, "stream")], ids=label)
@pytest.mark.parametrize("role", [APP, CITIZEN, SECRETARIAT])
def test_logs_of_others_are_out_of_reach(model: type[Classed], role: str, pair: Parties) -> None:
    mine, theirs = pair(model)
    conditions = rules_of(model, role).get("SELECT", [])
    if conditions == ["true"]:
        pytest.skip("the secretariat checks the chains of all streams")
    with context.opened(_as(role, mine)):
        assert trials.read(model, theirs.rows[model].pk) <= 0
        if set(conditions) & {OWN_MUNICIPALITY, OWN_CITIZEN}:
            assert trials.read(model, mine.rows[model].pk) == 1


@pytest.mark.parametrize("model", BY_CLASS[TableClass.SYSTEM], ids=label)
@pytest.mark.parametrize("role", [APP, CITIZEN, SECRETARIAT, WORKER, REPORT])
def test_system_rows_open_by_rule_only(model: type[Classed], role: str, pair: Parties) -> None:
    """Housekeeping may ask for the keys of what is over, which no row of the trials is."""
    mine, _ = pair(model)
    with context.opened(_as(role, mine)):
        if "SELECT" not in rules_of(model, role):
            cleans = role == WORKER and model.retention
            assert trials.read(model, mine.rows[model].pk) == (0 if cleans else REFUSED)


def _as(role: str, side: Side) -> context.Context:
    return context.Context(role, municipality_id=side.municipality_id, citizen_id=side.citizen_id)


def _controls(model: type[Classed], role: str, own: Any, mine: Side) -> None:
    """The refusals above mean something only because the same commands reach one's own row."""
    rules = rules_of(model, role)
    commands: dict[str, Trial] = {"SELECT": trials.read, "UPDATE": trials.update}
    for command, trial in commands.items():
        if set(rules.get(command, ["columns"])) != {"columns"}:
            assert trial(model, own) == 1, command
        elif command not in rules:
            assert trial(model, own) == REFUSED, command
    if set(rules.get("INSERT", [])) & {OWN_MUNICIPALITY, OWN_CITIZEN}:
        assert _accepts(model, mine, {}), "INSERT"
    elif "INSERT" not in rules:
        assert trials.insert(mine.build(model)) == REFUSED, "INSERT"


def _accepts(model: type[Classed], side: Side, given: dict[str, Any]) -> bool:
    return trials.insert(side.build(model, **given)) in {1, TAKEN}


def test_coverage_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    counts = ", ".join(f"{len(models)} {kind}" for kind, models in BY_CLASS.items())
    with capsys.disabled():
        print(f"\nIsolation proved over {len(MODELS)} models ({counts}) and {len(list(tables()))} tables.")  # noqa: T201
