"""What all operations for phones have in common: the proof, whose phone it is, and how a refusal is kept."""

from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.decorators import method_decorator
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import AllowAny, BasePermission
from rest_framework.request import Request

from consortium import problems
from consortium.api.endpoints import Endpoint
from consortium.api.exceptions import Refusal
from consortium.problems import Kind
from consortium.tenancy import context
from consortium.tenancy.actor import ActorKind
from identity.actions.devices import note_refusal
from identity.context import NotActive, ResidentActor, resident_within
from identity.models import DeviceCertificate, EnrolmentCode
from identity.pki.requests import RefusedRequest

from .proofs import BadProof, proven_device

T = TypeVar("T")
ANYBODY = ResidentActor(ActorKind.RESIDENT, id="anonymous")
SERVER_ERROR = 500


def refusal(detail: str = "") -> Refusal:
    return Refusal(problems.DEVICE_PROOF, detail, headers={"WWW-Authenticate": "Device"})


class DeviceAuthentication(BaseAuthentication):
    def authenticate(self, request: Request) -> tuple[Any, DeviceCertificate]:
        view = request.parser_context["view"]
        try:
            device = proven_device(request._request)
        except BadProof as error:
            raise refusal(str(error)) from None
        if not (device.is_usable or view.in_any_state):
            raise refusal()
        return AnonymousUser(), device


class ByDevice(BasePermission):
    def has_permission(self, request: Request, view: Any) -> bool:
        return isinstance(request.auth, DeviceCertificate)


@method_decorator(login_not_required, name="dispatch")
class WalletEndpoint(Endpoint):
    """in_any_state: also a phone may call whose certificate is not there yet, suspended or revoked."""

    authentication_classes = [DeviceAuthentication]
    permission_classes = [ByDevice]
    opens_own_context = True
    tag = "Wallet"
    credentials: ClassVar[tuple[Kind, ...]] = (problems.DEVICE_PROOF,)
    in_any_state: ClassVar[bool] = False

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """One transaction for the whole request; an answer of 500 and more undoes it."""
        with context.person(None):
            response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
            if response.status_code >= SERVER_ERROR:
                transaction.set_rollback(True)
        return response

    @property
    def device(self) -> DeviceCertificate:
        found: DeviceCertificate = self.request.auth  # type: ignore[assignment]  # see DeviceAuthentication
        return found

    @property
    def caller(self) -> str:
        auth = self.request.auth
        return f"device:{auth.pk}" if auth else ANYBODY.id

    def as_resident(self, deed: str, do: Callable[[ResidentActor], T], device: Any = None) -> T:
        """Do it in her context. What is refused is kept in her log, and nothing else changes.

        device: a row of hers; by default the phone that calls. Raises Refusal.
        """
        try:
            holder = device or self.device
            with resident_within(holder.citizen_id, by_code=isinstance(holder, EnrolmentCode)) as her:
                return self._tried(deed, her, do)
        except NotActive:
            raise refusal() from None

    @staticmethod
    def _tried(deed: str, her: ResidentActor, do: Callable[[ResidentActor], T]) -> T:
        try:
            with transaction.atomic():
                return do(her)
        except ValidationError as error:
            code, detail = str(getattr(error, "code", "")), error.messages[0]
        except RefusedRequest as error:
            code, detail = error.code, str(error)
        except PermissionDenied:
            raise Refusal(problems.NOT_FOUND) from None
        note_refusal(by=her, code=code, deed=deed)
        raise Refusal(problems.UNPROCESSABLE, detail, code=code)


class OpenWalletEndpoint(WalletEndpoint):
    """For who has no certificate yet."""

    authentication_classes = []
    permission_classes = [AllowAny]
    credentials: ClassVar[tuple[Kind, ...]] = ()


class DeviceScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # registers itself
    target_class = DeviceAuthentication
    name = "deviceProof"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": (
                "`Device <JWS>`: compact, ES256, header `typ` device-proof+jwt and `kid` the device's id; "
                "claims htm, htu (with query), iat, jti and bh (base64url SHA-256 of the body). Good once."
            ),
        }
