"""採用元の更新の取り込み: look, decide clause by clause, take in."""

from collections.abc import Iterator

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Page, Paginator
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.defaultfilters import linebreaksbr
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext as _

from consortium.ui.forms import Form
from consortium.ui.parts import Fact
from consortium.ui.stored import stored
from services.queries import components
from shared_plans.actions import finish_sync, keep_answers
from shared_plans.actions.syncing import coming_in, theirs_of
from shared_plans.clause_forms import Choices
from shared_plans.domain.adopting import figures
from shared_plans.domain.deciding import (
    Answer,
    Choice,
    Coming,
    Question,
    answers_from_json,
    choice_of,
    grouped,
)
from shared_plans.domain.document import Clause, Document, Scalar
from shared_plans.domain.lifecycle import Step
from shared_plans.domain.paths import Place
from shared_plans.models import PlanRevision
from shared_plans.queries.adoptions import latest_with_text, sizes_of
from shared_plans.queries.framework import all_items
from shared_plans.question_forms import SYNC_LABELS, QuestionsForm
from shared_plans.showing import Words

from .editing import named
from .questions import question_name, shown_clauses, side_text
from .sources import SourceView

CLAUSES_PER_PAGE = 10


class SyncView(SourceView):
    """The draft against the source's latest revision; without one there is nothing to decide."""

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if self._is_over(request):
            messages.info(request, self._nothing())
            return HttpResponseRedirect(self.url)
        return super().dispatch(request, *args, **kwargs)

    def _is_over(self, request: HttpRequest) -> bool:
        revision = self.revision
        return revision is None or revision.number <= self.adoption.source_number

    def _nothing(self) -> str:
        if self.revision is None:
            return _("採用元は、この計画の公開を取り下げています。更新は取り込めません。")
        return _("採用元の最新の版は、既に取り込んでいます。")

    @cached_property
    def revision(self) -> PlanRevision | None:
        return latest_with_text(self.adoption.source_plan_id)

    @property
    def latest(self) -> PlanRevision:
        assert self.revision  # noqa: S101  # dispatch has looked
        return self.revision

    @cached_property
    def theirs(self) -> Document:
        return theirs_of(self.adoption, self.latest)

    @cached_property
    def coming(self) -> Coming:
        return coming_in(self.plan, self.adoption, self.latest)

    @cached_property
    def answers(self) -> dict[str, Answer]:
        return answers_from_json(self.state.answers) if self.state else {}

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        left = self.coming.undecided(self.answers)
        asked = [one for one in self.coming.questions if one.reason]
        return {
            **super().get_context_data(**kwargs),
            "revision": self.latest,
            "count": len(self.coming.questions),
            "conflicts": len(asked),
            "left": len(left),
            "back": self.url,
        }


class SyncPlan(SyncView):
    template_name = "shared_plans/sync.html"
    form_class = QuestionsForm

    def heading(self) -> str:
        return _("採用元の更新の取り込み")

    @cached_property
    def groups(self) -> list[tuple[Clause, list[Question]]]:
        """Clauses with something to decide first: nobody has to leaf for them."""
        found = grouped(self.coming.questions)
        return sorted(found, key=lambda group: not any(one.reason for one in group[1]))

    @cached_property
    def page(self) -> Page[tuple[Clause, list[Question]]]:
        return Paginator(self.groups, CLAUSES_PER_PAGE).get_page(self.request.GET.get("page"))

    def get_form_kwargs(self) -> dict[str, object]:
        years = (self.plan.year_from, self.plan.year_to)
        return {
            **super().get_form_kwargs(),
            "questions": [one for _clause, questions in self.page for one in questions],
            "answers": self.answers,
            "choices": Choices(self.draft, all_items(), list(components()), years),
            "labels": SYNC_LABELS,
            "scaled": self._scaled(),
        }

    def _scaled(self) -> dict[Place, Scalar]:
        sizes = sizes_of(self.state)
        if sizes is None:
            return {}
        found = figures(self.theirs, source=sizes[0], own=sizes[1])
        return {place: one.here for place, one in found.items()}

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        context = super().get_context_data(**kwargs)
        form = context["form"]
        assert isinstance(form, QuestionsForm)  # noqa: S101  # it is our form_class
        return {
            **context,
            "clauses": list(shown_clauses(form, self.words(self.base, self.theirs))),
            "page": self.page,
            "finish": self.to("finish_sync"),
        }

    def perform(self, form: BaseForm) -> str:
        assert isinstance(form, QuestionsForm)  # noqa: S101  # it is our form_class
        keep_answers(by=self.request.actor, plan=self.plan, adoption=self.adoption, answers=form.given())
        if self.request.POST.get("do") == "later":
            messages.success(self.request, _("ここまでの判断を保存しました。計画のページから続けられます。"))
            return self.url
        if self.page.has_next():
            return f"{self.to('sync')}?page={self.page.next_page_number()}"
        return self.to("finish_sync")


class FinishSync(SyncView):
    """What will come in, before it does."""

    template_name = "shared_plans/finish_sync.html"
    form_class = Form
    step = Step.EDIT

    def heading(self) -> str:
        return _("取り込む内容の確認")

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        return {
            **super().get_context_data(**kwargs),
            "undecided": [self._name(one) for one in self.coming.undecided(self.answers)],
            "decided": list(self._decided()),
            "sync": self.to("sync"),
            "lock_version": self.plan.lock_version,
        }

    def _decided(self) -> Iterator[Fact]:
        for one in self.coming.questions:
            choice = choice_of(one, self.answers)
            if choice is None:
                continue
            answer = self.answers.get(str(one.place))
            reason = _("(理由: %(reason)s)") % {"reason": answer.reason} if answer and answer.reason else ""
            text = linebreaksbr(str(stored(self._text(one, choice, answer))))
            said = f"{SYNC_LABELS[choice]}{reason}"
            yield Fact(
                self._name(one), format_html('{}<br><span class="soft small">{}</span>', text, stored(said))
            )

    def _text(self, one: Question, choice: Choice, answer: Answer | None) -> str:
        """What it will be."""
        sides = {Choice.THEIRS: one.theirs, Choice.OURS: one.ours}
        value = answer.value if answer and choice is Choice.OWN else sides.get(choice)
        return side_text(one, value, self._titles)

    def _name(self, one: Question) -> str:
        return f"{self._titles.title(one.clause)}: {question_name(one)}"

    @cached_property
    def _titles(self) -> Words:
        return self.words(self.base, self.theirs)

    def perform(self, form: BaseForm) -> str:
        try:
            finish_sync(
                by=self.request.actor,
                plan=self.plan,
                adoption=self.adoption,
                lock_version=_number(self.request.POST.get("lock_version")),
                revision_hash=self.request.POST.get("revision", ""),
            )
        except ValidationError as error:
            raise named(error, self.plan, self.theirs) from error
        text = _("%(name)sの第%(number)s版を取り込みました。内容を確認し、決裁を依頼してください。")
        messages.success(
            self.request, text % {"name": self.adoption.source_name, "number": self.latest.number}
        )
        return self.url


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() else 0
