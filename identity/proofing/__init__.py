"""How somebody's identity is established, one folder per way; each yields a `Proof` or refuses.

`jpki` and `ninsho_app` are asked by residents themselves, `counter` by two clerks. None of them touches the
database: identity.actions.proofing stores what they found.
"""

from identity.domain.proofing import BasicFour, Proof, ProofingRefused

__all__ = ["BasicFour", "Proof", "ProofingRefused"]
