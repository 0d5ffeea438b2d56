"""The secretariat confirms whose domain is whose."""

from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from consortium.dates import calendar_time
from consortium.domain.mail_domains import is_lg
from consortium.language import place_name
from consortium.membership.access import dangerous
from consortium.membership.permissions import MembershipPermission
from consortium.membership.requests import PortalRequest
from consortium.sso import queries
from consortium.sso.actions import confirm_domain, refuse_domain
from consortium.sso.forms import RefuseForm
from consortium.sso.models import DomainState, SsoDomain
from consortium.sso.tables import TONES, DomainTable
from consortium.tenancy.models import Municipality
from consortium.ui.forms import Form
from consortium.ui.parts import Crumb, Fact, Tab
from consortium.ui.stored import stored
from consortium.ui.views import FormView

ANSWERS: Final = ("confirm", "refuse")


class Domains(TemplateView):
    """GET state=: waiting ones, or those of another state."""

    permission = MembershipPermission.ADMIT
    template_name = "sso/domains.html"
    request: PortalRequest

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asked = self.request.GET.get("state", "")
        state = asked if asked in DomainState.values else DomainState.WAITING
        tabs = [Tab(str(one.label), f"?state={one.value}", active=one == state) for one in DomainState]
        table = DomainTable(self.request, queries.asked_domains(state))
        return super().get_context_data(table=table, tabs=tabs, **kwargs)


@dangerous
class Domain(FormView):
    """One domain with its two answers; each form posts `answer`."""

    permission = MembershipPermission.ADMIT
    template_name = "sso/domain.html"
    request: PortalRequest

    def get_form_class(self) -> type[Form]:
        return RefuseForm if self.request.POST.get("answer") == "refuse" else Form

    def domain(self) -> SsoDomain:
        found = queries.asked_domain(self.kwargs["domain"])
        if found is None:
            raise Http404("No such domain.")
        return found

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.POST.get("answer") not in ANSWERS:
            raise BadRequest
        return super().post(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        form, domain = context["form"], self.domain()
        refusing = isinstance(form, RefuseForm)
        return {
            **context,
            "domain": domain,
            "tone": TONES[domain.state],
            "facts": _facts(domain),
            "is_anothers": _is_anothers(domain),
            "others": [(one, place_name(one.municipality)) for one in queries.also_asked_by(domain)],
            "confirm_form": Form() if refusing else form,
            "refuse_form": form if refusing else RefuseForm(),
            "crumbs": [
                Crumb(_("シングルサインオンのドメイン"), reverse("sso:domains")),
                Crumb(domain.domain),
            ],
        }

    def perform(self, form: Any) -> str:
        if isinstance(form, RefuseForm):
            domain = self.domain()
            told = (
                _("ドメインの確認を取り消し、自治体に知らせました。")
                if domain.state == DomainState.CONFIRMED
                else _("ドメインを認めないことにし、自治体に知らせました。")
            )
            refuse_domain(by=self.request.actor, domain=domain, reason=form.cleaned_data["reason"])
            messages.success(self.request, told)
        else:
            confirm_domain(by=self.request.actor, domain=self.domain())
            messages.success(self.request, _("ドメインを確認し、自治体に知らせました。"))
        return reverse("sso:domains")


def _facts(domain: SsoDomain) -> list[Fact]:
    again = domain.state == DomainState.WAITING
    decided = [
        Fact(
            _("前回認めなかった人") if again else _("処理"),
            f"{domain.decided_by} {calendar_time(domain.decided_at)}",
        ),
        Fact(_("前回の理由") if again else _("理由"), stored(domain.reason) if domain.reason else "—"),
    ]
    return [
        Fact(_("自治体"), _place(domain.municipality)),
        Fact(_("ドメイン"), domain.domain),
        Fact(_("ドメインの種類"), _kind(domain.domain)),
        Fact(_("ドメインの地名に当たる自治体"), _named(domain)),
        Fact(_("登録した人"), f"{domain.asked_by} {calendar_time(domain.asked_at)}"),
        *(decided if domain.decided_at else []),
    ]


def _kind(domain: str) -> str:
    return _("lg.jp(地方公共団体だけが使えるドメイン)") if is_lg(domain) else _("lg.jp以外")


def _is_anothers(domain: SsoDomain) -> bool:
    named = queries.named_by(domain.domain)
    return bool(named) and domain.municipality not in named


def _named(domain: SsoDomain) -> str:
    named = queries.named_by(domain.domain)
    if not named:
        return _("なし(団体のウェブサイトや代表電話で確かめてください)")
    verdict = _("登録した自治体と一致") if domain.municipality in named else _("登録した自治体と異なります")
    if len(named) > 1 and domain.municipality in named:
        verdict = _("同名の自治体が複数あります(団体のウェブサイトや代表電話で確かめてください)")
    return f"{_('、').join(_place(one) for one in named)} – {verdict}"


def _place(municipality: Municipality) -> str:
    return f"{place_name(municipality.prefecture)} {place_name(municipality)} ({municipality.code})"
