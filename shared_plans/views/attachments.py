"""添付資料 on the pages of a plan."""

from uuid import UUID

from django.contrib import messages
from django.forms import BaseForm
from django.http import Http404
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from consortium.membership.requests import PortalRequest
from consortium.ui.forms import Form
from consortium.ui.parts import Fact
from shared_plans.actions import attach_file, detach_file
from shared_plans.domain.lifecycle import Step
from shared_plans.forms import AttachForm
from shared_plans.models import PlanAttachment
from shared_plans.permissions import PlansPermission
from shared_plans.queries.plans import attachments_of

from .editing import StepView


class AttachFile(StepView):
    request: PortalRequest
    permission = PlansPermission.WRITE
    template_name = "shared_plans/attach.html"
    form_class = AttachForm
    step = Step.EDIT

    def heading(self) -> str:
        return _("資料の添付")

    def perform(self, form: BaseForm) -> str:
        upload = form.cleaned_data["file"]
        attach_file(
            by=self.request.actor,
            plan=self.plan,
            name=upload.name,
            content=upload.read(),
            title=form.cleaned_data["title"],
        )
        messages.success(self.request, _("資料を添付しました。"))
        return f"{self.url}#attachments"


class DetachFile(StepView):
    request: PortalRequest
    permission = PlansPermission.WRITE
    template_name = "shared_plans/detach.html"
    form_class = Form
    step = Step.EDIT
    kwargs: dict[str, UUID]

    def heading(self) -> str:
        return _("添付資料を外す")

    @cached_property
    def attachment(self) -> PlanAttachment:
        found = attachments_of(self.plan).filter(pk=self.kwargs["attachment"]).first()
        if found is None:
            raise Http404("No such attachment here.")
        return found

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        file = self.attachment.file
        facts = [Fact(_("資料名"), self.attachment.title), Fact(_("ファイル名"), file.name)]
        return {**super().get_context_data(**kwargs), "facts": facts, "kept": file.kept}

    def perform(self, form: BaseForm) -> str:
        detach_file(by=self.request.actor, attachment=self.attachment)
        messages.success(self.request, _("添付資料を外しました。"))
        return f"{self.url}#attachments"
