"""What makes opening an entrance and withdrawing its domains happen one after the other."""

from django.db import connection


def lock_entrance(municipality_id: int) -> None:
    """Hold, until the transaction ends, whether this municipality's entrance is open and for which domains.

    An advisory lock: the municipality may not update its domains, hence not lock them.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"sso:{municipality_id}"])
