"""By the signature certificate of a My Number Card.

Modelled on the JPKI signature-certificate profile, tested with a test PKI, not certified.
"""

from .adapter import METHOD, Answer, is_on, prove

__all__ = ["METHOD", "Answer", "is_on", "prove"]
