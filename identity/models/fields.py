"""Columns that hold personal data: encrypted at rest, and of no use to a query."""

from typing import TYPE_CHECKING, Any

from django.db import models

from consortium.crypto import decrypt, encrypt

if TYPE_CHECKING:
    _TextField = models.TextField[str, str]
else:
    _TextField = models.TextField


class EncryptedTextField(_TextField):
    """Text that the database only knows as a Fernet token. It can be read and written, never searched."""

    def get_prep_value(self, value: Any) -> Any:
        return None if value is None else encrypt(str(value))

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        return None if value is None else decrypt(value)

    def get_lookup(self, lookup_name: str) -> Any:
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None
