"""Session store of the identity surface: its own table, and whose session it is."""

from typing import Any
from uuid import UUID

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

from identity.models import ResidentSession

CITIZEN = "citizen_id"


class SessionStore(DatabaseStore):
    @classmethod
    def get_model_class(cls) -> type[ResidentSession]:
        return ResidentSession

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        session: Any = super().create_model_instance(data)
        session.citizen_id = UUID(data[CITIZEN]) if CITIZEN in data else None
        return session
