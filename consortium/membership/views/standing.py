"""Application by anybody, admission by the secretariat, lists of members."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.generic import TemplateView

from consortium.dates import calendar_time
from consortium.domain.file_names import clean_name
from consortium.membership import limits, queries
from consortium.membership.access import dangerous
from consortium.membership.actions import admit_municipality, apply_for_membership, decline_application
from consortium.membership.forms import (
    AdmitForm,
    ApplicantForm,
    ContactForm,
    DeclineForm,
    MunicipalityFilter,
)
from consortium.membership.letters import admission_notice
from consortium.membership.models import ApplicationStatus, MembershipApplication
from consortium.membership.permissions import MembershipPermission, PortalPermission
from consortium.membership.requests import PortalRequest
from consortium.membership.tables import ApplicationTable, MemberTable
from consortium.tabular.lists import Exportable
from consortium.ui.downloads import attachment
from consortium.ui.parts import Crumb, Fact, Tab, Tone
from consortium.ui.views import FormView
from consortium.ui.wizards import Wizard, WizardStep

TONES: dict[str, Tone] = {
    ApplicationStatus.RECEIVED: "info",
    ApplicationStatus.ADMITTED: "success",
    ApplicationStatus.DECLINED: "warning",
}


@method_decorator(login_not_required, name="dispatch")
class Apply(Wizard):
    """GET prefecture= and q= narrow the select of the first step."""

    request: PortalRequest
    title = gettext_lazy("参画の申請")
    url_name = "membership:apply"
    submit_label = gettext_lazy("申請する")
    steps = (
        WizardStep(
            "municipality", gettext_lazy("自治体"), ApplicantForm, "membership/apply_municipality.html"
        ),
        WizardStep("contact", gettext_lazy("担当者と目的"), ContactForm),
    )

    def step_context(self, step: WizardStep, form: Any) -> dict[str, Any]:
        if step.key != "municipality":
            return {}
        narrow = MunicipalityFilter(self.request.GET or None)
        found = narrow.municipalities()
        form.offer(found)
        return {"narrow": narrow, "count": found.count()}

    def complete(self, values: dict[str, Any]) -> str:
        limits.count(self.request, "apply")
        apply_for_membership(by=self.request.actor, **values)
        return reverse("membership:applied")


@method_decorator(login_not_required, name="dispatch")
class Applied(TemplateView):
    template_name = "membership/applied.html"


class Applications(Exportable, TemplateView):
    permission = MembershipPermission.ADMIT
    template_name = "membership/applications.html"
    list_name = "membership.applications"
    request: PortalRequest

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        tabs = _status_tabs(self.status)
        return super().get_context_data(table=self.table, tabs=tabs, status=self.status, **kwargs)

    @property
    def status(self) -> str:
        asked = self.request.GET.get("status", "")
        return asked if asked in ApplicationStatus.values else ApplicationStatus.RECEIVED

    def make_table(self) -> ApplicationTable:
        return ApplicationTable(self.request, queries.applications(self.status))


def _status_tabs(active: str) -> list[Tab]:
    counts = queries.application_counts()
    return [
        Tab(
            str(one.label), f"?status={one.value}", active=one.value == active, count=counts.get(one.value, 0)
        )
        for one in ApplicationStatus
    ]


@dangerous
class Application(FormView):
    """One application with its two answers; each form posts `answer`."""

    permission = MembershipPermission.ADMIT
    template_name = "membership/application.html"
    request: PortalRequest

    def get_form_class(self) -> type[AdmitForm | DeclineForm]:
        return DeclineForm if self.request.POST.get("answer") == "decline" else AdmitForm

    def application(self) -> MembershipApplication:
        found = queries.applications().filter(pk=self.kwargs["application"]).first()
        if found is None:
            raise Http404("No such application.")
        application: MembershipApplication = found
        return application

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        form = context["form"]
        declining = isinstance(form, DeclineForm)
        application = self.application()
        return {
            **context,
            "application": application,
            "facts": _facts(application),
            "others": queries.open_beside(application),
            "crumbs": _crumbs(application),
            "tone": TONES[application.status],
            "admit_form": AdmitForm() if declining else form,
            "decline_form": form if declining else DeclineForm(auto_id="decline_%s"),
        }

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs: dict[str, Any] = super().get_form_kwargs()
        if self.get_form_class() is DeclineForm:
            kwargs["auto_id"] = "decline_%s"
        return kwargs

    def perform(self, form: Any) -> str:
        application = self.application()
        if isinstance(form, DeclineForm):
            decline_application(by=self.request.actor, application=application, **form.cleaned_data)
            messages.success(self.request, _("申請を不承認としました。"))
        else:
            admit_municipality(by=self.request.actor, application=application, **form.cleaned_data)
            messages.success(self.request, _("参画を承認しました。最初の管理者に招待を送りました。"))
        return reverse("membership:applications")


class AdmissionNotice(View):
    """The paper that tells the applicant; there once it is admitted."""

    permission = MembershipPermission.ADMIT
    request: PortalRequest

    def get(self, request: PortalRequest, application: UUID) -> HttpResponse:
        admitted = queries.applications(ApplicationStatus.ADMITTED).filter(pk=application).first()
        membership = queries.admission_of(admitted) if admitted else None
        if admitted is None or membership is None:
            raise Http404("Not admitted.")
        pdf = admission_notice(membership, localtime(admitted.decided_at).date())
        name = _("参画承認通知書_%(municipality)s.pdf") % {"municipality": membership.municipality.name}
        return attachment(pdf, "application/pdf", clean_name(name))


def _facts(application: MembershipApplication) -> list[Fact]:
    municipality = application.municipality
    received = [
        Fact(_("団体コード"), municipality.code),
        Fact(_("都道府県"), municipality.prefecture.name),
        Fact(_("担当者氏名"), application.contact_name),
        Fact(_("担当者メールアドレス"), application.contact_email),
        Fact(_("参画の目的"), application.reason or _("記入なし")),
        Fact(_("受付日時"), calendar_time(application.received_at)),
    ]
    return [*received, *_decision(application)] if application.decided_at else received


def _decision(application: MembershipApplication) -> list[Fact]:
    return [
        Fact(_("処理日時"), calendar_time(application.decided_at)),
        Fact(_("処理した事務局員"), application.decided_by),
        *([Fact(_("理由"), application.decision_reason)] if application.decision_reason else []),
    ]


def _crumbs(application: MembershipApplication) -> list[Crumb]:
    return [
        Crumb(_("参画申請"), reverse("membership:applications")),
        Crumb(application.municipality.name),
    ]


class _Members(Exportable, TemplateView):
    permission = PortalPermission.VIEW
    template_name = "membership/members.html"
    list_name = "membership.members"
    request: PortalRequest

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(table=self.table, **kwargs)

    def make_table(self) -> MemberTable:
        return MemberTable(self.request, queries.members())


class SecretariatMembers(_Members):
    pass


class TenantMembers(_Members):
    pass
