"""Who received what, when and why: by month and service, single ones, and what staff did."""

from datetime import date, datetime
from itertools import groupby
from typing import Any, Final
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from consortium.ui.parts import Crumb, Event
from identity import labels
from identity.domain.unusual import at_night
from identity.queries import uses as queries
from identity.queries.uses import StaffAccess, Use
from identity.resident_forms import UsesFilter
from identity.shell import under

LATEST_ACCESSES: Final = 5
NO_CLIENT: Final = "-"
"""In addresses, for recipients that are no service."""


@require_safe
def used(request: Any) -> HttpResponse:
    """Grouped: three months to a page, the older ones behind a link."""
    citizen_id = request.actor.citizen_id
    form = UsesFilter(request.GET or None, services=queries.services_met(citizen_id))
    chosen = form.chosen()
    months = queries.used_by_month(
        citizen_id, client_id=chosen.service, since=chosen.since(timezone.localdate()), until=chosen.until
    )
    uses = [use for use in months.uses if use.findings or not chosen.only_unusual]
    accesses = _accesses(citizen_id, chosen, timezone.localdate())
    values = {
        "form": form,
        "months": [(month, list(group)) for month, group in groupby(uses, key=lambda use: use.month)],
        "shows_services": chosen.kind != UsesFilter.STAFF,
        "shows_staff": chosen.kind != UsesFilter.SERVICES and not chosen.service,
        "older": _address(request, until=months.older),
        "is_first_page": chosen.until is None,
        "accesses": accesses,
        "is_filtered": bool(request.GET),
    }
    return render(request, "identity/uses.html", values)


def _accesses(citizen_id: UUID, chosen: Any, today: date) -> list[StaffAccess]:
    found = queries.staff_accesses(citizen_id, LATEST_ACCESSES, since=chosen.since(today))
    return [access for access in found if access.unusual or not chosen.only_unusual]


def _address(request: Any, *, until: date | None) -> str:
    """This list, further back; "" where there is nothing older."""
    if until is None:
        return ""
    query = request.GET.copy()
    query["until"] = f"{until:%Y-%m}"
    return f"?{query.urlencode()}"


@require_safe
def single(request: Any, client_id: str, month: str) -> HttpResponse:
    """Each disclosure to one service in one month ("2026-11")."""
    client = "" if client_id == NO_CLIENT else client_id
    begins = _month(month)
    rows = queries.single_uses(request.actor.citizen_id, client, begins, before=_cursor(request))
    if not rows:
        raise Http404
    page = rows[: queries.PER_PAGE]
    values = {
        "recipient": page[0].recipient,
        "month": begins,
        "rows": page,
        "night": {row.pk for row in page if at_night(timezone.localtime(row.occurred_at))},
        "older": f"?before={page[-1].pk}" if len(rows) > queries.PER_PAGE else "",
        "crumbs": under("identity:uses", Crumb(page[0].recipient)),
    }
    return render(request, "identity/uses_single.html", values)


@require_safe
def staff(request: Any) -> HttpResponse:
    """Each deed of staff that concerned her."""
    citizen_id, size = request.actor.citizen_id, queries.PER_PAGE
    rows = queries.staff_accesses(citizen_id, size + 1, before=_cursor(request))
    values = {
        "accesses": rows[:size],
        "older": f"?before={rows[size - 1].id}" if len(rows) > size else "",
        "crumbs": under("identity:uses", Crumb(_("職員による取扱い"))),
    }
    return render(request, "identity/uses_staff.html", values)


def _month(text: str) -> date:
    try:
        return datetime.strptime(text, "%Y-%m").date()
    except ValueError as error:
        raise Http404 from error


def _cursor(request: Any) -> UUID | None:
    try:
        return UUID(request.GET["before"])
    except (KeyError, ValueError):
        return None


def use_event(use: Use) -> Event:
    """A month's uses by one service as a point of a timeline; what is unusual stands out."""
    note = _("提供した情報: %(what)s。利用目的: %(purpose)s。%(times)s") % {
        "what": labels.listed(use.attributes),
        "purpose": _("、").join(use.purposes),
        "times": labels.times(use.count),
    }
    why = _("、").join(str(labels.UNUSUAL[finding]) for finding in use.findings)
    return Event(
        _("%(name)s（%(why)s）") % {"name": use.recipient, "why": why} if why else use.recipient,
        use.last,
        note=note,
        tone="warning" if why else "",
    )
