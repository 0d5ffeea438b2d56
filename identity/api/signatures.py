"""Services ask residents for signatures, fetch them, and verify anybody's."""

import base64
import binascii
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from consortium import problems
from consortium.api.endpoints import checked, created
from consortium.api.exceptions import Refusal
from consortium.api.serializers import Serializer
from consortium.problems import ACCESS_TOKEN
from consortium.tenancy import context
from consortium.tenancy.actor import Actor, ActorKind
from identity.actions.signatures import request_signature
from identity.context import NotActive, resident_within
from identity.models import SignatureRequest
from identity.oidc.clients import OPENID
from identity.queries.signatures import signature_of, verdict
from services.domain.scopes import MachineScope

from .endpoints import ServiceEndpoint

HEX = r"^[0-9a-f]{64}$"
ENDED = 'Bearer realm="identity", error="invalid_token"'
NO_STORE = {"Cache-Control": "no-store"}


class DocumentSerializer(Serializer):
    document = serializers.CharField(max_length=120, help_text="Name of the document, for her to see.")
    digest = serializers.RegexField(HEX, help_text="SHA-256 of the document, in hex.")
    purpose = serializers.CharField(max_length=200, help_text="What the signature is for.")


class SignatureRequestStateSerializer(Serializer):
    id = serializers.UUIDField()
    state = serializers.CharField(help_text="open, signed or declined.")
    expires_at = serializers.DateTimeField()
    signature = serializers.CharField(allow_null=True, help_text="Detached CMS, DER in base64.")
    signed_at = serializers.DateTimeField(allow_null=True, help_text="By the platform's clock.")


class VerificationSerializer(Serializer):
    signature = serializers.CharField(max_length=30_000, help_text="Detached CMS, DER in base64.")
    digest = serializers.RegexField(HEX, help_text="SHA-256 of the document, in hex.")


class VerdictSerializer(Serializer):
    valid = serializers.BooleanField()
    code = serializers.CharField(
        help_text="Why not: malformed, digest, certificate, signature, path or unknown_time; empty if valid."
    )
    signed_at = serializers.DateTimeField(allow_null=True, help_text="By the platform's clock.")
    serial = serializers.CharField(help_text="Of the certificate, in hex.")
    certificate_now = serializers.CharField(
        help_text="State of the certificate today; a later revocation leaves the signature valid."
    )


class _Hers(ServiceEndpoint):
    tag = "Signatures"
    scope = OPENID
    of_resident = True

    def hers(self) -> Any:
        authorization = self.access.authorization
        assert authorization is not None  # noqa: S101 - of_resident: admitted with one only
        return resident_within(authorization.citizen_id)

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """One transaction, so that an answer kept under an Idempotency-Key stands with the row."""
        with context.person(None):
            return super().dispatch(request, *args, **kwargs)

    @property
    def caller(self) -> str:
        return f"client:{self.access.client.client_id}"


def _ended() -> Refusal:
    return Refusal(ACCESS_TOKEN, headers={"WWW-Authenticate": ENDED}, code="invalid_token")


@extend_schema(
    summary="署名の依頼", request=DocumentSerializer, responses={201: SignatureRequestStateSerializer}
)
class MySignatureRequests(_Hers):
    """Ask the resident whom the token stands for. She sees service, document and purpose on her phone, and
    signs the hash there; the document never comes here."""

    operation_id = "my_signature_requests_create"

    def post(self, request: Request, *args: object, **kwargs: object) -> Response:
        given, client = checked(DocumentSerializer, request), self.access.client
        try:
            with self.hers() as her:
                by = Actor(ActorKind.SERVICE, client.client_id, citizen_id=her.citizen_id)
                made = request_signature(by=by, relying_party=client.party, **given)
        except NotActive:
            raise _ended() from None
        return created(_state(made, None), f"/api/v1/me/signature-requests/{made.pk}/")


@extend_schema(summary="署名の依頼の状態", responses={200: SignatureRequestStateSerializer})
class MySignatureRequest(_Hers):
    """One that this service asked for."""

    operation_id = "my_signature_requests_retrieve"

    def get(self, request: Request, *args: object, **kwargs: Any) -> Response:
        request_id: UUID = kwargs["request_id"]
        try:
            with self.hers() as her:
                found = signature_of(her.citizen_id, self.access.client.client_id, request_id)
        except NotActive:
            raise _ended() from None
        if found is None:
            raise Refusal(problems.NOT_FOUND)
        return Response(_state(*found), headers=NO_STORE)


def _state(asked: SignatureRequest, signed: Any) -> dict[str, Any]:
    return {
        "id": str(asked.pk),
        "state": str(asked.state),
        "expires_at": asked.expires_at.isoformat(),
        "signature": base64.b64encode(bytes(signed.content)).decode() if signed else None,
        "signed_at": signed.signed_at.isoformat() if signed else None,
    }


@extend_schema(summary="署名の検証", request=VerificationSerializer, responses={200: VerdictSerializer})
class Verification(ServiceEndpoint):
    """Chain, revocation and purpose of the certificate at the moment of signing, and the signature over the
    hash. Whose it is, is not told."""

    operation_id = "signatures_verify"
    tag = "Signatures"
    scope = MachineScope.SIGNATURES_VERIFY

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        with context.person(None):
            return super().dispatch(request, *args, **kwargs)

    @property
    def caller(self) -> str:
        return f"client:{self.access.client.client_id}"

    def post(self, request: Request, *args: object, **kwargs: object) -> Response:
        given = checked(VerificationSerializer, request)
        try:
            content = base64.b64decode(given["signature"], validate=True)
        except (binascii.Error, ValueError):
            content = b""
        found = verdict(content, given["digest"])
        answer = {
            "valid": not found.code,
            "code": found.code,
            "signed_at": found.signed_at.isoformat() if found.signed_at else None,
            "serial": found.serial,
            "certificate_now": found.now,
        }
        return Response(answer, headers=NO_STORE)
