"""A recent proof of who is at the keyboard: a passkey, or the password and, where there is one, a code.

Signing in counts as such a proof. What was typed is kept over the detour and shown again afterwards; nothing
is carried out by itself.
"""

import time
from typing import Any, Final
from urllib.parse import urlencode

from allauth.account.internal.flows.login import get_authentication_records
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from consortium import problems
from consortium.problems import problem_response
from consortium.ui import kept
from consortium.ui.views import FormView, page_before

from . import queries
from .access import is_dangerous

CODES: Final = frozenset({"totp", "recovery_codes"})
BY_ITSELF: Final = frozenset({"webauthn", "sso_strong"})
"""A passkey verifies its user; so does a municipality's provider whose second factor is trusted."""
FIRST: Final = frozenset({"password", "sso"})
SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
KEYS: Final = frozenset(
    f"accounts/{page}/"
    for page in (
        "password/change",
        "password/set",
        "2fa/totp/activate",
        "2fa/totp/deactivate",
        "2fa/recovery-codes",
        "2fa/recovery-codes/generate",
        "2fa/recovery-codes/download",
        "2fa/webauthn/add",
        "2fa/webauthn/keys/<int:pk>/remove",
        "2fa/webauthn/keys/<int:pk>/edit",
    )
)
"""Routes of allauth by which one gets another way into the account, or shuts one."""
DETAIL: Final = _("この操作の前に、もう一度本人の確認が必要です。")


def is_demanded(request: HttpRequest, view: Any) -> bool:
    """Whether this request asks for a recent proof: a write of a dangerous view, and every page of KEYS.

    There allauth itself is content with any one proof, also where the account has a second factor.
    """
    if request.resolver_match and request.resolver_match.route in KEYS:
        return bool(request.user.is_authenticated)
    return is_dangerous(view) and request.method not in SAFE


def second_factor_shown(request: HttpRequest) -> bool:
    """At whatever time in this session."""
    return bool(_shown(request, since=0) & (BY_ITSELF | CODES))


def shown_lately(request: HttpRequest) -> set[str]:
    """Ways in which the person has proved who she is within the time that counts as recent."""
    return _shown(request, since=time.time() - settings.ACCOUNT_REAUTHENTICATION_TIMEOUT)


def _shown(request: HttpRequest, *, since: float) -> set[str]:
    steps = get_authentication_records(request, request.user)
    return {step.get("type") or step["method"] for step in steps if step["at"] > since}


def is_recent(request: Any) -> bool:
    shown = shown_lately(request)
    if shown & BY_ITSELF:
        return True
    return bool(shown & FIRST) and (bool(shown & CODES) or not queries.has_second_factor(request.user))


def ask(request: HttpRequest, view: Any) -> HttpResponse:
    """To the proof and back to the form, with what was typed; a problem that says where to go for the API."""
    if request.path_info.startswith("/api/"):
        more = {"code": "reauthentication_required", "reauthenticate": confirm_url("/")}
        return problem_response(problems.REAUTHENTICATION, str(DETAIL), **more)
    return HttpResponseRedirect(confirm_url(way_back(request, view, str(request.user.pk))))


def confirm_url(back: str) -> str:
    return f"{reverse('membership:confirm')}?{urlencode({'next': back})}"


def way_back(request: HttpRequest, view: Any, owner: str) -> str:
    """Where to go on after a detour of a request that was not carried out.

    A form page shows again what `owner` had typed there; anything else leads to the page it was sent from.
    """
    if request.method in SAFE:
        return request.get_full_path()
    view_class = getattr(view, "view_class", None)
    if isinstance(view_class, type) and issubclass(view_class, FormView):
        return kept.keep(request, owner) if owner else request.get_full_path()
    return page_before(request)
