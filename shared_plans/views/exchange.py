"""Plans out as files, and in again: choose a file, look at what it would do, confirm."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.functional import cached_property
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from consortium.membership.permissions import PortalPermission
from consortium.membership.requests import PortalRequest
from consortium.tabular import uploads
from consortium.tabular.choosing import UploadField, import_steps, kept_upload
from consortium.tabular.limits import UnreadableFile
from consortium.ui.downloads import attachment
from consortium.ui.forms import Form
from consortium.ui.parts import Crumb, Fact
from consortium.ui.views import FormView
from shared_plans.actions.importing import import_into, import_plan
from shared_plans.domain.compare import changes
from shared_plans.domain.lifecycle import Step
from shared_plans.domain.plan_file import PlanFile
from shared_plans.exchange.formats import FORMATS, Export
from shared_plans.exchange.problems import DryRun, dry_run
from shared_plans.labels import KINDS
from shared_plans.models import FrameworkEdition, Plan, PlanRevision
from shared_plans.permissions import PlansPermission
from shared_plans.queries.framework import all_items, framework_editions, items_of
from shared_plans.queries.readable import shared_document
from shared_plans.showing import year_text

from .library import OneRevision as LibraryRevision
from .pages import OnePlan, document_of, plan_url, tenant_url
from .plans import OneRevision

KIND = "shared_plans.plan"
SHOWN = 100


def download(source: Plan | PlanRevision, form: str, content: Any, withheld: Any = ()) -> HttpResponse:
    """content: the document, whole or shared. Raises Http404 for a format that there is not."""
    if form not in FORMATS:
        raise Http404("No such format.")
    file = PlanFile(source.title, source.edition.key, source.year_from, source.year_to, content)
    attribution = source.attribution if isinstance(source, PlanRevision) else ""
    export = Export(file, source.edition, items_of(source.edition), withheld, attribution)
    made = FORMATS[form]
    name = f"{slugify(source.title, allow_unicode=True) or 'plan'}.{made.suffix}"
    return attachment(made.make(export), made.content_type, name)


class PlanAsFile(OnePlan, View):
    """The working copy, for the own municipality."""

    request: PortalRequest
    permission = PortalPermission.VIEW

    def get(self, request: HttpRequest, *args: object, **kwargs: Any) -> HttpResponse:
        return download(self.plan, kwargs["form"], document_of(self.plan))


class RevisionAsFile(OneRevision, View):
    """Whole: it is the own municipality's."""

    request: PortalRequest
    permission = PortalPermission.VIEW

    def get(self, request: HttpRequest, *args: object, **kwargs: Any) -> HttpResponse:
        return download(self.revision, kwargs["form"], document_of(self.revision))


class LibraryAsFile(LibraryRevision, View):
    """The shared part."""

    request: PortalRequest
    permission = PortalPermission.VIEW

    def get(self, request: HttpRequest, *args: object, **kwargs: Any) -> HttpResponse:
        content = shared_document(self.revision)
        return download(self.revision, kwargs["form"], content, self.revision.private_kinds)


class PlanUploadForm(Form):
    file = UploadField(".xlsx,.json", gettext_lazy("この画面から出力したExcel(.xlsx)またはJSON、5 MB以下"))


class _Import(FormView):
    """What the two steps of both imports share."""

    request: PortalRequest
    permission = PlansPermission.WRITE

    @property
    def target(self) -> Plan | None:
        """Whose draft is replaced; none for a plan of its own."""
        return None

    def address(self, name: str, **more: object) -> str:
        if self.target:
            return plan_url(self.request, f"{name}_into", self.target, **more)
        return tenant_url(self.request, name, **more)

    def shown(self, current: int) -> dict[str, object]:
        crumbs = [Crumb(_("DX推進計画"), tenant_url(self.request, "plans"))]
        if self.target:
            crumbs.append(Crumb(self.target.title, plan_url(self.request, "plan", self.target)))
        return {
            "target": self.target,
            "steps": import_steps(current),
            "start_url": self.address("import_plan"),
            "crumbs": [*crumbs, Crumb(_("計画の取込み"))],
        }


class ImportPlan(_Import):
    template_name = "shared_plans/import.html"
    form_class = PlanUploadForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**self.shown(0), **kwargs)

    def perform(self, form: BaseForm) -> str:
        file = form.cleaned_data["file"]
        kept = uploads.keep(by=self.request.actor, kind=KIND, name=file.name, data=file.read())
        return self.address("check_import", upload=kept.id)


class VersionForm(Form):
    lock_version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class CheckImport(_Import):
    template_name = "shared_plans/import_check.html"
    form_class = VersionForm
    upload: uploads.Upload

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: Any) -> HttpResponseBase:
        upload_id: UUID = self.kwargs["upload"]
        upload = kept_upload(request, upload_id, KIND)
        if upload is None:
            return HttpResponseRedirect(self.address("import_plan"))
        self.upload = upload
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def run(self) -> DryRun:
        """Raises UnreadableFile."""
        return dry_run(self.upload.data, list(framework_editions()), all_items())

    def get_initial(self) -> dict[str, object]:
        return {"lock_version": self.target.lock_version if self.target else None}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(upload=self.upload, **self.shown(1), **kwargs)
        try:
            run = self.run
        except UnreadableFile as problem:
            return context | {"unreadable": str(problem)}
        return context | {
            "run": run,
            "facts": self._facts(run),
            "faults": run.faults[:SHOWN],
            "more": max(len(run.faults) - SHOWN, 0),
            "notes": run.notes[:SHOWN],
        }

    def _facts(self, run: DryRun) -> list[Fact]:
        if run.plan is None:
            return []
        counts = [(name, len(run.plan.content.of(kind))) for kind, name in KINDS.items()]
        facts = [
            Fact(_("計画の名称"), run.plan.title),
            Fact(_("計画期間"), f"{year_text(run.plan.year_from)} – {year_text(run.plan.year_to)}"),
            Fact(_("国の計画の版"), run.edition.title if run.edition else run.plan.edition),
            *(Fact(str(name), _("%(count)s件") % {"count": count}) for name, count in counts if count),
        ]
        if self.target:
            changed = len(changes(document_of(self.target), run.plan.content))
            facts.append(Fact(_("今の下書きから変わるところ"), _("%(count)s件") % {"count": changed}))
        return facts

    def perform(self, form: BaseForm) -> str:
        try:
            run = self.run
        except UnreadableFile as problem:
            raise forms.ValidationError(str(problem)) from problem
        if run.faults or run.plan is None or run.edition is None:
            raise forms.ValidationError(_("誤りのあるファイルは取り込めません。直して選び直してください。"))
        plan = self._imported(run.plan, run.edition, form.cleaned_data["lock_version"])
        uploads.drop(self.upload, by=self.request.actor, kind=KIND)
        messages.success(self.request, _("計画を取り込みました。"))
        return plan_url(self.request, "edit", plan)

    def _imported(self, file: PlanFile, edition: FrameworkEdition, seen: int | None) -> Plan:
        if self.target is None:
            return import_plan(by=self.request.actor, file=file, edition=edition)
        return import_into(by=self.request.actor, plan=self.target, file=file, lock_version=seen or 0)


class _Into(OnePlan):
    """In place of a draft; who may not write it now is led back to the plan."""

    @property
    def target(self) -> Plan | None:
        return self.plan

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if Step.EDIT.value not in self.steps():
            return HttpResponseRedirect(self.url)
        found: HttpResponseBase = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]  # the view's
        return found


class ImportInto(_Into, ImportPlan):
    request: PortalRequest


class CheckImportInto(_Into, CheckImport):
    request: PortalRequest
