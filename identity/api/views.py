"""What services get: attributes of a resident who consented, and, in their own name, the shared catalogue."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from consortium.api.endpoints import ListView
from consortium.api.exceptions import Refusal
from consortium.api.serializers import Serializer
from consortium.api.views import ByCode, MunicipalitySerializer, RegistryQuery, registered
from consortium.problems import ACCESS_TOKEN, CONSENT
from consortium.tenancy import context
from consortium.tenancy.actor import Actor, ActorKind
from consortium.tenancy.models import Municipality
from identity.actions.disclose import ApprovalNeeded, DisclosureRefused, disclose
from identity.context import NotActive, resident
from identity.oidc.clients import OPENID, attributes_of
from identity.oidc.disclosing import ask_for_approval
from services.domain.scopes import MachineScope
from services.models import Component, Sector
from services.serializers import ComponentQuery

from .endpoints import ServiceEndpoint

ENDED = 'Bearer realm="identity", error="invalid_token", error_description="The consent has ended."'


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "運賃割引",
            value={
                "sub": "p8Jt0c7uP1m5w9xkq3rZQ2bN6vY4sHdA",
                "attributes": {"resident_of": "102016", "age_over_65": True},
            },
        )
    ]
)
class AttributesSerializer(Serializer):
    sub = serializers.CharField(help_text="Her pseudonym in the service's sector, as in the ID token.")
    attributes = serializers.DictField(
        child=serializers.JSONField(),
        help_text="By name; one that has no value is left out. Texts, or true and false.",
    )


@extend_schema(summary="本人の属性", responses={200: AttributesSerializer})
class MyAttributes(ServiceEndpoint):
    """What token and `claims` asked for and her consent covers now. Each call is a disclosure she can see.

    A service of the medical sector is asked to have her sign in again (`insufficient_user_authentication`)
    when that was more than an hour ago.
    """

    operation_id = "my_attributes_retrieve"
    refuses = (CONSENT,)
    tag = "Residents"
    scope = OPENID
    of_resident = True
    serializer_class = AttributesSerializer

    def get(self, request: Request, *args: object, **kwargs: object) -> Response:
        return Response(self._disclosed(), headers={"Cache-Control": "no-store"})

    def _disclosed(self) -> dict[str, Any]:
        client, authorization = self.access.client, self.access.authorization
        assert authorization is not None  # noqa: S101 - of_resident: admitted with one only
        scope = " ".join(sorted(self.access.scope))
        wanted = {*attributes_of(scope), *authorization.claims.get("userinfo", {})}
        try:
            with resident(authorization.citizen_id) as her:
                service = Actor(ActorKind.SERVICE, client.client_id, citizen_id=her.citizen_id)
                given = disclose(by=service, relying_party=client.party, requested=wanted, path="api")
        except ApprovalNeeded as needed:
            ask_for_approval(authorization, client, needed.consent_id)
            raise Refusal(CONSENT, code="consent_required") from None
        except (DisclosureRefused, NotActive):
            raise Refusal(ACCESS_TOKEN, headers={"WWW-Authenticate": ENDED}, code="invalid_token") from None
        return {"sub": authorization.subject, "attributes": {str(name): one for name, one in given.items()}}


_EXAMPLE = {
    "code": "transport-discount",
    "sector": "transport",
    "name_ja": "運賃割引の資格確認",
    "name_en": "Fare discount eligibility",
    "summary": "バスの乗車時に割引の対象かどうかを確かめます。",
    "description": "",
    "provider": "架空交通システム株式会社",
    "licence": "MIT",
}


@extend_schema_serializer(
    examples=[OpenApiExample("運賃割引", value=_EXAMPLE)], component_name="SharedComponent"
)
class SharedComponentSerializer(serializers.ModelSerializer[Component]):
    sector = serializers.ChoiceField(Sector.choices)

    class Meta:
        model = Component
        fields = list(_EXAMPLE)


@extend_schema(summary="共通部品の目録")
class Catalogue(ServiceEndpoint, ListView[Component]):
    """Components of the shared catalogue, for a service in its own name."""

    operation_id = "catalogue_list"
    tag = "Components"
    scope = MachineScope.COMPONENTS_READ
    query = ComponentQuery
    serializer_class = SharedComponentSerializer
    pagination_class = ByCode

    def get(self, request: Request, *args: object, **kwargs: object) -> Response:
        with context.person(None):
            return super().get(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[Component]:
        found: QuerySet[Component] = Component.objects.all()
        return found.filter(sector=self.given["sector"]) if self.given.get("sector") else found


@extend_schema(summary="自治体の一覧")
class Municipalities(ServiceEndpoint, ListView[Municipality]):
    """The registry of Japanese municipalities by code: what the code of `resident_of` is called."""

    operation_id = "municipality_names_list"
    tag = "Registry"
    scope = MachineScope.MUNICIPALITIES_READ
    query = RegistryQuery
    serializer_class = MunicipalitySerializer
    pagination_class = ByCode

    def get(self, request: Request, *args: object, **kwargs: object) -> Response:
        with context.person(None):
            return super().get(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[Municipality]:
        return registered(self.given)
