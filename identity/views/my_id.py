"""「私のIDと端末」: what the digital ID is, and everything that opens it, each behind one link."""

from dataclasses import dataclass
from typing import Any, Final

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from consortium.dates import calendar_date
from consortium.ui.parts import Fact
from identity.ceremonies import account_label
from identity.models import Citizen, Passkey, Proofing
from identity.queries.sessions import sessions


@dataclass(frozen=True, slots=True)
class Door:
    title: Promise
    text: Promise
    page: str
    """Name of its URL; a door whose page does not exist is not shown."""

    @property
    def url(self) -> str:
        try:
            return reverse(self.page)
        except NoReverseMatch:
            return ""


DOORS: Final = (
    Door(
        gettext_lazy("パスキー"),
        gettext_lazy("サインインに使う鍵です。追加や、なくした端末の無効化ができます。"),
        "identity:passkeys",
    ),
    Door(
        gettext_lazy("スマートフォンの電子証明書"),
        gettext_lazy("スマートフォンに入れた電子証明書です。なくしたときに止めることができます。"),
        "identity:devices",
    ),
    Door(
        gettext_lazy("サインイン中の端末"),
        gettext_lazy("今サインインしているブラウザーです。覚えのないものをサインアウトできます。"),
        "identity:sessions",
    ),
)


@require_safe
def my_id(request: Any) -> HttpResponse:
    citizen_id = request.actor.citizen_id
    citizen = Citizen.objects.filter(pk=citizen_id).only("status", "created_at").first()
    if citizen is None:
        raise Http404
    values = {"facts": _facts(citizen), "doors": [door for door in DOORS if door.url]}
    return render(request, "identity/my_id.html", values)


def _facts(citizen: Citizen) -> list[Fact]:
    held = Proofing.objects.filter(citizen=citizen.pk, declined_at=None, confirmed_at__isnull=False)
    proofing = held.order_by("-level", "-expires_on").first()
    facts = [
        Fact(_("番号"), account_label(citizen.pk)),
        Fact(_("状態"), citizen.get_status_display()),
        Fact(_("登録した日"), calendar_date(citizen.created_at)),
    ]
    if proofing:
        facts += [
            Fact(_("本人確認の方法"), proofing.get_method_display()),
            Fact(_("本人確認の期限"), calendar_date(proofing.expires_on)),
        ]
    keys = Passkey.objects.filter(citizen=citizen.pk, revoked_at=None).count()
    return [
        *facts,
        Fact(_("パスキー"), _("%(count)d個") % {"count": keys}),
        Fact(_("サインイン中の端末"), _("%(count)d台") % {"count": len(sessions(citizen.pk))}),
    ]
