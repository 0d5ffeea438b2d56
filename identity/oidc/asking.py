"""An authorization request as it stands, whichever way its parameters came."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from identity.domain.claims_request import ClaimsRequest, parse
from identity.models import PushedRequest
from identity.requests import ResidentRequest

from .requests import ProviderRequest


@dataclass(frozen=True)
class Asking:
    """parameters: of the pushed request if there is one, which the browser's own cannot change."""

    request: ResidentRequest
    parameters: Mapping[str, str]
    pushed: PushedRequest | None = None

    @cached_property
    def provider_request(self) -> ProviderRequest:
        return ProviderRequest(self.request, self.parameters, is_pushed=self.pushed is not None)

    @property
    def state(self) -> str | None:
        return self.parameters.get("state")

    @property
    def client_id(self) -> str:
        return self.parameters.get("client_id", "")

    @property
    def prompts(self) -> frozenset[str]:
        return frozenset(self.parameters.get("prompt", "").split())

    @property
    def is_silent(self) -> bool:
        """No page may be shown: the answer is a code or an error at once."""
        return "none" in self.prompts

    @property
    def max_age(self) -> int | None:
        text = self.parameters.get("max_age", "")
        return int(text[:10]) if text.isdecimal() else None

    @cached_property
    def claims(self) -> ClaimsRequest:
        """Once the parameters are checked."""
        return parse(self.parameters.get("claims", ""))

    @property
    def steps(self) -> list[str]:
        """Steps of assurance asked for, in order of preference; the `claims` parameter goes first."""
        return list(self.claims.acr_values) or self.parameters.get("acr_values", "").split()
