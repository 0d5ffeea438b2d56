"""How one sign-in session is called towards one service (`sid` of OpenID Connect Back-Channel Logout)."""

import base64
import hashlib

SESSION_NAME = "oidc_sid"
"""Key in the session's data of the name that it has here, the same for all its services."""
LENGTH = 32


def sid_of(session: str, client_id: str) -> str:
    """session: the session's own random name, which no service hears. Two services never hear the same name,
    so that they cannot find out by it that they have the same resident before them."""
    digest = hashlib.sha256(f"{session}\0{client_id}".encode()).digest()
    return base64.urlsafe_b64encode(digest).decode()[:LENGTH]
