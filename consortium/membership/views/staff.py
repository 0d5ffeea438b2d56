"""An administrator's pages about who serves here."""

from typing import Any

from django.contrib import messages
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from consortium.membership import queries
from consortium.membership.access import dangerous
from consortium.membership.actions import (
    change_role,
    end_post,
    invite_staff,
    revoke_invitation,
    sign_out_colleague,
)
from consortium.membership.forms import ChangeRoleForm, InviteForm
from consortium.membership.models import StaffInvitation, StaffPost
from consortium.membership.permissions import MembershipPermission
from consortium.membership.requests import PortalRequest, tenant_of
from consortium.membership.roles import MUNICIPAL_ROLES, ROLES
from consortium.membership.tables import ComingTable, InvitationTable, StaffTable
from consortium.tabular.lists import Exportable
from consortium.ui.forms import Form
from consortium.ui.parts import Crumb, Fact
from consortium.ui.views import FormView, Press


def _list_url(request: PortalRequest) -> str:
    return reverse("membership:staff", args=[tenant_of(request).code])


class Staff(Exportable, TemplateView):
    permission = MembershipPermission.MANAGE_STAFF
    template_name = "membership/staff.html"
    list_name = "membership.staff"
    request: PortalRequest

    def make_table(self) -> StaffTable:
        return StaffTable(self.request, queries.staff_posts())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            posts=self.table,
            coming=ComingTable(self.request, queries.coming_posts()),
            invitations=InvitationTable(self.request, queries.open_staff_invitations()),
            **kwargs,
        )


@dangerous
class InviteStaff(FormView):
    permission = MembershipPermission.MANAGE_STAFF
    template_name = "membership/invite_staff.html"
    form_class = InviteForm
    request: PortalRequest

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        crumbs = _crumbs(self.request, _("招待"))
        return super().get_context_data(roles=MUNICIPAL_ROLES.values(), crumbs=crumbs, **kwargs)

    def perform(self, form: Any) -> str:
        invite_staff(by=self.request.actor, **form.cleaned_data)
        messages.success(self.request, _("招待を送りました。"))
        return _list_url(self.request)


@dangerous
class ChangeRole(FormView):
    permission = MembershipPermission.MANAGE_STAFF
    template_name = "membership/staff_post.html"
    form_class = ChangeRoleForm
    request: PortalRequest

    def get_initial(self) -> dict[str, Any]:
        return {"role": self.post_of_path().role}

    def post_of_path(self) -> StaffPost:
        return _current_post(self.kwargs["post"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        post = self.post_of_path()
        crumbs = _crumbs(self.request, post.user.name)
        return super().get_context_data(post=post, role=ROLES[post.role], crumbs=crumbs, **kwargs)

    def perform(self, form: Any) -> str:
        change_role(by=self.request.actor, post=self.post_of_path(), **form.cleaned_data)
        messages.success(self.request, _("役割を変更しました。"))
        return _list_url(self.request)


class _Press(Press):
    permission = MembershipPermission.MANAGE_STAFF

    def back(self, request: PortalRequest) -> str:
        return _list_url(request)


@dangerous
class EndPost(FormView):
    """After a page that says what it means."""

    permission = MembershipPermission.MANAGE_STAFF
    template_name = "membership/end_post.html"
    form_class = Form
    request: PortalRequest

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        post = _current_post(self.kwargs["post"])
        return super().get_context_data(
            post=post,
            facts=_facts(post),
            crumbs=_crumbs(self.request, _("任の終了")),
            back=reverse("membership:staff_post", args=[tenant_of(self.request).code, post.pk]),
            **kwargs,
        )

    def perform(self, form: Any) -> str:
        end_post(by=self.request.actor, post=_current_post(self.kwargs["post"]))
        messages.success(self.request, _("任を終了しました。この職員は直ちにアクセスできなくなります。"))
        return _list_url(self.request)


@dangerous
class SignOut(_Press):
    def press(self, request: PortalRequest, **kwargs: Any) -> str:
        post = _current_post(kwargs["post"])
        sign_out_colleague(by=request.actor, post=post)
        return _("%(name)sさんをすべての端末からサインアウトしました。") % {"name": post.user.name}


class RevokeInvitation(_Press):
    def press(self, request: PortalRequest, **kwargs: Any) -> str:
        invitation = StaffInvitation.objects.filter(pk=kwargs["invitation"]).first()
        if invitation is None:
            raise Http404("No such invitation here.")
        revoke_invitation(by=request.actor, invitation=invitation)
        return _("招待を取り消しました。")


def _facts(post: StaffPost) -> list[Fact]:
    return [
        Fact(_("氏名"), post.user.name),
        Fact(_("メールアドレス"), post.user.email),
        Fact(_("役割"), str(ROLES[post.role].name)),
    ]


def _crumbs(request: PortalRequest, here: str) -> list[Crumb]:
    return [Crumb(_("職員"), _list_url(request)), Crumb(here)]


def _current_post(pk: Any) -> StaffPost:
    post: StaffPost | None = queries.current(StaffPost.objects.select_related("user").filter(pk=pk)).first()
    if post is None:
        raise Http404("No such post here.")
    return post
