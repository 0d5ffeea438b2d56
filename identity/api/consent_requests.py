"""Services ask residents for consent, and see whether they answered."""

from typing import Any, ClassVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import (
    OpenApiExample,
    extend_schema,
    extend_schema_field,
    extend_schema_serializer,
)
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from consortium import problems
from consortium.api.endpoints import checked, created
from consortium.api.exceptions import Refusal
from consortium.api.serializers import Serializer
from consortium.tenancy import context
from identity.actions.optin import Wish, ask_consent
from identity.models import ConsentRequest
from identity.oidc import throttle
from identity.oidc.clients import OPENID
from identity.oidc.errors import TemporarilyUnavailableError
from identity.queries.requests import RequestState, of_service, open_for, state_of
from services.domain.scopes import MachineScope

from .endpoints import ServiceEndpoint

PER_MINUTE = 60
MOST_WAITING = 3
"""Of one service for one resident; also for whom it made up."""
NOT_REGISTERED = _("登録された利用目的と一致しません。利用目的は、登録の変更によって改めます。")
_UNTIL = "2027-03-31T15:00:00Z"


class WishSerializer(Serializer):
    attributes = serializers.ListField(
        child=serializers.CharField(max_length=40),
        min_length=1,
        max_length=20,
        help_text="Keys, of those the service is registered for. She grants all, some or none.",
    )
    until = serializers.DateTimeField(
        help_text="The end of the term wished: at most a year ahead. She may choose an earlier one."
    )
    purpose = serializers.CharField(
        required=False,
        max_length=200,
        help_text="The purpose as registered. It need not be sent; if it is, it has to be that one.",
    )


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "運賃割引",
            value={
                "subject": "p8Jt0c7uP1m5w9xkq3rZQ2bN6vY4sHdA",
                "attributes": ["resident_of", "age_over_65"],
                "until": _UNTIL,
            },
            request_only=True,
        )
    ]
)
class NamedWishSerializer(WishSerializer):
    subject = serializers.CharField(
        max_length=64, help_text="Her pseudonym in the service's sector: `sub` of the ID token."
    )


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "待っている依頼",
            value={
                "id": "0192f0a4-7b5c-7d3e-8f21-5a6b7c8d9e0f",
                "state": "waiting",
                "attributes": ["resident_of", "age_over_65"],
                "granted": [],
                "until": _UNTIL,
                "created_at": "2026-11-24T00:00:00Z",
                "expires_at": "2026-12-08T00:00:00Z",
            },
            response_only=True,
        )
    ]
)
class ConsentRequestSerializer(serializers.ModelSerializer[ConsentRequest]):
    state = serializers.SerializerMethodField()
    attributes = serializers.ListField(child=serializers.CharField())
    granted = serializers.ListField(child=serializers.CharField())

    class Meta:
        model = ConsentRequest
        fields = ["id", "state", "attributes", "granted", "until", "created_at", "expires_at"]

    @extend_schema_field(serializers.ChoiceField([state.value for state in RequestState]))
    def get_state(self, request: ConsentRequest) -> str:
        return state_of(request).value


class _Asking(ServiceEndpoint):
    """POST under `Idempotency-Key`. One transaction, so that the answer that is kept stands with the row."""

    tag = "Consent requests"
    refuses = (problems.RATE_LIMITED, problems.KEY_REUSED, problems.IN_PROGRESS)
    body: ClassVar[type[WishSerializer]]

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        with context.person(None):
            return super().dispatch(request, *args, **kwargs)

    @property
    def caller(self) -> str:
        return f"client:{self.access.client.client_id}"

    def post(self, request: Request, *args: object, **kwargs: object) -> Response:
        given = checked(self.body, request)
        client = self.access.client
        purposes = {None, client.party.purpose_ja, client.party.purpose_en}
        if given.get("purpose") not in purposes:
            raise ValidationError({"purpose": ValidationError(NOT_REGISTERED, code="purpose")})
        subject = self.subject(given)
        self._count(subject)
        wish = Wish(subject, tuple(dict.fromkeys(given["attributes"])), given["until"])
        made = ask_consent(by=client.actor, party=client.party, wish=wish)
        location = reverse("identity:api_consent_request", args=[made.pk])
        return created(ConsentRequestSerializer(made).data, location, status=202)

    def subject(self, given: dict[str, Any]) -> str:
        raise NotImplementedError

    def _count(self, subject: str) -> None:
        client_id = self.access.client.client_id
        try:
            throttle.count("consent-request", client_id, PER_MINUTE)
        except TemporarilyUnavailableError as error:
            raise Refusal(problems.RATE_LIMITED, headers={"Retry-After": str(error.retry_after)}) from None
        if open_for(client_id, subject) >= MOST_WAITING:
            raise Refusal(problems.RATE_LIMITED, headers={"Retry-After": "86400"})


@extend_schema(summary="同意の依頼", request=NamedWishSerializer, responses={202: ConsentRequestSerializer})
class ConsentRequests(_Asking):
    """Ask the resident whom the service calls `subject` for her consent. She reads the purpose as registered
    and answers when she likes, for two weeks; poll, or register an address for consent events.

    The answer is the same whether or not there is such a resident: a request that means nobody waits until
    it expires.
    """

    operation_id = "consent_requests_create"
    scope = MachineScope.CONSENTS_REQUEST
    body = NamedWishSerializer

    def subject(self, given: dict[str, Any]) -> str:
        return str(given["subject"])


@extend_schema(
    summary="本人への同意の依頼", request=WishSerializer, responses={202: ConsentRequestSerializer}
)
class MyConsentRequests(_Asking):
    """The same with the resident's own token: she is whom the token stands for."""

    operation_id = "my_consent_requests_create"
    scope = OPENID
    of_resident = True
    body = WishSerializer

    def subject(self, given: dict[str, Any]) -> str:
        authorization = self.access.authorization
        assert authorization is not None  # noqa: S101 - of_resident: admitted with one only
        return str(authorization.subject)


@extend_schema(summary="同意の依頼の状態", responses={200: ConsentRequestSerializer})
class OneConsentRequest(ServiceEndpoint):
    """`waiting`, `granted`, `refused` or `expired`, and what was granted; never why."""

    operation_id = "consent_requests_retrieve"
    tag = "Consent requests"
    scope = MachineScope.CONSENTS_REQUEST
    refuses = (problems.NOT_FOUND,)

    def get(self, request: Request, *args: object, **kwargs: Any) -> Response:
        request_id: UUID = kwargs["request_id"]
        with context.person(None):
            found = of_service(self.access.client.client_id, request_id)
            if found is None:
                raise Refusal(problems.NOT_FOUND)
            return Response(ConsentRequestSerializer(found).data, headers={"Cache-Control": "no-store"})
