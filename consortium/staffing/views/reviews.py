"""Access reviews: those so far, the one that is open, and a decision about one person."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import View

from consortium.dates import calendar_date
from consortium.membership.access import dangerous
from consortium.membership.permissions import MembershipPermission
from consortium.membership.requests import PortalRequest, tenant_of
from consortium.staffing import queries
from consortium.staffing.actions import decide, finish_review, open_access_review, set_interval
from consortium.staffing.forms import DecisionForm, FinishForm, IntervalForm
from consortium.staffing.models import AccessReview, AccessReviewItem, Decision
from consortium.staffing.tables import ItemTable, ReviewTable, factor_names, role_names
from consortium.tabular.lists import Exportable
from consortium.ui import cells
from consortium.ui.parts import Crumb, Fact
from consortium.ui.views import FormView


def _url(request: PortalRequest, name: str, *args: Any) -> str:
    return reverse(f"staffing:{name}", args=[tenant_of(request).code, *args])


def crumbs(request: PortalRequest, *more: Crumb) -> list[Crumb]:
    staff = Crumb(_("職員"), reverse("membership:staff", args=[tenant_of(request).code]))
    return [staff, Crumb(_("アクセス権の棚卸し"), _url(request, "reviews") if more else ""), *more]


class Reviews(FormView):
    """What was reviewed when, when the next one is due, and how often."""

    permission = MembershipPermission.MANAGE_STAFF
    template_name = "staffing/reviews.html"
    form_class = IntervalForm
    request: PortalRequest

    def get_initial(self) -> dict[str, Any]:
        return {"months": queries.months()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        last = queries.last_review()
        return super().get_context_data(
            table=ReviewTable(self.request, queries.reviews()),
            due=queries.review_due_on(tenant_of(self.request).pk, last),
            current=last if last and last.finished_at is None else None,
            crumbs=crumbs(self.request),
            **kwargs,
        )

    def perform(self, form: Any) -> str:
        set_interval(by=self.request.actor, **form.cleaned_data)
        messages.success(self.request, _("棚卸しの間隔を変更しました。"))
        return _url(self.request, "reviews")


class OpenReview(View):
    permission = MembershipPermission.MANAGE_STAFF
    http_method_names = ["post"]

    def post(self, request: PortalRequest, **kwargs: Any) -> HttpResponse:
        try:
            review = open_access_review(by=request.actor)
        except ValidationError as error:
            messages.error(request, error.messages[0])
            return HttpResponseRedirect(_url(request, "reviews"))
        return HttpResponseRedirect(_url(request, "review", review.pk))


@dangerous
class Review(Exportable, FormView):
    """The people of one review with what was decided; POST finishes it."""

    permission = MembershipPermission.MANAGE_STAFF
    template_name = "staffing/review.html"
    list_name = "staffing.access_review"
    form_class = FinishForm
    request: PortalRequest

    def review(self) -> AccessReview:
        return _review(self.kwargs["review"])

    def make_table(self) -> ItemTable:
        return ItemTable(self.request, queries.items(self.review()))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        review = self.review()
        found = list(queries.items(review))
        counts = [(one.label, sum(item.decision == one for item in found)) for one in Decision]
        return super().get_context_data(
            review=review,
            table=self.table,
            counts=[Fact(str(label), count) for label, count in counts],
            undecided=sum(not item.decision for item in found),
            crumbs=crumbs(self.request, Crumb(_day(review))),
            **kwargs,
        )

    def perform(self, form: Any) -> str:
        finish_review(by=self.request.actor, review=self.review())
        messages.success(self.request, _("棚卸しを完了し、判断を実行しました。"))
        return _url(self.request, "review", self.kwargs["review"])


class Decide(FormView):
    permission = MembershipPermission.MANAGE_STAFF
    template_name = "staffing/decide.html"
    form_class = DecisionForm
    request: PortalRequest

    def item(self) -> AccessReviewItem:
        found = queries.items(_review(self.kwargs["review"])).filter(pk=self.kwargs["item"]).first()
        if found is None:
            raise Http404("No such person in this review.")
        return found

    def get_initial(self) -> dict[str, Any]:
        item = self.item()
        return {"decision": item.decision, "new_roles": item.new_roles or item.roles, "note": item.note}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        item = self.item()
        back = Crumb(_day(item.review), _url(self.request, "review", item.review_id))
        return super().get_context_data(
            item=item,
            facts=_facts(item),
            back=back.url,
            crumbs=crumbs(self.request, back, Crumb(item.name)),
            **kwargs,
        )

    def perform(self, form: Any) -> str:
        decide(by=self.request.actor, item=self.item(), **form.cleaned_data)
        return f"{_url(self.request, 'review', self.kwargs['review'])}#items"


class KeepPerson(View):
    """A button: the commonest decision in one press."""

    permission = MembershipPermission.MANAGE_STAFF
    http_method_names = ["post"]

    def post(self, request: PortalRequest, **kwargs: Any) -> HttpResponse:
        item = queries.items(_review(kwargs["review"])).filter(pk=kwargs["item"]).first()
        if item is None:
            raise Http404("No such person in this review.")
        try:
            decide(by=request.actor, item=item, decision=Decision.KEEP)
        except ValidationError as error:
            messages.error(request, error.messages[0])
        return HttpResponseRedirect(f"{_url(request, 'review', kwargs['review'])}#items")


def _review(pk: Any) -> AccessReview:
    found = queries.reviews().filter(pk=pk).first()
    if found is None:
        raise Http404("No such review here.")
    return found


def _day(review: AccessReview) -> str:
    return calendar_date(review.opened_at)


def _facts(item: AccessReviewItem) -> list[Fact]:
    return [
        Fact(_("メールアドレス"), item.email),
        Fact(_("課"), item.department or "—"),
        Fact(_("役割"), role_names(item.roles)),
        Fact(_("最終サインイン"), cells.moment(item.last_sign_in) if item.last_sign_in else _("なし")),
        Fact(_("二要素認証"), factor_names(item)),
        Fact(_("自治体のアカウント"), _("連携済み") if item.sso else "—"),
        Fact(_("代理"), _("、").join(item.deputies) or "—"),
    ]
