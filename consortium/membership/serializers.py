"""Members, staff and applications as JSON."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from consortium.api.parameters import Query
from consortium.api.serializers import Serializer

from .models import ApplicationStatus, Membership, MembershipApplication, StaffInvitation, StaffPost, Standing
from .roles import MUNICIPAL_ROLES

ROLES = list(MUNICIPAL_ROLES)
_MEMBER = {
    "municipality": "102016",
    "name": "前橋市",
    "prefecture": "10",
    "standing": "active",
    "starts_on": "2026-04-01",
}
_PERSON = {"name": "山田 花子", "email": "hanako.yamada@city.example.jp", "role": "editor"}
_POST = {"id": "01980f2a-7c10-7d3a-9b1e-5f0a1c2d3e70", **_PERSON, "starts_on": "2026-04-01", "ends_on": None}
_INVITATION = {
    "id": "01980f2a-7c10-7d3a-9b1e-5f0a1c2d3e71",
    **_PERSON,
    "invited_by": "鈴木 一郎",
    "created_at": "2026-06-01T09:00:00+09:00",
    "expires_at": "2026-06-08T09:00:00+09:00",
    "accepted_at": None,
    "revoked_at": None,
}
_APPLICATION = {
    "id": "01980f2a-7c10-7d3a-9b1e-5f0a1c2d3e72",
    "municipality": "102024",
    "name": "高崎市",
    "contact_name": "佐藤 次郎",
    "contact_email": "jiro.sato@city.example.jp",
    "reason": "部品を共同で利用するため",
    "status": "received",
    "received_at": "2026-06-01T09:00:00+09:00",
    "decided_at": None,
    "decided_by": "",
    "decision_reason": "",
}


def _code() -> Any:
    return serializers.CharField(source="municipality.code", help_text="団体コード.", read_only=True)


class MemberQuery(Query):
    prefecture = serializers.RegexField(r"^[0-9]{2}$", required=False, help_text="Two digits.")
    standing = serializers.ChoiceField(Standing.choices, required=False)


@extend_schema_serializer(examples=[OpenApiExample("会員", value=_MEMBER)])
class MemberSerializer(serializers.ModelSerializer[Membership]):
    municipality = _code()
    name = serializers.CharField(source="municipality.name", read_only=True)
    prefecture = serializers.CharField(source="municipality.prefecture_id", read_only=True)
    standing = serializers.ChoiceField(Standing.choices)

    class Meta:
        model = Membership
        fields = list(_MEMBER)


class StaffQuery(Query):
    role = serializers.ChoiceField(ROLES, required=False)


@extend_schema_serializer(examples=[OpenApiExample("起案者", value=_POST)])
class StaffPostSerializer(serializers.ModelSerializer[StaffPost]):
    name = serializers.CharField(source="user.name", read_only=True)
    email = serializers.EmailField(source="user.email", read_only=True)

    class Meta:
        model = StaffPost
        fields = list(_POST)


@extend_schema_serializer(examples=[OpenApiExample("回答待ち", value=_INVITATION)])
class InvitationSerializer(serializers.ModelSerializer[StaffInvitation]):
    """Never the link: it is mailed and nowhere else."""

    class Meta:
        model = StaffInvitation
        fields = list(_INVITATION)


@extend_schema_serializer(examples=[OpenApiExample("起案者の招待", value=_PERSON)])
class InviteSerializer(Serializer):
    name = serializers.CharField(max_length=60)
    email = serializers.EmailField(max_length=254)
    role = serializers.ChoiceField(ROLES)


class ApplicationQuery(Query):
    status = serializers.ChoiceField(ApplicationStatus.choices, required=False)


@extend_schema_serializer(examples=[OpenApiExample("受付済の申請", value=_APPLICATION)])
class ApplicationSerializer(serializers.ModelSerializer[MembershipApplication]):
    municipality = _code()
    name = serializers.CharField(source="municipality.name", read_only=True)
    status = serializers.ChoiceField(ApplicationStatus.choices)

    class Meta:
        model = MembershipApplication
        fields = list(_APPLICATION)


@extend_schema_serializer(
    examples=[OpenApiExample("承認", value={"resolution": "令和8年度第3号", "starts_on": "2026-07-01"})]
)
class AdmitSerializer(Serializer):
    resolution = serializers.CharField(max_length=60, help_text="E.g. 令和8年度第3号.")
    starts_on = serializers.DateField()


@extend_schema_serializer(examples=[OpenApiExample("不承認", value={"reason": "必要書類がそろわないため"})])
class DeclineSerializer(Serializer):
    reason = serializers.CharField(max_length=2000)
