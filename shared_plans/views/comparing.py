"""Two to four plans side by side: those of the library, and own ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from consortium.membership.permissions import PortalPermission
from consortium.membership.requests import PortalRequest, tenant_of
from consortium.ui.parts import Crumb
from shared_plans.comparing import Compared as Content
from shared_plans.comparing import groups
from shared_plans.models import Plan, PlanRevision
from shared_plans.queries.framework import named_items
from shared_plans.queries.library import with_texts
from shared_plans.queries.plans import own_plans, plans_by_id
from shared_plans.queries.readable import shared_document

from .browsing import owner_name
from .pages import document_of, plan_url, tenant_url

LEAST: Final = 2
MOST: Final = 4


@dataclass(frozen=True)
class Compared:
    """One of the plans."""

    id: UUID
    title: str
    owner: str
    url: str
    is_own: bool
    content: Content


class Compare(TemplateView):
    """`plan` in the address, several times: a revision in the library, or an own plan as it stands."""

    request: PortalRequest
    permission = PortalPermission.VIEW
    template_name = "shared_plans/compare.html"

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        compared = self.compared[:MOST]
        enough = len(compared) >= LEAST
        return {
            **super().get_context_data(**kwargs),
            "compared": [(one, self._without(one)) for one in compared],
            "groups": groups([one.content for one in compared], named_items()) if enough else [],
            "enough": enough,
            "too_many": len(self.compared) > MOST,
            "full": len(compared) >= MOST,
            "own": [one for one in own_plans()[:50] if one.pk not in self._asked],
            "library": tenant_url(self.request, "library"),
            "crumbs": [
                Crumb(_("計画ライブラリー"), tenant_url(self.request, "library")),
                Crumb(_("計画の比較")),
            ],
        }

    @cached_property
    def _asked(self) -> list[UUID]:
        """In the order of the address, each once; what is no id is none."""
        found = [_uuid(text) for text in self.request.GET.getlist("plan")]
        return list(dict.fromkeys(one for one in found if one))[: MOST * 2]

    @cached_property
    def compared(self) -> list[Compared]:
        """What may be read of what was asked for."""
        shared = [self._shared(one) for one in with_texts(self._asked)]
        own = [self._own(one) for one in plans_by_id(self._asked)]
        by_id = {one.id: one for one in [*shared, *own]}
        return [by_id[one] for one in self._asked if one in by_id]

    def _shared(self, one: PlanRevision) -> Compared:
        url = tenant_url(self.request, "library_plan", revision=one.pk)
        is_own = one.municipality_id == tenant_of(self.request).pk
        content = Content(shared_document(one), one.private_kinds)
        title = _("%(title)s 第%(number)s版") % {"title": one.title, "number": one.number}
        return Compared(one.pk, title, owner_name(one), url, is_own, content)

    def _own(self, one: Plan) -> Compared:
        url = plan_url(self.request, "plan", one)
        return Compared(one.pk, one.title, _("自らの計画(下書き)"), url, True, Content(document_of(one)))

    def _without(self, one: Compared) -> str:
        return f"?{_query([other for other in self._asked if other != one.id])}"


def _query(ids: Sequence[UUID]) -> str:
    return "&".join(f"plan={one}" for one in ids)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
