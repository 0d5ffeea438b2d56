"""Where the service is told who it is: the environment, or demo.json once the journey registered it."""

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

TRANSPORT = "transport"


@dataclass(frozen=True)
class Registration:
    """What the consortium handed out when it registered the service, or the key that it registered.

    private_jwk: a JWK as JSON, with the algorithm that it signs by; empty for a service with a secret.
    scope: what it asks for, where that is not the usual of its kind.
    """

    issuer: str
    client_id: str
    client_secret: str = field(default="", repr=False)
    private_jwk: str = field(default="", repr=False)
    scope: str = ""


@dataclass(frozen=True)
class Settings:
    """known: the transport service's. folder: of demo.json, for a start before registrations are known."""

    port: int
    session_secret: str = field(repr=False)
    known: Registration | None = None
    folder: Path | None = None

    @property
    def own_url(self) -> str:
        return f"http://localhost:{self.port}"

    def registration(self, sector: str) -> Registration | None:
        """None until the sector's service has been registered."""
        known = self.known if sector == TRANSPORT else None
        return known or (_published(self.folder, sector) if self.folder else None)


def from_environment(environment: Mapping[str, str] = os.environ) -> Settings:
    client_id, folder = environment.get("CLIENT_ID", ""), environment.get("STATE", "")
    known = Registration(environment.get("ISSUER", ""), client_id, environment.get("CLIENT_SECRET", ""))
    return Settings(
        port=int(environment.get("PORT", "8002")),
        session_secret=environment.get("SESSION_SECRET") or secrets.token_urlsafe(32),
        known=known if client_id else None,
        folder=Path(folder) if folder else None,
    )


def _published(folder: Path, sector: str) -> Registration | None:
    try:
        published = json.loads((folder / "demo.json").read_text())
        client = next(client for client in published["clients"] if client.get("sector") == sector)
        jwk = json.dumps(client["private_jwk"]) if "private_jwk" in client else ""
        secret, scope = client.get("client_secret", ""), client.get("scope", "")
        return Registration(published["issuer"], client["client_id"], secret, jwk, scope)
    except (OSError, ValueError, KeyError, StopIteration):
        return None
