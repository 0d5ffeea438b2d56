"""国の計画の新しい版への対応, item by item."""

from typing import Any

from django import forms
from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from consortium.membership.requests import PortalRequest
from consortium.ui.parts import Fact
from shared_plans.actions import move_to_edition
from shared_plans.domain.lifecycle import Step
from shared_plans.forms import LockedForm
from shared_plans.models import FrameworkEdition
from shared_plans.permissions import PlansPermission
from shared_plans.queries.editions import Move, later_edition, moves
from shared_plans.queries.framework import items_of

from .editing import StepView
from .pages import document_of, plan_url


class EditionForm(LockedForm):
    """A question for each item in use: what takes its place. What continues it is chosen beforehand."""

    def __init__(
        self, *args: object, moves: list[Move], choices: list[tuple[str, str]], **kwargs: object
    ) -> None:
        super().__init__(*args, **kwargs)
        for move in moves:
            under = _("、").join(title or _("(名称未入力)") for title in move.initiatives)
            unclear = "" if move.suggested else _("国の計画に後継の項目がありません。選んでください。")
            self.fields[move.item.key] = forms.MultipleChoiceField(
                label=move.item.title,
                choices=choices,
                initial=move.suggested,
                widget=forms.CheckboxSelectMultiple,
                help_text=_("施策: %(titles)s。%(unclear)s") % {"titles": under, "unclear": unclear},
            )


class MoveToEdition(StepView):
    """Only a draft moves; a published plan is revised first."""

    request: PortalRequest
    permission = PlansPermission.WRITE
    template_name = "shared_plans/edition.html"
    form_class = EditionForm
    step = Step.EDIT

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if request.method == "GET" and self.target is None:
            messages.info(self.request, _("この計画は、最新の国の計画の版に対応しています。"))
            return HttpResponseRedirect(self.url)
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def target(self) -> FrameworkEdition | None:
        return later_edition(self.plan.edition)

    @cached_property
    def moves(self) -> list[Move]:
        return moves(document_of(self.plan), self.plan.edition, self.target) if self.target else []

    def heading(self) -> str:
        return _("国の計画の新しい版への対応")

    def get_form_kwargs(self) -> dict[str, Any]:
        items = items_of(self.target) if self.target else []
        choices = [(item.key, f"{item.number}. {item.title}") for item in items]
        return {**super().get_form_kwargs(), "moves": self.moves, "choices": choices}

    def get_initial(self) -> dict[str, object]:
        return {"lock_version": self.plan.lock_version}

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        target = self.target.title if self.target else ""
        facts = [Fact(_("今の版"), self.plan.edition.title), Fact(_("新しい版"), target)]
        items = items_of(self.target) if self.target else []
        fresh = [item.title for item in items if not item.continues]
        return {**super().get_context_data(**kwargs), "facts": facts, "fresh": fresh, "moves": self.moves}

    def perform(self, form: BaseForm) -> str:
        data = dict(form.cleaned_data)
        lock_version = data.pop("lock_version")
        if self.target is None:
            return self.url
        move_to_edition(
            by=self.request.actor,
            plan=self.plan,
            lock_version=lock_version,
            edition=self.target,
            mapping=data,
        )
        messages.success(self.request, _("施策を新しい版の項目に移しました。"))
        return plan_url(self.request, "edit", self.plan)
