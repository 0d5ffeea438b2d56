"""Whether a resident may act now, and for which municipality's services."""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from django.db.models import F, Q
from django.utils import timezone

from consortium.tenancy import statements
from identity.domain.assurance import authentication_level, passkey_method
from identity.models import CitizenStatus, DeviceCertificate, DeviceState, Passkey, Proofing


@dataclass(frozen=True, slots=True)
class Standing:
    """municipality_id: where she lives today; None while she lives in none that takes part. test: a test
    resident, whom services under test meet and nobody else."""

    status: str
    municipality_id: int | None
    test: bool

    @property
    def is_active(self) -> bool:
        return self.status == CitizenStatus.ACTIVE


def in_force(on: date | None = None) -> Q:
    """Residences of a day (today): the first day counts, the day of leaving does not."""
    day = on or timezone.localdate()
    return Q(starts_on__lte=day) & (Q(ends_on=None) | Q(ends_on__gt=day))


_STANDING: Final = """
    SELECT c.status, r.municipality_id, c.test
    FROM identity_citizen c
    LEFT JOIN identity_residence r ON r.citizen_id = c.citizen_id
        AND r.starts_on <= %(today)s AND (r.ends_on IS NULL OR r.ends_on > %(today)s)
    WHERE c.citizen_id = %(citizen)s
"""


def standing(citizen_id: UUID) -> Standing | None:
    """Of one resident, in a context that sees her."""
    found = statements.first(_STANDING, {"citizen": citizen_id, "today": timezone.localdate()})
    return Standing(*found) if found else None


def proofing_level(citizen_id: UUID) -> int:
    """The highest level of a proofing in force; 0 for none (身元確認保証レベル)."""
    valid = Proofing.objects.filter(
        citizen=citizen_id, declined_at=None, confirmed_at__isnull=False, expires_on__gt=timezone.localdate()
    )
    best = valid.order_by(F("level").desc()).values_list("level", flat=True).first()
    return int(best or 0)


def best_sign_in(citizen_id: UUID | None) -> int:
    """The highest level that one of her keys reaches (当人認証保証レベル); 0 without any.

    Each sign-in asks the device to verify her, whatever it did at registration.
    """
    keys = Passkey.objects.filter(citizen=citizen_id, revoked_at=None)
    methods = {
        passkey_method(user_verified=True, backup_eligible=eligible)
        for eligible in keys.values_list("backup_eligible", flat=True)
    }
    levels = {authentication_level(method, timezone.localdate()) for method in methods}
    usable = DeviceCertificate.objects.filter(state=DeviceState.ACTIVE, expires_at__gt=timezone.now())
    hers = usable.filter(citizen_id=citizen_id) if citizen_id else usable.none()
    return max(levels | set(hers.values_list("level", flat=True)), default=0)
