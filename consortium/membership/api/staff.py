"""A municipality's staff and invitations, for administrators; the list of members, for everybody."""

from typing import Any, cast

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from consortium.api.endpoints import NO_CONTENT, DetailView, ListView, checked, created
from consortium.membership import queries
from consortium.membership.access import dangerous
from consortium.membership.actions import invite_staff, revoke_invitation
from consortium.membership.models import Membership, StaffInvitation, StaffPost
from consortium.membership.permissions import MembershipPermission, PortalPermission
from consortium.membership.serializers import (
    InvitationSerializer,
    InviteSerializer,
    MemberQuery,
    MemberSerializer,
    StaffPostSerializer,
    StaffQuery,
)


class Members(ListView[Membership]):
    """Municipalities whose membership holds today."""

    permission = PortalPermission.VIEW
    tag = "Members"
    query = MemberQuery
    serializer_class = MemberSerializer

    def get_queryset(self) -> QuerySet[Membership]:
        wanted = {
            "municipality__prefecture": self.given.get("prefecture"),
            "standing": self.given.get("standing"),
        }
        return queries.members().filter(**{name: value for name, value in wanted.items() if value})


@extend_schema(summary="参画自治体の一覧")
class TenantMembers(Members):
    """Municipalities whose membership holds today."""

    operation_id = "members_list"


@extend_schema(summary="参画自治体の一覧(事務局)")
class SecretariatMembers(Members):
    """Municipalities whose membership holds today."""

    operation_id = "secretariat_members_list"


@extend_schema(summary="職員の一覧")
class Staff(ListView[StaffPost]):
    """Posts that hold today, with their holders."""

    permission = MembershipPermission.MANAGE_STAFF
    tag = "Staff"
    query = StaffQuery
    serializer_class = StaffPostSerializer

    def get_queryset(self) -> QuerySet[StaffPost]:
        posts = queries.staff_posts()
        return posts.filter(role=self.given["role"]) if "role" in self.given else posts


@dangerous
class Invitations(ListView[StaffInvitation]):
    permission = MembershipPermission.MANAGE_STAFF
    tag = "Staff"
    serializer_class = InvitationSerializer

    def get_queryset(self) -> QuerySet[StaffInvitation]:
        return queries.open_staff_invitations()

    @extend_schema(summary="回答待ちの招待の一覧")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Invitations that nobody has followed yet."""
        return super().get(request, *args, **kwargs)

    @extend_schema(summary="職員の招待", request=InviteSerializer, responses={201: InvitationSerializer})
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Mail somebody a link to a role; an open invitation to the same role is replaced."""
        token = invite_staff(by=self.actor, **checked(InviteSerializer, request))
        made = cast(StaffInvitation, queries.staff_invitation(token))
        place = reverse("membership:api_invitation", args=[self.kwargs["code"], made.pk])
        return created(InvitationSerializer(made).data, place)


class Invitation(DetailView[StaffInvitation]):
    permission = MembershipPermission.MANAGE_STAFF
    tag = "Staff"
    serializer_class = InvitationSerializer

    def get_object(self) -> StaffInvitation:
        return get_object_or_404(StaffInvitation.objects, pk=self.kwargs["invitation"])

    @extend_schema(summary="招待")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One invitation, whatever has become of it."""
        return super().get(request, *args, **kwargs)

    @extend_schema(summary="招待の取消し", responses={204: None})
    def delete(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Close a link that nobody has followed."""
        revoke_invitation(by=self.actor, invitation=self.get_object())
        return Response(status=NO_CONTENT)
