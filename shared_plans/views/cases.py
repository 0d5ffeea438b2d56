"""成功事例: those that members have published, and writing, deciding on and taking back the own ones."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.forms import BaseForm
from django.http import Http404
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from consortium.dates import calendar_date
from consortium.language import place_name
from consortium.membership.access import dangerous
from consortium.membership.permissions import PortalPermission
from consortium.membership.requests import PortalRequest, tenant_of
from consortium.ui import cells
from consortium.ui.parts import Crumb, Fact
from consortium.ui.views import FormView, Press
from services.models import Component
from shared_plans.actions import (
    draft_case,
    publish_case,
    reopen_case,
    return_case,
    save_case,
    submit_case,
)
from shared_plans.case_forms import CaseDecisionForm, CaseFilterForm, CaseForm
from shared_plans.domain.kinds import Kind
from shared_plans.library_forms import AREAS
from shared_plans.models import CaseStatus, SuccessCase
from shared_plans.permissions import PlansPermission
from shared_plans.queries.cases import CaseFilter, cases, own_case, own_cases, readable_case, revision_of
from shared_plans.queries.framework import named_items
from shared_plans.showing import Words

from .browsing import tabs
from .pages import PER_PAGE, OnePlan, document_of, tenant_url


class Cases(TemplateView):
    request: PortalRequest
    permission = PortalPermission.VIEW
    template_name = "shared_plans/cases.html"

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        form = self._form()
        form.is_valid()
        wanted = CaseFilter(**{name: value for name, value in form.cleaned_data.items() if value})
        page = Paginator(cases(wanted, tenant_of(self.request)), PER_PAGE).get_page(
            self.request.GET.get("page")
        )
        return {
            **super().get_context_data(**kwargs),
            "form": form,
            "page": page,
            "rows": [(one, effect(one)) for one in page],
            "filtered": wanted != CaseFilter(),
            "own": own_cases()[:PER_PAGE] if self._may_see_drafts else [],
            "tabs": tabs(self.request, "cases"),
            "crumbs": [*crumbs(self.request)[:1], Crumb(_("成功事例"))],
        }

    @property
    def _may_see_drafts(self) -> bool:
        actor = self.request.actor
        return actor.can(PlansPermission.WRITE) or actor.can(PlansPermission.APPROVE)

    def _form(self) -> CaseFilterForm:
        items = [(item.key, item.title) for item in named_items()]
        given = {name: self.request.GET.get(name, "") for name in ("q", "item", "area")}
        return CaseFilterForm(given, items=items)


class CasePage(TemplateView):
    """A published case of any member, or an own one in any state."""

    request: PortalRequest
    permission = PortalPermission.VIEW
    template_name = "shared_plans/case.html"

    @cached_property
    def case(self) -> SuccessCase:
        found = own_case(self.kwargs["case"]) or readable_case(self.kwargs["case"])
        if found is None:
            raise Http404("Not published, or withdrawn.")
        return found

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        case, actor = self.case, self.request.actor
        is_own = case.municipality_id == tenant_of(self.request).pk
        source = revision_of(case)
        writes = is_own and actor.can(PlansPermission.WRITE)
        return {
            **super().get_context_data(**kwargs),
            "case": case,
            "effect": effect(case),
            "facts": facts(case),
            "is_own": is_own,
            "may_edit": writes and case.status == CaseStatus.DRAFT,
            "may_reopen": writes and case.status != CaseStatus.DRAFT,
            "may_decide": is_own
            and case.status == CaseStatus.IN_REVIEW
            and actor.can(PlansPermission.APPROVE)
            and not set(case.authors) & {actor.id, *actor.persons},
            "source_url": tenant_url(self.request, "library_plan", revision=source.pk) if source else "",
            "adopt_url": self._adopt_url(source.pk) if source and not is_own else "",
            "crumbs": crumbs(self.request, Crumb(case.title)),
        }

    def _adopt_url(self, revision: UUID) -> str:
        if not self.request.actor.can(PlansPermission.ADOPT):
            return ""
        page = tenant_url(self.request, "adopt_initiatives", revision=revision)
        return f"{page}?initiative={self.case.initiative}"


class _CaseForm(FormView):
    request: PortalRequest
    permission = PlansPermission.WRITE
    template_name = "shared_plans/case_edit.html"
    form_class = CaseForm

    def components(self) -> list[tuple[str, str]]:
        return [(one.code, one.name) for one in Component.objects.order_by("code")]


class NewCase(OnePlan, _CaseForm):
    """Of the own plan of the path."""

    request: PortalRequest

    def get_form_kwargs(self) -> dict[str, Any]:
        document = document_of(self.plan)
        words = Words(document, [])
        initiatives = [(one.id, words.title(one)) for one in document.of(Kind.INITIATIVE)]
        return {
            **super().get_form_kwargs(),
            "initiatives": initiatives,
            "components": self.components(),
        }

    def get_initial(self) -> dict[str, Any]:
        return {"initiative": self.request.GET.get("initiative", "")}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        title = _("成功事例の登録")
        return {
            **super().get_context_data(**kwargs),
            "heading": title,
            "back": self.url,
            "crumbs": self.crumbs(Crumb(title)),
        }

    def perform(self, form: BaseForm) -> str:
        assert isinstance(form, CaseForm)  # noqa: S101  # form_class
        case = draft_case(
            by=self.request.actor,
            plan=self.plan,
            initiative=form.cleaned_data["initiative"],
            values=form.values(),
        )
        messages.success(self.request, _("成功事例を保存しました。内容を確かめて、決裁を依頼してください。"))
        return case_url(self.request, case)


class OwnCase:
    """The own case that the path names."""

    request: PortalRequest
    kwargs: dict[str, UUID]

    @cached_property
    def case(self) -> SuccessCase:
        found = own_case(self.kwargs["case"])
        if found is None:
            raise Http404("No such case here.")
        return found

    @property
    def url(self) -> str:
        return case_url(self.request, self.case)


class EditCase(OwnCase, _CaseForm):
    request: PortalRequest

    def get_form_kwargs(self) -> dict[str, Any]:
        known = dict(self.components())
        gone = [code for code in self.case.components if code not in known]
        return {
            **super().get_form_kwargs(),
            "initiatives": [(self.case.initiative, self.case.initiative_title)],
            "components": [*known.items(), *((code, code) for code in gone)],
        }

    def get_initial(self) -> dict[str, Any]:
        names = self.form_class.base_fields
        return {name: getattr(self.case, name) for name in names}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        title = _("成功事例の編集")
        here = Crumb(self.case.title, self.url)
        return {
            **super().get_context_data(**kwargs),
            "heading": title,
            "back": self.url,
            "crumbs": crumbs(self.request, here, Crumb(title)),
        }

    def perform(self, form: BaseForm) -> str:
        assert isinstance(form, CaseForm)  # noqa: S101  # form_class
        version = form.cleaned_data["lock_version"] or 0
        save_case(by=self.request.actor, case=self.case, lock_version=version, values=form.values())
        messages.success(self.request, _("成功事例を保存しました。"))
        return self.url


@dangerous
class DecideCase(OwnCase, FormView):
    """`do` is what was pressed: publish or return."""

    request: PortalRequest
    permission = PlansPermission.APPROVE
    template_name = "shared_plans/case_decide.html"
    form_class = CaseDecisionForm

    def get_initial(self) -> dict[str, Any]:
        return {"lock_version": self.case.lock_version}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        here = Crumb(self.case.title, self.url)
        return {
            **super().get_context_data(**kwargs),
            "case": self.case,
            "effect": effect(self.case),
            "facts": facts(self.case),
            "back": self.url,
            "crumbs": crumbs(self.request, here, Crumb(_("決裁"))),
        }

    def perform(self, form: BaseForm) -> str:
        reason = form.cleaned_data["reason"]
        if self.request.POST.get("do") == "return":
            return_case(by=self.request.actor, case=self.case, reason=reason)
            messages.success(self.request, _("差し戻しました。"))
            return self.url
        if reason:
            message = _("理由が入力されています。公表するときは消してください。")
            raise ValidationError({"reason": ValidationError(message, code="reason")})
        publish_case(by=self.request.actor, case=self.case, lock_version=form.cleaned_data["lock_version"])
        messages.success(self.request, _("成功事例を参画自治体に公表しました。"))
        return self.url


class _CasePress(OwnCase, Press):
    request: PortalRequest
    permission = PlansPermission.WRITE

    def back(self, request: Any) -> str:
        return self.url


class SubmitCase(_CasePress):
    request: PortalRequest

    def press(self, request: Any, **kwargs: Any) -> str:
        submit_case(by=request.actor, case=self.case)
        return _("決裁を依頼しました。")


class ReopenCase(_CasePress):
    request: PortalRequest

    def press(self, request: Any, **kwargs: Any) -> str:
        reopen_case(by=request.actor, case=self.case)
        return _("起案中に戻しました。参画自治体には表示されません。")


def case_url(request: PortalRequest, case: SuccessCase) -> str:
    return tenant_url(request, "case", case=case.pk)


def crumbs(request: PortalRequest, *more: Crumb) -> list[Crumb]:
    return [
        Crumb(_("計画ライブラリー"), tenant_url(request, "library")),
        Crumb(_("成功事例"), tenant_url(request, "cases")),
        *more,
    ]


def effect(case: SuccessCase) -> str:
    """What changed, in one line."""
    before, after = _number(case.before), _number(case.after)
    line = f"{case.indicator}: {before}{case.measure} → {after}{case.measure}"
    if not case.before:
        return line
    change = (case.after - case.before) / abs(case.before) * 100
    return _("%(line)s(%(change)s%%)") % {"line": line, "change": f"{change:+.0f}"}


def _number(value: Decimal) -> str:
    return cells.number(value.normalize() if value % 1 else value.quantize(Decimal(1)))


def facts(case: SuccessCase) -> list[Fact]:
    titles = {item.key: item.title for item in named_items()}
    names = {one.code: one.name for one in Component.objects.filter(code__in=case.components)}
    return [
        Fact(_("自治体"), f"{place_name(case.municipality.prefecture)} {place_name(case.municipality)}"),
        Fact(_("施策"), case.initiative_title),
        Fact(_("重点取組事項"), _("、").join(titles.get(key, key) for key in case.item_keys)),
        *([Fact(_("分野"), str(AREAS[key])) for key in case.area_keys if key in AREAS]),
        Fact(_("実施前"), _("%(value)s%(unit)s(%(period)s)") % _measured(case, "before")),
        Fact(_("実施後"), _("%(value)s%(unit)s(%(period)s)") % _measured(case, "after")),
        Fact(_("望ましい方向"), case.get_direction_display()),
        Fact(
            _("使った共通部品"), _("、").join(names.get(code, code) for code in case.components) or _("なし")
        ),
        Fact(_("問い合わせ先の課"), case.contact),
        *([Fact(_("公表日"), calendar_date(case.published_at))] if case.published_at else []),
    ]


def _measured(case: SuccessCase, when: str) -> dict[str, str]:
    return {
        "value": _number(getattr(case, when)),
        "unit": case.measure,
        "period": getattr(case, f"{when}_period"),
    }
