"""The resident of an authorization, as the grant carries her from sign-in to token."""

from dataclasses import dataclass
from uuid import UUID

from identity.domain.sign_in import SignIn


@dataclass(frozen=True, slots=True)
class Subject:
    """session_key: of her sign-in. value: her pseudonym in the client's sector. sid: this session's name for
    back-channel logout.

    acr: the step reached that answers the request best. claims: attributes asked for by name, by where they
    are to be told ("userinfo", "id_token").
    """

    citizen_id: UUID
    session_key: str
    value: str
    sid: str
    acr: str
    sign_in: SignIn
    claims: dict[str, list[str]]
