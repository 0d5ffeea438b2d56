"""Which deeds ask for a recent proof, and why the others about people, keys and decisions don't."""

import pytest

from consortium.membership.access import is_dangerous
from tests.isolation.urls import Endpoint, endpoints
from tests.permission_table import ADMIT, APPROVE, PERMISSIONS, RECOVER, STAFF, TOKENS

ASKING = {ADMIT, APPROVE, RECOVER, STAFF, TOKENS, "services.manage_catalogue"}
WRITES = {"post", "put", "patch", "delete"}
PROTECTS = "takes something back from others at once, which must not wait"
LATER = "nothing comes of it before a later step, which asks"
NOT_ASKING = {
    "membership:api_invitation": PROTECTS,
    "membership:revoke_invitation": PROTECTS,
    "membership:revoke_token": PROTECTS,
    "staffing:decide": LATER,
    "staffing:keep": LATER,
    "staffing:open_review": LATER,
    "staffing:import_staff": LATER,
    "staffing:import_changes": LATER,
    "staffing:reviews": "an interval of reminders",
    "services:register_component": "an entry in a list, which can be mended",
    "services:catalogue_component": "an entry in a list, which can be mended",
    "shared_plans:api_return": "the plan goes back to its author, who submits it again",
}


def writing() -> list[Endpoint]:
    found = [one for one in endpoints("consortium.urls.portal") if PERMISSIONS.get(one.name) in ASKING]
    return [one for one in found if _methods(one.view) & WRITES]


def _methods(view: object) -> set[str]:
    cls = getattr(view, "view_class", None) or getattr(view, "cls", None)
    return {name for name in getattr(cls, "http_method_names", ()) if hasattr(cls, name)}


@pytest.mark.parametrize("endpoint", writing(), ids=lambda one: str(one.name))
def test_asks_or_says_why_not(endpoint: Endpoint) -> None:
    assert is_dangerous(endpoint.view) is (endpoint.name not in NOT_ASKING)


def test_no_reason_is_stale() -> None:
    assert set(NOT_ASKING) <= {one.name for one in writing()}
