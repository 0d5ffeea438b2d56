"""The request as Authlib passes it from hook to hook."""

from collections.abc import Mapping
from functools import cached_property

from authlib.integrations.django_oauth2.requests import DjangoOAuth2Request
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload
from django.http import HttpRequest

from consortium.api.limits import address

from . import dpop
from .throttle import Call


class ProviderRequest(DjangoOAuth2Request):
    """parameters: of an authorization request, where they are not simply those of the HTTP request.
    is_pushed: they came by the client itself (RFC 9126).
    call: to be counted where a client authenticates."""

    def __init__(
        self,
        request: HttpRequest,
        parameters: Mapping[str, str] | None = None,
        *,
        is_pushed: bool = False,
        call: Call | None = None,
    ) -> None:
        super().__init__(request)
        self.received = request
        self.is_pushed = is_pushed
        self.call = call or Call("other", address(request))
        if parameters is not None:
            self.payload = BasicOAuth2Payload(dict(parameters))  # type: ignore[assignment]  # any payload will do

    @cached_property
    def jkt(self) -> str:
        """Thumbprint of the key whose proof of possession came with it (RFC 9449); empty for none.

        Raises InvalidProofError, UseNonceError.
        """
        proof = (self.headers or {}).get(dpop.HEADER)
        return "" if proof is None else dpop.proven_key(proof, method=self.method, url=self.uri)
