"""書きかけの内容: what is being written into the form of a clause, kept for its writer until she saves it.

It is the form as it was sent, `seen` included, so that going on with it meets what others saved meanwhile
as any other save does. It never touches the plan.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.core.cache import cache
from django.http import HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.views.generic import View

from consortium.domain.my_number import contains_my_number
from consortium.membership.requests import PortalRequest
from consortium.ui.drafts import ACCOUNT_DAYS, AccountStore
from consortium.ui.views import Press
from shared_plans.domain.kinds import Kind
from shared_plans.models import Plan
from shared_plans.permissions import PlansPermission

from .pages import OnePlan, document_of, plan_url

MOST_A_MINUTE: Final = 12
"""The script keeps three times a minute; two windows and a slow clock still fit."""
CONTINUE: Final = "continue"
_FORM: Final = "form"
_NEVER: Final = frozenset({"csrfmiddlewaretoken", "once", "do"})


@dataclass(frozen=True)
class Draft:
    """What is kept, and since when."""

    data: QueryDict
    kept_at: datetime


def store_of(request: PortalRequest, plan: Plan, **clause: str) -> AccountStore:
    """clause: the path's `clause` or, for one that is yet to be, `clause_kind`."""
    name = clause.get("clause") or f"new/{clause['clause_kind']}"
    return AccountStore(request.user.pk, f"plans/{plan.pk}/clauses/{name}"[:200], _("計画の編集"))


def draft_of(store: AccountStore) -> Draft | None:
    kept = store.load()
    answers = kept.answers.get(_FORM)
    if not answers or kept.until is None:
        return None
    data = QueryDict(mutable=True)
    for name, values in answers.items():
        data.setlist(name, values)
    return Draft(data, kept.until - timedelta(days=ACCOUNT_DAYS))


class KeepClause(OnePlan, View):
    """Answers 204; 409 when there is nothing open for writing, 413, 422 and 429 when nothing was kept."""

    http_method_names = ["post"]
    request: PortalRequest
    permission = PlansPermission.WRITE

    def post(self, request: PortalRequest, **kwargs: Any) -> HttpResponse:
        if "edit" not in self.steps() or not self._is_written(**kwargs):
            return HttpResponse(status=409)
        if _too_often(str(request.user.pk)):
            return HttpResponse(status=429, headers={"Retry-After": "60"})
        answers = {name: list(request.POST.getlist(name)) for name in request.POST if name not in _NEVER}
        texts = [text for values in answers.values() for text in values]
        store = store_of(request, self.plan, **_clause(kwargs))
        if sum(map(len, texts)) + sum(map(len, answers)) > store.most:
            return HttpResponse(status=413)
        if not answers or any(contains_my_number(text) for text in texts):
            return HttpResponse(status=422)
        store.save({_FORM: answers})
        return HttpResponse(status=204)

    def _is_written(self, **kwargs: Any) -> bool:
        """Whether there is a page that would offer it again."""
        if "clause" in kwargs:
            return document_of(self.plan).clause(str(kwargs["clause"])) is not None
        return kwargs["clause_kind"] in set(Kind)


class DropKept(OnePlan, Press):
    request: PortalRequest
    permission = PlansPermission.WRITE

    def press(self, request: PortalRequest, **kwargs: Any) -> str:
        store_of(request, self.plan, **_clause(kwargs)).drop()
        return _("書きかけの内容を捨てました。")

    def back(self, request: PortalRequest) -> str:
        name = "edit_clause" if "clause" in self.kwargs else "new_clause"
        return plan_url(request, name, self.plan, **_clause(self.kwargs))


def _clause(kwargs: dict[str, Any]) -> dict[str, str]:
    return {name: str(kwargs[name]) for name in ("clause", "clause_kind") if name in kwargs}


def _too_often(account: str) -> bool:
    key = f"shared_plans.keep:{account}"
    cache.add(key, 0, 60)
    try:
        return cache.incr(key) > MOST_A_MINUTE
    except ValueError:  # it ran out in between
        return False
