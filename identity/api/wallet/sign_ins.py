"""A browser asks to be let in; the phone shows where, and confirms. The code of the QR code is sent in
bodies, never in an address, which proxies write down."""

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
from consortium.api.limits import address
from consortium.api.serializers import Serializer
from identity.actions.device_sign_in import Typed, confirm_sign_in, digest, is_near, refuse_sign_in
from identity.context import ResidentActor
from identity.models import ChallengeState, DeviceChallenge

from .endpoints import WalletEndpoint


class CodeSerializer(Serializer):
    code = serializers.CharField(max_length=80, help_text="The fragment of the link that the QR code holds.")


class SignInSerializer(Serializer):
    origin = serializers.CharField(help_text="Where she would be signed in: the app shows it.")
    service = serializers.CharField(help_text="For which service; empty for her own pages.")
    browser = serializers.CharField(help_text="What the browser says it is; empty if unknown.")
    same_network = serializers.BooleanField(
        help_text="Whether browser and phone are in one network. If not, the app warns that the browser may "
        "be somebody else's, and the sign-in reaches level 2 at most."
    )
    state = serializers.CharField(help_text="open, confirmed or refused.")
    begun_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()


class ConfirmationSerializer(CodeSerializer):
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

    def described(self, challenge: DeviceChallenge) -> dict[str, object]:
        return {
            "origin": settings.IDENTITY_URL,
            "service": challenge.service,
            "browser": challenge.browser_name,
            "same_network": is_near(challenge, address(self.request._request)),
            "state": challenge.state,
            "begun_at": challenge.created_at,
            "expires_at": challenge.expires_at,
        }


@extend_schema(summary="サインインの内容", request=CodeSerializer, responses={200: SignInSerializer})
class SignIn(_OfChallenge):
    """What stands behind a QR code or link."""

    operation_id = "wallet_sign_in_retrieve"

    def post(self, request: Request) -> Response:
        return Response(self.described(self.challenge(checked(CodeSerializer, request)["code"])))


@extend_schema(summary="サインインの確認", request=ConfirmationSerializer, responses={200: SignInSerializer})
class Confirmation(_OfChallenge):
    """Good once. A wrong number or origin ends it, so that nobody can try."""

    operation_id = "wallet_sign_in_confirm"

    def post(self, request: Request) -> Response:
        given = checked(ConfirmationSerializer, request)
        challenge = self.challenge(given["code"])
        typed = Typed(given["number"], given["origin"], address(request._request))
        if not self.as_resident("sign_in", partial(_confirm, self, challenge, typed)):
            raise Refusal(problems.UNPROCESSABLE, code="number")
        return Response({**self.described(challenge), "state": ChallengeState.CONFIRMED})


def _confirm(view: _OfChallenge, challenge: DeviceChallenge, typed: Typed, her: ResidentActor) -> bool:
    return confirm_sign_in(by=her, device=view.device, challenge=challenge, typed=typed)


@extend_schema(summary="サインインの拒否", request=CodeSerializer, responses={204: None})
class Denial(_OfChallenge):
    """It was not she who began it."""

    operation_id = "wallet_sign_in_refuse"

    def post(self, request: Request) -> Response:
        challenge = self.challenge(checked(CodeSerializer, request)["code"])

        def refuse(her: ResidentActor) -> None:
            refuse_sign_in(by=her, device=self.device, challenge=challenge)

        self.as_resident("sign_in", refuse)
        return Response(status=204)
