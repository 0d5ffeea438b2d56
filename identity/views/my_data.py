"""「私の情報」: take all of it along, end the digital ID. Both ask for a recent sign-in."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from consortium.ui.downloads import attachment
from consortium.ui.parts import Crumb
from identity.actions.my_data import as_json, close_own_id, export_data
from identity.papers.export import export_paper
from identity.queries.consents import consents
from identity.resident_forms import CloseForm
from identity.shell import under

from .my_id import Door
from .passkeys import recently_signed_in

DOORS = (
    Door(
        gettext_lazy("代理人"),
        gettext_lazy("あなたの代わりに手続をする人です。"),
        "identity:delegates",
    ),
    Door(
        gettext_lazy("情報を受け取る"),
        gettext_lazy("記録しているあなたの情報を、すべてファイルで受け取ります。"),
        "identity:export",
    ),
    Door(
        gettext_lazy("転入の手続のコード"),
        gettext_lazy("引っ越した先の市区町村で、デジタルIDの記録を引き継ぐためのコードです。"),
        "identity:move_code",
    ),
    Door(
        gettext_lazy("訂正を求める"),
        gettext_lazy("登録情報の誤りや変更を、市区町村へ伝えます。"),
        "identity:correct",
    ),
    Door(
        gettext_lazy("お問い合わせ"),
        gettext_lazy("あなたがした問い合わせと、その回答です。"),
        "identity:inquiries",
    ),
    Door(
        gettext_lazy("デジタルIDをやめる"),
        gettext_lazy("デジタルIDを廃止します。元には戻せません。"),
        "identity:close",
    ),
)
PDF, JSON = "pdf", "json"


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@recently_signed_in
def export(request: Any) -> HttpResponse:
    """The file is the answer itself: no address leads to it, nothing of it is kept."""
    if request.method != "POST":
        return render(request, "identity/export.html", {"crumbs": _crumbs(_("情報を受け取る"))})
    form = PDF if request.POST.get("form") == PDF else JSON
    found = export_data(by=request.actor, form=form)
    name = f"my-data-{timezone.localdate():%Y%m%d}.{form}"
    if form == PDF:
        return attachment(export_paper(found), "application/pdf", name)
    return attachment(as_json(found), "application/json", name)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@recently_signed_in
def close(request: Any) -> HttpResponse:
    form = CloseForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            close_own_id(by=request.actor)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            logout(request)
            messages.success(request, _("デジタルIDを廃止しました。ご利用を終わります。"))
            return redirect("identity:start")
    live = [consent for consent in consents(request.actor.citizen_id) if consent.is_live]
    values = {"form": form, "live": live, "crumbs": _crumbs(_("デジタルIDをやめる"))}
    return render(request, "identity/close.html", values, status=422 if form.errors else 200)


def _crumbs(here: str) -> list[Crumb]:
    return under("identity:profile", Crumb(here))
