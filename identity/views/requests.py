"""What services ask a resident to consent to, and her answers."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from consortium.ui.forms import Form
from consortium.ui.parts import Crumb
from consortium.ui.views import FormView, Press
from identity.actions.contact import (
    confirm_contact_address,
    remove_contact_address,
    wish_contact_address,
)
from identity.actions.optin import answer_request
from identity.labels import labels
from identity.limits import exceeded
from identity.models import ConsentRequest, ContactAddress, RequestKind
from identity.optin_forms import AnswerForm, ContactForm, RefusalForm
from identity.queries.consents import live_consents
from identity.queries.requests import RequestState, of_resident, state_of
from identity.queries.standing import standing
from identity.shell import under
from services.queries import is_available, relying_party

PER_PAGE = 20
MAILS_AN_HOUR = 5


@require_safe
def requests(request: Any) -> HttpResponse:
    """Those that wait first."""
    found = of_resident(request.actor.citizen_id)
    page: Any = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    page.object_list = [(one, state_of(one)) for one in page.object_list]
    values = {
        "page": page,
        "waiting": [one for one, state in page.object_list if state is RequestState.WAITING],
        "past": [(one, state) for one, state in page.object_list if state is not RequestState.WAITING],
        "crumbs": under("identity:consents", Crumb(_("同意の依頼"))),
    }
    return render(request, "identity/requests.html", values)


class OneRequest(FormView):
    """What is asked, by whom, what for, until when; with the former purpose beside a new one."""

    form_class = AnswerForm
    template_name = "identity/request.html"

    @cached_property
    def asked(self) -> ConsentRequest:
        found = of_resident(self.citizen_id).filter(pk=self.kwargs["request_id"]).first()
        if found is None:
            raise Http404
        return found

    @property
    def citizen_id(self) -> UUID:
        found: UUID = self.request.actor.citizen_id  # type: ignore[attr-defined]  # set by the middleware
        return found

    def get_form_class(self) -> type[Form]:
        refuses = self.request.method == "POST" and self.request.POST.get("decision") != "allow"
        return RefusalForm if refuses else AnswerForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"asked": self.asked}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asked = self.asked
        party = relying_party(asked.client_id)
        here = standing(self.citizen_id)
        usable = bool(
            party
            and here
            and here.municipality_id
            and is_available(party, here.municipality_id, test=here.test)
        )
        held = [
            one
            for one in live_consents(self.citizen_id, asked.client_id)
            if one.purpose_key == asked.purpose_key
        ]
        values = {
            "asked": asked,
            "state": state_of(asked),
            "party": party,
            "usable": usable and party is not None and party.purpose_key == asked.purpose_key,
            "names": labels(asked.attributes),
            "is_approval": asked.kind == RequestKind.APPROVAL,
            "crumbs": under(
                "identity:consents",
                Crumb(_("同意の依頼"), reverse("identity:requests")),
                Crumb(asked.recipient),
            ),
            "kept": labels({name for one in held for name in one.attributes} - set(asked.attributes)),
        }
        return super().get_context_data(**values, **kwargs)

    def perform(self, form: Any) -> str:
        by = self.request.actor  # type: ignore[attr-defined]  # set by the middleware
        answered = answer_request(by=by, request_id=self.asked.pk, decision=form.decision)
        if answered.granted:
            messages.success(self.request, _("同意しました。いつでも撤回できます。"))
        else:
            messages.success(self.request, _("同意しないと答えました。情報は提供されません。"))
        return reverse("identity:requests")


class Contact(FormView):
    """Her address, if she gave one."""

    form_class = ContactForm
    template_name = "identity/contact.html"

    @property
    def mine(self) -> ContactAddress | None:
        citizen_id = self.request.actor.citizen_id  # type: ignore[attr-defined]  # set by the middleware
        found: ContactAddress | None = ContactAddress.objects.filter(citizen=citizen_id).first()
        return found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        crumbs = under("identity:notices", Crumb(_("お知らせのメール")))
        return super().get_context_data(mine=self.mine, crumbs=crumbs, **kwargs)

    def perform(self, form: Any) -> str:
        by = self.request.actor  # type: ignore[attr-defined]  # set by the middleware
        if exceeded("contact", by.id, limit=MAILS_AN_HOUR, seconds=3600):
            raise ValidationError(_("確認のメールは1時間に5通までです。時間をおいてください。"), code="limit")
        wish_contact_address(by=by, address=form.cleaned_data["address"])
        messages.success(
            self.request, _("確認のメールを送りました。24時間以内に、メールのリンクを開いてください。")
        )
        return reverse("identity:contact")


class RemoveContact(Press):
    def press(self, request: Any, **kwargs: Any) -> str:
        remove_contact_address(by=request.actor)
        return _("メールアドレスを削除しました。")

    def back(self, request: Any) -> str:
        return reverse("identity:contact")


@require_http_methods(["GET", "HEAD", "POST"])
def confirm_contact(request: Any, secret: str) -> HttpResponse:
    """A button, since mail programs open links by themselves."""
    if request.method != "POST":
        return render(request, "identity/contact_confirm.html")
    try:
        confirm_contact_address(by=request.actor, secret=secret)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, _("メールアドレスを登録しました。"))
    return HttpResponseRedirect(reverse("identity:contact"))
