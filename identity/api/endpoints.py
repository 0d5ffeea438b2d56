"""What all operations of the API for services have in common: a token of ours, and who comes without."""

from typing import Any, ClassVar, Final

from authlib.oauth2 import OAuth2Error
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.utils.decorators import method_decorator
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from consortium import problems
from consortium.api.endpoints import Endpoint
from consortium.api.exceptions import Refusal
from consortium.problems import Kind
from consortium.tenancy import context
from identity.oidc import challenges, dpop
from identity.oidc.access import Access, MissingScopeError, admit
from identity.oidc.errors import InsufficientUserAuthenticationError
from services.domain.scopes import MachineScope


class AccessTokenAuthentication(BaseAuthentication):
    """Opaque or signed, bearer or bound; of the kind and with the scope that the view declares."""

    def authenticate(self, request: Request) -> tuple[Any, Access]:
        view = request.parser_context["view"]
        try:
            with context.person(None):
                access = admit(request._request, view.scope, resident=view.of_resident)
        except OAuth2Error as error:
            raise _refused(request, error) from None
        return AnonymousUser(), access


class Authorized(BasePermission):
    def has_permission(self, request: Request, view: Any) -> bool:
        return isinstance(request.auth, Access)


@method_decorator(login_not_required, name="dispatch")
class ServiceEndpoint(Endpoint):
    """Subclasses declare `scope`, which the token must have, and whether a resident stands behind it."""

    authentication_classes = [AccessTokenAuthentication]
    permission_classes = [Authorized]
    opens_own_context = True
    scope: ClassVar[str]
    of_resident: ClassVar[bool] = False
    credentials = (problems.ACCESS_TOKEN, problems.STEP_UP, problems.SCOPE)

    @property
    def access(self) -> Access:
        found: Access = self.request.auth  # type: ignore[assignment]  # see AccessTokenAuthentication
        return found

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        return dpop.hand_nonce(response) if dpop.HEADER in request.headers else response


def _refused(request: Request, error: OAuth2Error) -> Refusal:
    header = challenges.www_authenticate(error, request.headers.get("Authorization", ""))
    named = {name: value for name, value in error.get_headers() if name in PASSED_ON}
    code = "" if challenges.is_missing(error) else str(error.error)
    return Refusal(_kind(error), headers={"WWW-Authenticate": header, **named}, code=code)


PASSED_ON: Final = frozenset({"Retry-After", dpop.NONCE_HEADER})


def _kind(error: OAuth2Error) -> Kind:
    if isinstance(error, InsufficientUserAuthenticationError):
        return problems.STEP_UP
    return problems.SCOPE if isinstance(error, MissingScopeError) else problems.ACCESS_TOKEN


class AccessTokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # registers itself
    """Both kinds of token, in the words of OpenAPI."""

    target_class = AccessTokenAuthentication
    name = ["openId", "clientCredentials"]

    def get_security_definition(self, auto_schema: Any) -> list[dict[str, Any]]:
        issuer = settings.IDENTITY_URL
        scopes = {scope.value: scope.name.lower().replace("_", " ") for scope in MachineScope}
        flow = {"tokenUrl": f"{issuer}/oauth/token", "scopes": scopes}
        return [
            {"type": "openIdConnect", "openIdConnectUrl": f"{issuer}/.well-known/openid-configuration"},
            {"type": "oauth2", "flows": {"clientCredentials": flow}},
        ]

    def get_security_requirement(self, auto_schema: Any) -> dict[str, list[str]]:
        view = auto_schema.view
        return {self.name[0 if view.of_resident else 1]: [view.scope]}
