"""Forms over several pages: saved step by step, checked on one page, sent once.

Every page is an address of its own, so the browser's back button is a link like any other. Answers lie on the
server (consortium.ui.drafts); a page shows what is saved, never what the browser remembers.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.forms.utils import ErrorDict
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from consortium.ui.answers import answers
from consortium.ui.drafts import Kept, Store, store_of
from consortium.ui.forms import Form
from consortium.ui.parts import Fact, Step
from consortium.ui.views import FormView, add_errors

START: Final = ""
CHECK: Final = "check"
LATER: Final = "later"


@dataclass(frozen=True, slots=True)
class WizardStep:
    key: str
    """In the address."""
    title: StrOrPromise
    form_class: type[BaseForm]
    template: str = "ui/wizard/step.html"


@dataclass(frozen=True, slots=True)
class Section:
    """What one step has answered, on the page to check."""

    title: StrOrPromise
    facts: list[Fact]


@dataclass
class Progress:
    """Forms of the steps that hold, in order, up to the first that doesn't."""

    forms: dict[str, BaseForm]
    next: WizardStep | None

    @property
    def values(self) -> dict[str, Any]:
        return {name: value for form in self.forms.values() for name, value in form.cleaned_data.items()}


class Wizard(FormView):
    """Subclasses name `title`, `url_name` and `steps` and implement `complete`.

    Two routes lead here: `…/` and `…/<slug:step>/`, both under `url_name`. Steps hold no files.
    """

    title: ClassVar[StrOrPromise]
    url_name: ClassVar[str]
    steps: ClassVar[tuple[WizardStep, ...]]
    submit_label: ClassVar[StrOrPromise]

    def complete(self, values: dict[str, Any]) -> str:
        """Call the action with the cleaned values of all steps; return the URL to go to."""
        raise NotImplementedError

    def step_kwargs(self, step: WizardStep, values: Mapping[str, Any]) -> dict[str, Any]:
        """What the step's form is made with; `values` are those of the steps before it."""
        return {}

    def step_context(self, step: WizardStep, form: Any) -> dict[str, Any]:
        """What the step's own template needs besides."""
        return {}

    def check_facts(self, step: WizardStep, form: BaseForm, url: str) -> list[Fact]:
        return answers(form, url)

    # --- Addresses ---
    def url(self, place: str) -> str:
        own = {name: value for name, value in self.kwargs.items() if name != "step"}
        return reverse(self.url_name, kwargs=own | ({"step": place} if place else {}))

    @property
    def place(self) -> str:
        return str(self.kwargs.get("step", START))

    @cached_property
    def step(self) -> WizardStep | None:
        """None at the start and on the page to check. Raises Http404."""
        if self.place in {START, CHECK}:
            return None
        found = next((step for step in self.steps if step.key == self.place), None)
        if found is None:
            raise Http404(f"No step {self.place}.")
        return found

    # --- What is saved ---
    @cached_property
    def store(self) -> Store:
        return store_of(self.request, self.url(START), str(self.title))

    @cached_property
    def kept(self) -> Kept:
        return self.store.load()

    @cached_property
    def progress(self) -> Progress:
        forms: dict[str, BaseForm] = {}
        for step in self.steps:
            data = self._data(step)
            if data is None or LATER in data:
                return Progress(forms, step)
            form = step.form_class(data, **self.step_kwargs(step, Progress(forms, None).values))
            if not form.is_valid():
                return Progress(forms, step)
            forms[step.key] = form
        return Progress(forms, None)

    def _data(self, step: WizardStep) -> QueryDict | None:
        if step.key not in self.kept.answers:
            return None
        data = QueryDict(mutable=True)
        for name, values in self.kept.answers[step.key].items():
            data.setlist(name, values)
        return data

    def _keep(self, step: WizardStep, sent: QueryDict) -> None:
        """Raises ValidationError for more than is kept of anybody."""
        names = {*step.form_class.base_fields, LATER}  # type: ignore[attr-defined]  # of declarative forms
        own = {
            name: values for name, values in sent.lists() if name in names or name.rpartition("_")[0] in names
        }
        every = {**self.kept.answers, step.key: own}
        texts = [
            text for step_answers in every.values() for values in step_answers.values() for text in values
        ]
        if sum(map(len, texts)) > self.store.most:
            raise ValidationError(
                _("入力が長すぎるため、保存できません。短くしてください。"), code="too_long"
            )
        self.kept = self.store.save(every)
        self.__dict__.pop("progress", None)

    # --- Pages ---
    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        response = super().dispatch(request, *args, **kwargs)
        add_never_cache_headers(response)
        return response

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if self.place == START and not self.kept.answers:
            query = f"?{request.GET.urlencode()}" if request.GET else ""
            return HttpResponseRedirect(self.url(self.steps[0].key) + query)
        if self.place != START and (early := self._too_early()):
            return HttpResponseRedirect(self.url(early.key))
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if self.place == START:
            self.store.drop()
            return HttpResponseRedirect(self.url(self.steps[0].key))
        if self.step and (early := self._too_early()):
            return HttpResponseRedirect(self.url(early.key))
        if self.step and LATER in request.POST:
            return self._leave(self.step)
        return super().post(request, *args, **kwargs)

    def _leave(self, step: WizardStep) -> HttpResponse:
        try:
            self._keep(step, self.request.POST)
        except ValidationError as error:
            form = self.get_form()
            add_errors(form, error)
            return self.form_invalid(form)
        messages.success(self.request, _("入力内容を保存しました。続きはこのページから入力できます。"))
        return HttpResponseRedirect(self.url(START))

    def _too_early(self) -> WizardStep | None:
        """The step to answer before the page asked for."""
        missing = self.progress.next
        if missing is None:
            return None
        return missing if self.step is None or self._is_before(missing, self.step) else None

    def _is_before(self, one: WizardStep, other: WizardStep) -> bool:
        return self.steps.index(one) < self.steps.index(other)

    # --- Forms ---
    def get_form_class(self) -> type[BaseForm]:
        return self.step.form_class if self.step else Form

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs: dict[str, Any] = super().get_form_kwargs()
        if self.step is None:
            return kwargs
        kwargs |= self.step_kwargs(self.step, self._values_before(self.step))
        data = self._data(self.step)
        shows_saved = (
            self.request.method == "GET" and "data" not in kwargs
        )  # or what was typed before a detour
        return kwargs | {"data": data} if data is not None and shows_saved else kwargs

    def get_form(self, form_class: type[BaseForm] | None = None) -> BaseForm:
        form = super().get_form(form_class)
        if self.request.method == "GET" and form.is_bound and LATER in form.data:
            form._errors = ErrorDict()  # type: ignore[attr-defined]  # shown as it was left: nobody has said it were complete
        return form

    def _values_before(self, step: WizardStep) -> dict[str, Any]:
        before = {one.key for one in self.steps[: self.steps.index(step)]}
        held = {key: form for key, form in self.progress.forms.items() if key in before}
        return Progress(held, None).values

    def perform(self, form: BaseForm) -> str:
        if self.step:
            self._keep(self.step, self.request.POST)
            return self.url(self.progress.next.key if self.progress.next else CHECK)
        if early := self.progress.next:
            messages.warning(
                self.request, _("送信済みか、保存期間を過ぎています。入力内容を確かめてください。")
            )
            return self.url(early.key)
        led_to = self.complete(self.progress.values)
        self.store.drop()
        return led_to

    def form_valid(self, form: BaseForm) -> HttpResponse:
        try:
            return HttpResponseRedirect(self.perform(form))
        except ValidationError as error:
            return self._refused(form, error)

    def _refused(self, form: BaseForm, error: ValidationError) -> HttpResponse:
        """The action refused: shown at the step whose fields it names, else on the page to check."""
        named = set(getattr(error, "error_dict", ()))
        for step in self.steps:
            asked = self.progress.forms.get(step.key)
            if asked and named & set(asked.fields):
                self.kwargs["step"], self.step, form = step.key, step, asked
                break
        add_errors(form, error)
        return self.form_invalid(form)

    # --- Templates ---
    def get_template_names(self) -> list[str]:
        if self.step:
            return [self.step.template]
        return ["ui/wizard/check.html" if self.place == CHECK else "ui/wizard/start.html"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context |= {"wizard": self, "steps": self._step_list(), "until": self.kept.until}
        if self.step:
            context |= {"step": self.step, **self.step_context(self.step, context["form"])}
        elif self.place == CHECK:
            context["sections"] = self._sections()
        else:
            context["resume_url"] = self.url(self.progress.next.key if self.progress.next else CHECK)
        return context

    @property
    def here(self) -> str:
        """Where the step's form goes: a refused check page shows the step under its own address."""
        query = self.request.GET.urlencode()
        return self.url(self.place) + (f"?{query}" if query else "")

    @property
    def back_url(self) -> str:
        """The page before this one; "" on the first."""
        places = [*(step.key for step in self.steps), CHECK]
        here = places.index(self.place) if self.place in places else 0
        return self.url(places[here - 1]) if here else ""

    def _step_list(self) -> list[Step]:
        return [
            *(self._step_of(step) for step in self.steps),
            Step(_("確認"), "current" if self.place == CHECK else "todo"),
        ]

    def _step_of(self, step: WizardStep) -> Step:
        if step.key == self.place:
            return Step(str(step.title), "current")
        done = step.key in self.progress.forms
        return Step(str(step.title), "done" if done else "todo", self.url(step.key) if done else "")

    def _sections(self) -> list[Section]:
        return [
            Section(step.title, self.check_facts(step, self.progress.forms[step.key], self.url(step.key)))
            for step in self.steps
            if step.key in self.progress.forms
        ]
