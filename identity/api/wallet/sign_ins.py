"""A browser asks to be let in; the phone shows where, and confirms."""

from functools import partial

from django.conf import settings
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from consortium import problems
from consortium.api.endpoints import checked
from consortium.api.exceptions import Refusal
from consortium.api.serializers import Serializer
from identity.actions.device_sign_in import confirm_sign_in, digest, refuse_sign_in
from identity.context import ResidentActor
from identity.models import ChallengeState, DeviceChallenge

from .endpoints import WalletEndpoint


class SignInSerializer(Serializer):
    origin = serializers.CharField(help_text="Where she would be signed in: the app shows it.")
    browser = serializers.CharField(help_text="What the browser says it is; empty if unknown.")
    state = serializers.CharField(help_text="open, confirmed or refused.")
    expires_at = serializers.DateTimeField()


class ConfirmationSerializer(Serializer):
    origin = serializers.CharField(max_length=200, help_text="As the app showed it.")
    number = serializers.RegexField(r"^[0-9]{2}$", help_text="As the browser shows it and she typed it.")


class _OfChallenge(WalletEndpoint):
    refuses = (problems.UNPROCESSABLE,)

    def challenge(self, code: str) -> DeviceChallenge:
        live = DeviceChallenge.objects.filter(expires_at__gt=timezone.now())
        found = live.filter(code_hash=digest(code)).first()
        if found is None:
            raise Refusal(problems.NOT_FOUND)
        return found


@extend_schema(summary="サインインの内容", responses={200: SignInSerializer})
class SignIn(_OfChallenge):
    """What stands behind a QR code or link."""

    operation_id = "wallet_sign_in_retrieve"

    def get(self, request: Request, code: str) -> Response:
        return Response(_described(self.challenge(code)))


def _described(challenge: DeviceChallenge) -> dict[str, object]:
    return {
        "origin": settings.IDENTITY_URL,
        "browser": challenge.browser_name,
        "state": challenge.state,
        "expires_at": challenge.expires_at,
    }


@extend_schema(summary="サインインの確認", request=ConfirmationSerializer, responses={200: SignInSerializer})
class Confirmation(_OfChallenge):
    """Good once. A wrong number or origin ends it, so that nobody can try."""

    operation_id = "wallet_sign_in_confirm"

    def post(self, request: Request, code: str) -> Response:
        challenge, given = self.challenge(code), checked(ConfirmationSerializer, request)
        do = partial(_confirm, self, challenge, given)
        if not self.as_resident("sign_in", do):
            raise Refusal(problems.UNPROCESSABLE, code="number")
        return Response({**_described(challenge), "state": ChallengeState.CONFIRMED})


def _confirm(
    view: _OfChallenge, challenge: DeviceChallenge, given: dict[str, str], her: ResidentActor
) -> bool:
    return confirm_sign_in(by=her, device=view.device, challenge=challenge, **given)


@extend_schema(summary="サインインの拒否", request=None, responses={204: None})
class Denial(_OfChallenge):
    """It was not she who began it."""

    operation_id = "wallet_sign_in_refuse"
    bodyless = True

    def post(self, request: Request, code: str) -> Response:
        challenge = self.challenge(code)

        def refuse(her: ResidentActor) -> None:
            refuse_sign_in(by=her, device=self.device, challenge=challenge)

        self.as_resident("sign_in", refuse)
        return Response(status=204)
