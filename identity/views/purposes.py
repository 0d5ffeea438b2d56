"""Whoever of the staff shows or changes what is a resident's says first why; the resident reads it."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.forms import BaseForm
from django.http import Http404, HttpRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from consortium.membership.requests import tenant_of
from consortium.ui import kept
from consortium.ui.parts import Crumb
from consortium.ui.views import FormView, page_before
from identity.actions.counter import note_access, note_access_to_attest
from identity.forms import PurposeForm
from identity.models import Citizen
from identity.permissions import IdentityPermission
from identity.purposes import state_purpose, stated_purpose
from identity.queries import attestations, life_events
from identity.queries.uses import PURPOSES

BACK: Final = "next"
_PAGES: Final = {
    "citizen_id": ("counter:purpose", "counter:case"),
    "event_id": ("counter:event_purpose", "counter:home"),
    "batch_id": ("attestations:purpose", "attestations:batch"),
}
"""What of an address says whose data it is about: where to ask, and the page to go to from there."""


def purpose_first(view: Callable[..., Any]) -> Callable[..., Any]:
    """Of a view: without a purpose stated lately in this session nothing is shown and nothing is done."""

    @wraps(view)
    def asked(request: Any, *args: Any, **kwargs: Any) -> Any:
        citizen_id = _whose(kwargs)
        if citizen_id is None or stated_purpose(request, citizen_id):
            return view(request, *args, **kwargs)
        return redirect(ask_address(request, kwargs, back=_way_back(request, kwargs)))

    return asked


def ask_address(request: Any, kwargs: Mapping[str, Any], *, back: str) -> str:
    key = _key(kwargs)
    address = reverse(_PAGES[key][0], args=[tenant_of(request).code, kwargs[key]])
    return f"{address}?{urlencode({BACK: back})}"


def note_and_hold(
    request: Any, citizen: Citizen, purpose: str, reason: str = "", *, note: Callable[..., None] = note_access
) -> None:
    """Once for a purpose and the time it holds. note: the action of whoever looks."""
    if reason or stated_purpose(request, citizen.pk) != purpose:
        note(by=request.actor, citizen=citizen, purpose=purpose, reason=reason)
        state_purpose(request, citizen.pk, purpose)


def purpose_label(request: HttpRequest, citizen_id: UUID) -> Any:
    return PURPOSES.get(stated_purpose(request, citizen_id) or "", "")


class Purpose(FormView):
    permission = IdentityPermission.PROOF_RESIDENTS
    form_class = PurposeForm
    template_name = "identity/counter/purpose.html"
    note = staticmethod(note_access)
    home = "counter:home"

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> Any:
        """A decision about many asks for nothing."""
        citizen_id = _whose(self.kwargs)
        if citizen_id is None:
            return redirect(_page(request, self.kwargs))
        self.citizen_id = citizen_id
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        home = reverse(self.home, args=[self.kwargs["code"]])
        crumbs = [Crumb(_("資格の証明") if "batch_id" in self.kwargs else _("窓口"), home)]
        more = {"home": home, "crumbs": [*crumbs, Crumb(_("閲覧の目的"))]}
        return {**super().get_context_data(**kwargs), **more}

    def perform(self, form: BaseForm) -> str:
        data, citizen = form.cleaned_data, Citizen(pk=self.citizen_id)
        note_and_hold(self.request, citizen, data["purpose"], data["reason"], note=self.note)
        back = self.request.GET.get(BACK, "")
        return back if url_has_allowed_host_and_scheme(back, None) else _page(self.request, self.kwargs)


class AttestingPurpose(Purpose):
    permission = IdentityPermission.ATTEST
    note = staticmethod(note_access_to_attest)
    home = "attestations:home"


def _whose(kwargs: Mapping[str, Any]) -> UUID | None:
    """None for a decision about many. Raises Http404 for what does not exist here."""
    key = _key(kwargs)
    if key == "citizen_id" and Citizen.objects.filter(pk=kwargs[key]).exists():
        return UUID(str(kwargs[key]))
    if key == "event_id" and (event := life_events.event(kwargs[key])):
        return event.citizen_id
    if key == "batch_id" and (batch := attestations.batch(kwargs[key])):
        return attestations.only_subject(batch)
    raise Http404


def _key(kwargs: Mapping[str, Any]) -> str:
    return next(key for key in _PAGES if key in kwargs)


def _page(request: Any, kwargs: Mapping[str, Any]) -> str:
    key = _key(kwargs)
    page = _PAGES[key][1]
    args = [] if page.endswith(":home") else [kwargs[key]]
    return reverse(page, args=[tenant_of(request).code, *args])


def _way_back(request: Any, kwargs: Mapping[str, Any]) -> str:
    """To what was asked for; of a form to what was typed; of a button to its page, to be pressed again."""
    if request.method in {"GET", "HEAD"}:
        return str(request.get_full_path())
    messages.info(request, _("まだ何も行っていません。目的を選んでから、もう一度操作してください。"))
    if hasattr(request.resolver_match.func, "view_class"):
        return kept.keep(request, str(request.user.pk))
    return page_before(request, otherwise=_page(request, kwargs))
