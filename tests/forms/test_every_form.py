"""Every form of both surfaces, sent what its page did not mean: no 500, no half-done write, a way to go on.

A mixture drawn at random, and every sort of hostile value in every field.

The pages are opened as somebody who may use them; what is sent is made from the forms found there. The same
every time; each answer is undone before the next is asked for.
"""

import copy
from collections.abc import Callable
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from django.urls import Resolver404, resolve
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings

from consortium.membership.actions import invite_staff
from consortium.membership.models import User
from consortium.membership.roles import MUNICIPAL_ROLES
from consortium.sso.models import SsoConnection
from consortium.tenancy.models import Municipality
from deploy.demo.journey.html import Node, forms, parse
from shared_plans.actions import draft_plan, save_draft, submit_plan
from shared_plans.queries.framework import framework_editions
from tests.identity.residents import make_counter, make_resident
from tests.isolation.rows import parties
from tests.isolation.urls import Endpoint, endpoints
from tests.permission_objects import STRANGERS
from tests.shared_plans.conftest import CONTENT
from tests.test_permissions import EXAMPLES
from tests.test_permissions import values as own_values

from . import state
from .attacks import TYPED, Sent, Target, attacks, sweeps

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
EACH, WITHOUT_FIELDS = 4, 2
QUIETLY: dict[str, Any] = {
    "deadline": None,
    "derandomize": True,
    "database": None,
    "phases": [Phase.generate],
    "suppress_health_check": list(HealthCheck),
}
UNAUDITED = {
    "ui_draft": "a draft of one's own is no deed",
}
"""Tables that a request may write without an entry in the log, and why."""


def is_for_people(endpoint: Endpoint) -> bool:
    return not endpoint.route.startswith(("api/v1/", "ui/", "oauth/token", "oauth/userinfo"))


PORTAL = [each for each in endpoints("consortium.urls.portal") if is_for_people(each)]
IDENTITY = [each for each in endpoints("consortium.urls.identity") if is_for_people(each)]
OTHERS = [each for each in PORTAL if not (each.is_tenant or each.is_secretariat)]


@pytest.fixture
def terms() -> None:
    call_command("load_framework", verbosity=0)
    call_command("load_indicators", verbosity=0)


@pytest.fixture
def objects(terms: None, maebashi: Municipality, takasaki: Municipality) -> Callable[..., str]:
    """objects(endpoint, **values) -> its address, naming rows of Maebashi's."""
    pair = parties(maebashi.pk, takasaki.pk)
    pair(SsoConnection)

    def address(endpoint: Endpoint, **more: Any) -> str:
        if endpoint.is_tenant or endpoint.is_secretariat:
            return endpoint.path(maebashi.code, own_values(endpoint, pair) | more)
        return endpoint.path(maebashi.code, dict.fromkeys(endpoint.parameters, _example(endpoint)) | more)

    return address


def _example(endpoint: Endpoint) -> Any:
    return EXAMPLES.get(endpoint.name, "0199a000-0000-7000-8000-000000000000")


@pytest.fixture
def under_way(terms: None, staff: Any, acting: Any, maebashi: Municipality) -> dict[str, Any]:
    """Parameter -> something that a colleague has begun."""
    with acting(staff(maebashi, "administrator", "editor"), maebashi) as actor:
        edition = framework_editions()[0]
        plan = draft_plan(by=actor, title="計画", edition=edition, year_from=2026, year_to=2028)
        head = {"title": plan.title, "year_from": plan.year_from, "year_to": plan.year_to}
        plan = save_draft(by=actor, plan=plan, lock_version=plan.lock_version, content=CONTENT, **head)
        submit_plan(by=actor, plan=plan)
        token = invite_staff(by=actor, email="new@staff.example", name="新任", role="editor")
    return {"plan": plan.pk, "token": token}


def test_of_a_municipality(
    objects: Any, under_way: dict[str, Any], client_for: Any, staff: Any, maebashi: Municipality
) -> None:
    own = [each for each in PORTAL if each.is_tenant]
    first = [objects(each) for each in own]
    begun = [objects(each, **under_way) for each in own if set(each.parameters) & under_way.keys()]
    assault(client_for(staff(maebashi, *MUNICIPAL_ROLES)), first + begun)


def test_of_the_secretariat(objects: Any, client_for: Any, secretary: User) -> None:
    pages = [objects(each) for each in PORTAL if each.is_secretariat]
    report = "/secretariat/reports/new/?indicator=dx_budget&fiscal_year=2025"
    assault(client_for(secretary), [*pages, report])


def test_of_ones_own_account(objects: Any, client_for: Any, staff: Any, maebashi: Municipality) -> None:
    client = client_for(staff(maebashi, "administrator", password="とても長い合言葉です123"))
    assault(client, [objects(each) for each in OTHERS if each.name not in STRANGERS])


def test_of_visitors(objects: Any) -> None:
    assault(Client(), [objects(each) for each in OTHERS if each.name in STRANGERS])


def test_of_residents(objects: Any, identity_surface: Any, maebashi: Municipality) -> None:
    resident = make_resident(make_counter(maebashi))
    assault(resident.client, [objects(each) for each in IDENTITY if each.name not in STRANGERS])


def test_of_residents_not_signed_in(objects: Any, identity_surface: Any) -> None:
    assault(Client(), [objects(each) for each in IDENTITY if each.name in STRANGERS])


# --- Finding the forms ---
def assault(client: Client, addresses: list[str]) -> None:
    client.raise_request_exception = False
    state.let_the_owner_see()
    found = targets(client, addresses)
    assert found
    troubles: dict[str, str] = {}
    for target in found:
        try:
            before = state.taken()
            attack(target, client, before)()
            sweep(target, client, before)()
        except AssertionError as trouble:
            troubles[f"{target.name} {target.action}"] = str(trouble)
    assert not troubles, "\n\n".join(f"{name}\n{trouble}" for name, trouble in troubles.items())


def targets(client: Client, addresses: list[str]) -> list[Target]:
    """The forms of all pages, each once, and addresses that take a POST although no page shows their form."""
    found: dict[tuple[str, frozenset[str]], Target] = {}
    for address in addresses:
        with state.undone():
            for target in forms_at(client, address):
                found.setdefault((target.name, frozenset(target.values)), target)
    seen, own = {name for name, _fields in found}, {name_of(address): address for address in addresses}
    for name in own.keys() - seen:
        if accepts_post(client, own[name]):
            found[name, frozenset()] = Target(name, own[name])
    return [target for (name, _fields), target in found.items() if name and name in own]


def forms_at(client: Client, address: str) -> list[Target]:
    response = clone(client).get(address, follow=True)
    address = response.request["PATH_INFO"]
    if response.status_code != 200 or not response.get("Content-Type", "").startswith("text/html"):
        return []
    sent_by_post = [form for form in forms(parse(response.content.decode())) if form.method == "post"]
    return [
        Target.of(name, action, form)
        for form in sent_by_post
        if (action := urljoin(address, form.action)).startswith("/") and (name := name_of(action))
    ]


def name_of(action: str) -> str:
    try:
        return resolve(urlsplit(action).path).view_name
    except Resolver404:
        return ""


def accepts_post(client: Client, address: str) -> bool:
    with state.undone():
        return clone(client).post(address).status_code != 405


def clone(client: Client) -> Client:
    """The same visitor, as she was before anything was sent."""
    other = Client(raise_request_exception=False)
    other.cookies = copy.deepcopy(client.cookies)
    return other


# --- Sending and judging ---
def attack(target: Target, client: Client, before: state.State) -> Callable[[], None]:
    @hypothesis_settings(max_examples=EACH if target.values else WITHOUT_FIELDS, **QUIETLY)
    @given(sent=attacks(target))
    def send(sent: Sent) -> None:
        strike(target, client, sent, before)

    return send


def sweep(target: Target, client: Client, before: state.State) -> Callable[[], None]:
    @hypothesis_settings(max_examples=1, **QUIETLY)
    @given(sweep=sweeps(target))
    def send(sweep: list[tuple[str, Sent, bool]]) -> None:
        for sort, sent, is_kept_out in sweep:
            deeds = strike(target, client, sent, before) - {"audit_event", *UNAUDITED}
            assert not (deeds and is_kept_out), f"{sort} was taken: {deeds}\n{sent!r}"

    return send


def strike(target: Target, client: Client, sent: Sent, before: state.State) -> set[str]:
    """Send it; returns the tables it wrote, all undone. AssertionError for what must not be."""
    cache.clear()
    body, content_type = sent.body()
    with state.undone():
        so_far = state.writes()
        response = clone(client).generic("POST", target.action, body, content_type)
        written = changed(before, state.taken()) if state.writes() > so_far else set()
    faults = judge(target, sent, response, written)
    assert not faults, f"{response.status_code}: {faults}\n{sent!r}{reason(response)}"
    return written


def changed(before: state.State, after: state.State) -> set[str]:
    return {table for table in after if after[table] != before[table]}


def reason(response: Any) -> str:
    info = getattr(response, "exc_info", None)
    return f"\n{info[0].__name__}: {str(info[1])[:300]}" if info else ""


def judge(target: Target, sent: Sent, response: Any, written: set[str]) -> list[str]:
    faults = []
    deeds = written - UNAUDITED.keys()
    if response.status_code >= 500:
        faults.append("it broke")
    if response.status_code >= 400 and deeds:
        faults.append(f"refused, yet written: {deeds}")
    if deeds and "audit_event" not in deeds:
        faults.append(f"written without an entry in the log: {deeds}")
    if response.status_code in {200, 422} and response.get("Content-Type", "").startswith("text/html"):
        faults += shown_again(target, sent, parse(response.content.decode()), response.status_code)
    return faults


def shown_again(target: Target, sent: Sent, page: Node, status: int) -> list[str]:
    summaries = page.of_class("error-summary")
    if not summaries:
        return ["refused without a summary of errors"] if status == 422 else []
    ids = {node.attributes["id"] for node in page if "id" in node.attributes}
    links = [link.attributes["href"] for summary in summaries for link in summary.all("a")]
    faults = [f"leads nowhere: {link}" for link in links if link.removeprefix("#") not in ids]
    return faults + lost(target, sent, page)


def lost(target: Target, sent: Sent, page: Node) -> list[str]:
    """What was typed and is not shown again, unless the page's own hidden entries were spoilt."""
    own = {name for name, kind in target.kinds.items() if kind == "hidden"} - {"once", "csrfmiddlewaretoken"}
    if any(sent.entries.get(name) != target.values[name] for name in own):
        return []
    here = [form for form in forms(page) if urljoin(target.action, form.action) == target.action]
    same = [form for form in here if form.values.keys() == target.values.keys()]
    shown = {name: values for form in same for name, values in form.values.items()}
    typed = {name: sent.entries.get(name, []) for name in shown if target.kinds.get(name) in TYPED}
    return [
        f"{name} was lost: {shown[name]}"
        for name, entries in typed.items()
        if len(entries) == 1 and is_plain(entries[0]) and shown[name] != entries
    ]


def is_plain(entry: object) -> bool:
    """A browser shows it as it was sent."""
    if not isinstance(entry, str) or not entry.isprintable():
        return False
    return entry == entry.strip() and not set("年月日") & set(entry)
