"""What makes giving, withdrawing and using consent happen one after the other."""

from uuid import UUID

from consortium.tenancy import statements


def lock_consent(citizen_id: UUID, client_id: str, *, shared: bool = False) -> None:
    """Hold, until the transaction ends, what one resident decides about one service.

    Disclosures share the lock with each other; a change of consent waits for them and they for it. An
    advisory lock, since consents are append-only rows that nobody may update, hence nobody may lock.
    """
    function = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
    statements.run(f"SELECT {function}(hashtextextended(%s, 0))", [f"consent:{citizen_id}:{client_id}"])
