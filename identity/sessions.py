"""Session store of the identity surface: its own table, and whose session it is."""

from typing import Any, Final
from uuid import UUID

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils import timezone

from consortium.tenancy import statements
from consortium.tenancy.statements import Table
from identity.models import ResidentSession

CITIZEN = "citizen_id"
_TABLE: Final = Table(ResidentSession)
_OPEN: Final = (
    f"SELECT {_TABLE.columns('t')} FROM {_TABLE.name} t WHERE session_key = %s AND expire_date > %s"  # noqa: S608
)


class SessionStore(DatabaseStore):
    @classmethod
    def get_model_class(cls) -> type[ResidentSession]:
        return ResidentSession

    def _get_session_from_db(self) -> ResidentSession | None:
        found = statements.first(_OPEN, [self.session_key, timezone.now()])
        if found is None:
            self._session_key = None
        return _TABLE.row(found) if found else None

    def take(self, data: str) -> None:
        """What was read of this session together with other things."""
        self._session_cache = self.decode(data)

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        session: Any = super().create_model_instance(data)
        session.citizen_id = UUID(data[CITIZEN]) if CITIZEN in data else None
        return session
