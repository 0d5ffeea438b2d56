"""What all members have published: search, look, adopt."""

from uuid import UUID

from django.core.paginator import Paginator
from django.forms import BaseForm
from django.http import Http404, HttpResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from consortium.membership.permissions import PortalPermission
from consortium.membership.requests import PortalRequest, tenant_of
from consortium.ui.parts import Crumb, Fact, steps
from consortium.ui.views import FormView
from shared_plans import queries
from shared_plans.actions import adopt_plan
from shared_plans.forms import AdoptForm, LibraryForm
from shared_plans.models import NationalItem, PlanRevision
from shared_plans.permissions import PlansPermission

from .files import paper_url, published_files
from .pages import PER_PAGE, by_item_of, head_facts, plan_url, tenant_url
from .plans import receipt_url, revision_facts


class Library(TemplateView):
    request: PortalRequest
    permission = PortalPermission.VIEW
    template_name = "shared_plans/library.html"

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        form = self._form()
        wanted = queries.LibraryFilter(**form.cleaned_data) if form.is_valid() else queries.LibraryFilter()
        found = queries.library(wanted, tenant_of(self.request))
        page = Paginator(found, PER_PAGE).get_page(self.request.GET.get("page"))
        titles = {item.key: item.title for item in self._items}
        rows = [(one, [titles.get(key, key) for key in one.item_keys]) for one in page]
        return {
            **super().get_context_data(**kwargs),
            "form": form,
            "page": page,
            "rows": rows,
            "filtered": wanted != queries.LibraryFilter(),
        }

    @cached_property
    def _items(self) -> list[NationalItem]:
        return queries.all_items()

    def _form(self) -> LibraryForm:
        items = list({item.key: (item.key, item.title) for item in self._items}.values())
        prefectures = [(one.code, one.name) for one in queries.prefectures_in_library()]
        names = LibraryForm.base_fields
        given = {name: self.request.GET.get(name, "") for name in names}
        return LibraryForm(given, items=items, prefectures=prefectures)


class OneRevision:
    """A revision that some member shares now."""

    request: PortalRequest
    kwargs: dict[str, UUID]

    @cached_property
    def revision(self) -> PlanRevision:
        found = queries.shared_revision(self.kwargs["revision"])
        if found is None:
            raise Http404("Not shared, or withdrawn.")
        return found

    @property
    def url(self) -> str:
        return tenant_url(self.request, "library_plan", revision=self.revision.pk)

    @property
    def is_own(self) -> bool:
        return bool(self.revision.municipality_id == tenant_of(self.request).pk)

    def crumbs(self, *more: Crumb) -> list[Crumb]:
        here = Crumb(self.revision.title, self.url if more else "")
        return [Crumb(_("計画ライブラリー"), tenant_url(self.request, "library")), here, *more]

    def facts(self) -> list[Fact]:
        owner = self.revision.municipality
        published_by = Fact(_("公表した自治体"), f"{owner.prefecture.name} {owner.name}")
        return [published_by, *head_facts(self.revision), *revision_facts(self.revision)]


class LibraryPlan(OneRevision, TemplateView):
    request: PortalRequest
    permission = PortalPermission.VIEW
    template_name = "shared_plans/library_plan.html"

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        copy = queries.own_copy(self.revision)
        return {
            **super().get_context_data(**kwargs),
            "revision": self.revision,
            "groups": by_item_of(self.revision),
            "attachments": published_files(self.request, self.revision),
            "paper_url": paper_url(self.request, self.revision),
            "facts": self.facts(),
            "copy_url": plan_url(self.request, "plan", copy.plan) if copy else "",
            "may_adopt": not self.is_own and self.request.actor.can(PlansPermission.ADOPT),
            "is_own": self.is_own,
            "crumbs": self.crumbs(),
        }


class AdoptPlan(OneRevision, FormView):
    """Preview was the library's page; this confirms, the receipt follows."""

    request: PortalRequest
    permission = PlansPermission.ADOPT
    template_name = "shared_plans/adopt.html"
    form_class = AdoptForm

    def get_initial(self) -> dict[str, object]:
        return {"title": self.revision.title} if self.request.method == "GET" else {}

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        copy = queries.own_copy(self.revision)
        return {
            **super().get_context_data(**kwargs),
            "revision": self.revision,
            "groups": by_item_of(self.revision),
            "attachments": published_files(self.request, self.revision),
            "paper_url": paper_url(self.request, self.revision),
            "facts": self.facts(),
            "is_own": self.is_own,
            "copy_url": plan_url(self.request, "plan", copy.plan) if copy else "",
            "steps": steps([_("内容の確認"), _("採用の確認"), _("完了")], 1),
            "back": self.url,
            "crumbs": self.crumbs(Crumb(_("採用"))),
        }

    def form_invalid(self, form: BaseForm) -> HttpResponse:
        """Withdrawn meanwhile: a page that says so, with nothing of the plan on it."""
        if queries.shared_revision(self.kwargs["revision"]) is not None:
            return super().form_invalid(form)
        context = {"form": form, "library": tenant_url(self.request, "library")}
        return self.response_class(
            self.request, ["shared_plans/withdrawn.html"], context, using=self.template_engine, status=409
        )

    def perform(self, form: BaseForm) -> str:
        title = form.cleaned_data["title"]
        plan = adopt_plan(by=self.request.actor, revision_id=self.kwargs["revision"], title=title)
        return receipt_url(self.request, plan, "adopted")
