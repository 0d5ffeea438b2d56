"""A resident's sign-ins on all her devices, and ending them."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from consortium.ui.parts import Crumb
from identity.actions.logouts import end_sessions
from identity.queries.sessions import SignedIn
from identity.queries.sessions import sessions as open_sessions
from identity.resident_tables import SessionTable
from identity.shell import under


@require_safe
@never_cache
def sessions(request: Any) -> HttpResponse:
    own = open_sessions(request.actor.citizen_id)
    values = {
        "table": SessionTable(request, own),
        "others": len(own) > 1,
        "crumbs": under("identity:my_id", Crumb(_("サインイン中の端末"))),
    }
    return render(request, "identity/sessions.html", values)


@require_POST
def end(request: Any, session: str) -> HttpResponse:
    chosen = [one for one in _others(request) if one.id == session]
    if not chosen:
        raise Http404
    return _end(request, chosen)


@require_POST
def end_others(request: Any) -> HttpResponse:
    return _end(request, _others(request))


def _others(request: Any) -> list[SignedIn]:
    present = request.session.session_key
    return [one for one in open_sessions(request.actor.citizen_id) if one.key != present]


def _end(request: Any, chosen: list[SignedIn]) -> HttpResponse:
    count = end_sessions(by=request.actor, keys=[one.key for one in chosen])
    done = ngettext("%(count)d台をサインアウトしました。", "%(count)d台をサインアウトしました。", count)
    messages.success(request, done % {"count": count})
    return redirect("identity:sessions")
