"""Makes people, posts and members for tests; each opens the context it needs by itself."""

from .keys import ALGORITHMS, jwks_of, make_key
from .people import acting, full_width, make_secretary, make_staff, make_user, show_passkey
from .standing import make_member, municipality

__all__ = [
    "ALGORITHMS",
    "acting",
    "full_width",
    "jwks_of",
    "make_key",
    "make_member",
    "make_secretary",
    "make_staff",
    "make_user",
    "municipality",
    "show_passkey",
]
