"""The resident's own pages: what is to do, what she agreed to, what is registered."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from consortium.dates import calendar_date
from consortium.ui.parts import Crumb, Fact
from consortium.ui.registry import Task
from identity.actions.consents import withdraw_consent
from identity.domain.consent import State
from identity.labels import listed
from identity.models import ConsentCondition, Passkey, Sex
from identity.queries import consents as consent_queries
from identity.queries.consents import ConsentView
from identity.queries.notices import unread
from identity.queries.personal import Person, person
from identity.queries.uses import used_by_month
from identity.shell import under

from .my_data import DOORS
from .uses import use_event

RECENT = 5


@require_safe
def me(request: Any) -> HttpResponse:
    """Task-first: what she should do, then the services that may use her data, then what happened."""
    citizen_id = request.actor.citizen_id
    live = [view for view in consent_queries.consents(citizen_id) if view.is_live]
    values = {
        "todo": _tasks(citizen_id),
        "unread": unread(citizen_id),
        "live": live,
        "uses": [use_event(use) for use in used_by_month(citizen_id).uses[:RECENT]],
    }
    return render(request, "identity/me.html", values)


def _tasks(citizen_id: UUID) -> list[Task]:
    if Passkey.objects.filter(citizen=citizen_id, revoked_at=None).count() != 1:
        return []
    label = _("予備のパスキーを登録すると、端末をなくしてもサインインできます")
    return [Task(label, reverse("identity:passkey_add"), kind=_("パスキー"))]


@require_safe
def consents(request: Any) -> HttpResponse:
    """Live, expired and withdrawn, each under its own heading."""
    found = consent_queries.consents(request.actor.citizen_id)
    values = {
        "live": [view for view in found if view.state is State.LIVE],
        "expired": [view for view in found if view.state is State.EXPIRED],
        "withdrawn": [view for view in found if view.state is State.WITHDRAWN],
    }
    return render(request, "identity/consents.html", values)


@require_safe
def consent(request: Any, consent_id: UUID) -> HttpResponse:
    found = _own_consent(request, consent_id)
    crumbs = under("identity:consents", Crumb(found.recipient))
    values = {"consent": found, "facts": _consent_facts(found), "crumbs": crumbs}
    return render(request, "identity/consent.html", values)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: Any, consent_id: UUID) -> HttpResponse:
    found = _own_consent(request, consent_id)
    if request.method == "POST":
        try:
            withdraw_consent(by=request.actor, consent_id=consent_id)
        except ValidationError as error:
            messages.error(request, error.messages[0])
        else:
            messages.success(request, _("同意を撤回しました。情報の提供はただちに停止しました。"))
        return redirect("identity:consent", consent_id=consent_id)
    if not found.is_live:
        return redirect("identity:consent", consent_id=consent_id)
    values = {"consent": found, "crumbs": below_consent(found, _("同意の撤回"))}
    return render(request, "identity/consent_withdraw.html", values)


def below_consent(found: ConsentView, here: str) -> list[Crumb]:
    consent_url = reverse("identity:consent", args=[found.consent_id])
    return under("identity:consents", Crumb(found.recipient, consent_url), Crumb(here))


def _own_consent(request: Any, consent_id: UUID) -> ConsentView:
    found = consent_queries.consent(request.actor.citizen_id, consent_id)
    if found is None:
        raise Http404
    return found


def _consent_facts(found: ConsentView) -> list[Fact]:
    facts = [
        Fact(_("提供先"), found.recipient),
        Fact(_("利用目的"), found.purpose),
        Fact(_("提供する情報"), listed(found.attributes)),
        Fact(_("同意した日"), calendar_date(found.given_at)),
        Fact(_("有効期限"), calendar_date(found.until)),
        *([Fact(_("条件"), ConsentCondition(found.condition).label)] if found.condition else []),
    ]
    if found.ended_at:
        label = _("期限切れとなった日") if found.state is State.EXPIRED else _("終了した日")
        facts.append(Fact(label, calendar_date(found.ended_at)))
    return facts


@require_safe
def profile(request: Any) -> HttpResponse:
    own = person(request.actor.citizen_id)
    if own is None:
        raise Http404
    values = {"facts": person_facts(own), "doors": [door for door in DOORS if door.url]}
    return render(request, "identity/profile.html", values)


def person_facts(own: Person) -> list[Fact]:
    """Also for the counter."""
    return [
        Fact(_("氏名"), own.name),
        Fact(_("ふりがな"), own.kana),
        Fact(_("生年月日"), calendar_date(own.birth_date)),
        Fact(_("性別"), Sex(own.sex).label),
        Fact(_("住所"), own.address),
        Fact(_("住んでいる市区町村"), own.municipality.name if own.municipality else _("なし")),
    ]
