"""Proofing by a card, for the app that reads it: a challenge is fetched, and answered once."""

import base64
import binascii
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.utils import timezone
from django.utils.decorators import method_decorator
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from consortium import problems
from consortium.api.endpoints import Endpoint, checked
from consortium.api.exceptions import Refusal
from consortium.api.limits import address
from consortium.api.serializers import Serializer
from consortium.tenancy import context
from identity.actions.proofing import ENROL, claim_answer, start_proofing
from identity.domain.enrolment_code import grouped
from identity.domain.proofing import ProofingRefused, signed_text
from identity.limits import exceeded
from identity.person_fields import reading
from identity.proofing import jpki
from identity.proving import ANYBODY, proved
from identity.refusals import message

PER_ADDRESS, WINDOW = 30, 600
NO_STORE = {"Cache-Control": "no-store"}


class Base64Field(serializers.CharField):
    """Bytes in base64url or base64, padded or not."""

    def to_internal_value(self, data: Any) -> Any:
        text = super().to_internal_value(data).rstrip("=").translate(str.maketrans("+/", "-_"))
        try:
            return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        except (ValueError, binascii.Error):
            raise serializers.ValidationError(problems.INVALID.title, code="invalid") from None


class ChallengeSerializer(Serializer):
    challenge = serializers.CharField(help_text="32 random bytes in base64url; to be answered once.")
    purpose = serializers.CharField(help_text="What the signature is for: enrol.")
    audience = serializers.CharField(
        help_text="Origin of this site. The app shows it before it asks the PIN."
    )
    token = serializers.CharField(help_text="Kept by the app and sent with the answer.")
    expires_at = serializers.DateTimeField()


class AnswerSerializer(Serializer):
    """signed: `consortium-identity/proofing/v1`, purpose, audience and challenge, with NUL between them."""

    challenge = Base64Field(max_length=60)
    token = serializers.CharField(
        max_length=60, required=False, help_text="None for a challenge that a browser shows."
    )
    certificate = Base64Field(max_length=12_000, help_text="The signature certificate, DER.")
    signature = Base64Field(
        max_length=1_400, help_text="RSA PKCS #1 v1.5 with SHA-256, or ECDSA with SHA-256 (DER)."
    )
    kana = serializers.CharField(max_length=120, help_text="Reading of the name, which no card tells.")

    def validate_kana(self, value: str) -> str:
        return reading(value)


class EnrolledSerializer(Serializer):
    enrolment_code = serializers.CharField(
        help_text="For the app that began: registers a device or a passkey once. Empty otherwise."
    )
    confirmation = serializers.CharField(
        help_text="For the browser that began: digits the resident types there. Empty otherwise."
    )
    expires_at = serializers.DateTimeField()


@method_decorator(login_not_required, name="dispatch")
class ProofingEndpoint(Endpoint):
    """A challenge is answered once anyhow: keys of idempotency have no meaning here."""

    authentication_classes = []
    permission_classes = [AllowAny]
    opens_own_context = True
    tag = "Wallet"
    credentials = ()
    keyed = False

    def limited(self, kind: str) -> None:
        if exceeded(kind, address(self.request._request), limit=PER_ADDRESS, seconds=WINDOW):
            raise Refusal(problems.RATE_LIMITED, headers={"Retry-After": str(WINDOW)})


@extend_schema(summary="カードによる本人確認の開始", request=None, responses={201: ChallengeSerializer})
class Proofings(ProofingEndpoint):
    operation_id = "wallet_proofings_create"
    serializer_class = ChallengeSerializer
    bodyless = True
    refuses = (problems.UNPROCESSABLE,)

    def post(self, request: Request) -> Response:
        """A challenge for this app. Nothing is stored of who asks."""
        self.limited("proofing-start")
        if not jpki.is_on():
            raise Refusal(problems.UNPROCESSABLE, str(message("off")), code="off")
        with context.person(None):
            started = start_proofing(by=ANYBODY, method=jpki.METHOD, by_app=True)
        values = {
            "challenge": base64.urlsafe_b64encode(started.challenge).decode().rstrip("="),
            "purpose": ENROL,
            "audience": settings.IDENTITY_URL,
            "token": started.starter,
            "expires_at": started.attempt.expires_at,
        }
        return Response(ChallengeSerializer(values).data, status=201, headers=NO_STORE)


@extend_schema(summary="カードの署名の提出", request=AnswerSerializer, responses={201: EnrolledSerializer})
class ProofingAnswers(ProofingEndpoint):
    """Proves who holds the card, and enrols her. A refusal says what to do, never who is enrolled."""

    operation_id = "wallet_proofings_answer"
    serializer_class = AnswerSerializer
    refuses = (problems.UNPROCESSABLE,)

    def post(self, request: Request) -> Response:
        self.limited("proofing-answer")
        given = checked(AnswerSerializer, request)
        answer = jpki.Answer(given["certificate"], given["signature"])
        text = signed_text(ENROL, settings.IDENTITY_URL, given["challenge"])
        try:
            enrolled = proved(
                lambda: claim_answer(
                    by=ANYBODY, challenge=given["challenge"], starter=given.get("token", "")
                ),
                lambda: jpki.prove(answer, text, timezone.localdate()),
                given["kana"],
            )
        except ProofingRefused as refused:
            raise Refusal(problems.UNPROCESSABLE, str(message(refused)), code=refused.code) from None
        values = {
            "enrolment_code": grouped(enrolled.code) if enrolled.code else "",
            "confirmation": enrolled.digits,
            "expires_at": enrolled.expires_at,
        }
        return Response(EnrolledSerializer(values).data, status=201, headers=NO_STORE)
