"""A proof in three steps: the answer is claimed, checked with no transaction open, and stored."""

from collections.abc import Callable
from typing import Final

from django.db import connection

from consortium.tenancy import context
from consortium.tenancy.actor import ActorKind

from .actions.proofing import Enrolled, accept_proof, note_refused_proof
from .context import ResidentActor
from .domain.proofing import Proof, ProofingRefused
from .models import ProofingAttempt

ANYBODY: Final = ResidentActor(ActorKind.RESIDENT, id="anonymous")


def proved(claim: Callable[[], ProofingAttempt], check: Callable[[], Proof], kana: str) -> Enrolled:
    """No context may be open. check: may ask outside. Every refusal is recorded. Raises ProofingRefused."""
    attempt: ProofingAttempt | None = None
    try:
        with context.person(None):
            attempt = claim()
        if not connection.in_atomic_block:  # as it is in tests
            connection.close()
        proof = check()
        with context.person(None):
            return accept_proof(by=ANYBODY, attempt=attempt, proof=proof, kana=kana)
    except ProofingRefused as refused:
        with context.person(None):
            note_refused_proof(by=ANYBODY, attempt=attempt, refused=refused)
        raise
