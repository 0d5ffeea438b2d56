"""By an upstream OpenID Provider that has proofed its users, such as a national authentication app's.

The provider is asked as those of municipalities are (consortium.sso.provider: Authlib, PKCE, nonce, joserfc).
"""

from consortium.sso.provider import Attempt

from .adapter import METHOD, begin, is_on, prove

__all__ = ["METHOD", "Attempt", "begin", "is_on", "prove"]
