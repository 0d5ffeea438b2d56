"""Where the parts of the product are."""

from typing import Final

PLANS: Final = "m/<municipality:code>/plans/"
PLAN: Final = f"{PLANS}<uuid:plan>/"
LIBRARY: Final = "m/<municipality:code>/library/"
