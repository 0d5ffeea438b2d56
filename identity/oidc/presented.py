"""A token that somebody shows to ask about it or to end it, of whichever kind it is."""

from dataclasses import dataclass
from typing import Final

from authlib.oauth2.rfc6749 import TokenMixin

from identity.actions.tokens import hash_of
from identity.models import AccessToken, Authorization, MachineToken, RefreshToken
from identity.queries import tokens

from . import machine_token
from .clients import Client, confirm

DOTS_OF_A_JWT: Final = 2
Row = AccessToken | RefreshToken | MachineToken


@dataclass(frozen=True, slots=True)
class Presented(TokenMixin):
    """authorization: None of a token that a service holds in its own name."""

    row: Row
    client_id: str
    scope: str
    authorization: Authorization | None
    ended: bool

    def check_client(self, client: Client) -> bool:
        return self.client_id == client.client_id

    def is_expired(self) -> bool:
        return self.row.is_expired()

    def is_revoked(self) -> bool:
        return self.ended


def look_up(token: str, *, opens: bool = False) -> Presented | None:
    """Needs `context.person(None)`. opens: it speaks for whoever stands behind the token from here on."""
    if token.count(".") == DOTS_OF_A_JWT:
        return _machine(token)
    digest = hash_of(token)
    access = tokens.access_tokens.open(digest) if opens else tokens.access_tokens.find(digest)
    if access:
        _compare(access, opens=opens)
        return _opaque(access, access.scope, ended=access.is_revoked())
    refresh = tokens.refresh_tokens.open(digest) if opens else tokens.refresh_tokens.find(digest)
    if refresh:
        _compare(refresh, opens=opens)
        ended = refresh.rotated_at is not None or refresh.is_revoked()
        return _opaque(refresh, refresh.get_scope(), ended=ended)
    return None


def _compare(row: AccessToken | RefreshToken, *, opens: bool) -> None:
    if opens:
        confirm(row.authorization.client_id, row.client_stamp)


def _opaque(row: AccessToken | RefreshToken, scope: str, *, ended: bool) -> Presented:
    return Presented(row, row.authorization.client_id, scope, row.authorization, ended)


def _machine(token: str) -> Presented | None:
    row = machine_token.read(token)
    return Presented(row, row.client_id, row.scope, None, ended=False) if row else None
