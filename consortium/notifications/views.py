"""The inbox of a place, and how one wants to be told."""

from typing import Any, ClassVar
from uuid import UUID

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import TemplateView, View

from consortium.tenancy.actor import Actor, ActorKind
from consortium.ui.parts import Crumb, Fact, Tab
from consortium.ui.views import FormView

from . import reading
from .actions import save_preferences, stop_mail
from .compose import unsubscribed
from .forms import PreferencesForm
from .kinds import Category, categories
from .models import Preferences, Rhythm
from .tables import InboxTable


class _Place:
    """Whose inbox: the URL says it. Each view is mounted once per place."""

    permission: ClassVar[str | None] = "portal.view"
    name: ClassVar[str] = "inbox"
    request: Any

    def url(self, name: str = "", *arguments: object) -> str:
        municipality = getattr(self.request, "municipality", None)
        place = [municipality.code] if municipality else []
        return reverse(f"notifications:{name or self.name}", args=[*place, *arguments])


class Inbox(_Place, TemplateView):
    """GET: unread ones first shown, or all, of a category. POST `read`: a notice's id, or "all"."""

    template_name = "notifications/inbox.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        shown = reading.inbox(self.request.user.pk).select_related("municipality")
        if not self._all():
            shown = shown.filter(read_at=None)
        unread = reading.unread(self.request.user.pk)
        return super().get_context_data(
            table=InboxTable(self.request, shown, url=lambda one: self.url(f"{self.name}_notice", one.pk)),
            unread=unread,
            tabs=self._tabs(self._category(), unread),
            all=self._all(),
            crumbs=[Crumb(_("お知らせ"))],
            **kwargs,
        )

    def post(self, request: Any, **kwargs: Any) -> HttpResponse:
        chosen = request.POST.get("read", "")
        if chosen == "all":
            reading.mark_read(request.user.pk)
            messages.success(request, _("すべて既読にしました。"))
        else:
            mine = reading.inbox(request.user.pk)
            notice = get_object_or_404(mine, pk=_uuid(chosen))
            reading.mark_read(request.user.pk, mine.filter(pk=notice.pk))
        query = request.GET.urlencode()
        return HttpResponseRedirect(f"{self.url()}?{query}" if query else self.url())

    def _all(self) -> bool:
        return bool(self.request.GET.get("show") == "all")

    def _category(self) -> Category | None:
        key = self.request.GET.get("category")
        return next((one for one in categories() if one.key == key), None)

    def _tabs(self, category: Category | None, unread: int) -> list[Tab]:
        also = f"&category={category.key}" if category else ""
        return [
            Tab(_("未読"), f"?show=unread{also}", active=not self._all(), count=unread),
            Tab(_("すべて"), f"?show=all{also}", active=self._all()),
        ]


class Open(_Place, View):
    """Leads to what the notice is about, where the permission is asked, and marks it as read."""

    http_method_names = ["get", "head"]

    def get(self, request: Any, notice: UUID, **kwargs: Any) -> HttpResponse:
        mine = reading.inbox(request.user.pk)
        found = get_object_or_404(mine.select_related("municipality"), pk=notice)
        reading.mark_read(request.user.pk, mine.filter(pk=found.pk))
        (item,) = reading.items([found])
        return HttpResponseRedirect(item.path or f"{self.url()}?show=all")


class PreferencesView(FormView):
    form_class = PreferencesForm
    template_name = "notifications/preferences.html"

    def get_initial(self) -> dict[str, Any]:
        stored = Preferences.objects.filter(user=self.request.user.pk).first()
        chosen = stored.channels if stored else {}
        defaults: dict[str, str] = {one.key: one.default for one in categories()}
        return {**defaults, **chosen, "rhythm": stored.rhythm if stored else Rhythm.DAILY}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        crumbs = [
            Crumb(_("アカウントとセキュリティ"), reverse("membership:account")),
            Crumb(_("お知らせの受け取り方")),
        ]
        always = [Fact(str(one.label), one.description) for one in categories() if one.fixed]
        return super().get_context_data(crumbs=crumbs, always=always, **kwargs)

    def perform(self, form: Any) -> str:
        request: Any = self.request
        save_preferences(
            by=request.actor,
            user_id=request.user.pk,
            channels=form.channels(),
            rhythm=form.cleaned_data["rhythm"] or form.initial["rhythm"],
        )
        messages.success(request, _("お知らせの受け取り方を保存しました。"))
        return reverse("notifications:preferences")


@method_decorator([login_not_required, csrf_exempt], name="dispatch")
class Unsubscribe(TemplateView):
    """From a mail's link (GET asks, POST does it) or its header (RFC 8058: a POST without cookies or token).

    The signature is the proof; it opens nothing else.
    """

    template_name = "notifications/unsubscribe.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        __, key = self._named()
        category = next((one for one in categories() if one.key == key), None)
        label = category.label if category else gettext_lazy("お知らせのまとめ")
        return super().get_context_data(label=label, **kwargs)

    def post(self, request: Any, **kwargs: Any) -> HttpResponse:
        account, category = self._named()
        user = get_object_or_404(get_user_model(), pk=account)
        by = Actor(ActorKind.STAFF, id=str(user.pk), label=str(user))
        try:
            stop_mail(by=by, user_id=user.pk, category=category)
        except ValidationError as error:
            raise Http404("This mail cannot be stopped.") from error
        return self.render_to_response(self.get_context_data(done=True))

    def _named(self) -> tuple[str, str]:
        try:
            return unsubscribed(self.kwargs["token"])
        except BadSignature as error:
            raise Http404("Not a link of ours.") from error


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Http404("Not a notice.") from error
