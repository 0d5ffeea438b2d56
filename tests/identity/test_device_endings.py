"""What a thief with an unlocked phone has prepared, and what a digital ID's end leaves behind: nothing."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from consortium.tenancy import context
from identity.actions import devices
from identity.actions.credentials import replace_credentials
from identity.actions.standing import close_citizen, resume_citizen, suspend_citizen
from identity.certifying import certify_due
from identity.context import resident as speaking
from identity.domain.device import Reason
from identity.domain.enrolment_code import code_hash
from identity.domain.standing import Reason as StandingReason
from identity.models import DeviceCertificate, DeviceLeave
from identity.pki.requests import read
from identity.queries.devices import known, revoked_entries
from tests import factories

from .phones import csr, new_key
from .residents import Counter, Resident
from .test_certificates import add, fresh

pytestmark = pytest.mark.usefixtures("device_ca")


def renew(resident: Resident, device: DeviceCertificate) -> DeviceCertificate:
    with speaking(resident.citizen_id) as actor:
        return devices.renew_device(by=actor, device=fresh(device), request=read(csr(new_key())))


def give_leave(resident: Resident) -> DeviceLeave:
    with speaking(resident.citizen_id) as actor:
        return DeviceLeave.objects.get(code_hash=code_hash(devices.give_leave(by=actor, level=2)))


def by_clerk(counter: Counter, clerk: Any, deed: Any, resident: Resident, **more: Any) -> None:
    with factories.acting(clerk, counter.municipality) as actor:
        deed(by=actor, citizen_id=resident.citizen_id, **more)


def flag(device: DeviceCertificate) -> str:
    """What OCSP says, with which the list agrees; empty for good."""
    with context.person(None):
        serial = int(str(fresh(device).serial), 16)
        found = known(serial)
        listed = {entry.serial: entry for entry in revoked_entries(timezone.now())}
    assert found is not None and listed.get(serial) == found.revoked
    return found.revoked.reason if found.revoked else ""


def test_a_renewal_waits_alone(hanako: Resident) -> None:
    device = add(hanako)
    certify_due()
    waiting = renew(hanako, device)
    with pytest.raises(ValidationError) as error:
        renew(hanako, device)
    assert error.value.code == "pending"
    with context.citizen(hanako.citizen_id), pytest.raises(IntegrityError), transaction.atomic():
        row = fresh(waiting)
        row.pk, row.key_hash, row.subject = None, "0" * 64, "0" * 32
        row.save(force_insert=True)
    assert certify_due() == 1


@pytest.mark.parametrize("deed", ["suspend_device", "revoke_device"])
def test_with_a_device_ends_its_renewal(hanako: Resident, counter: Counter, deed: str) -> None:
    device = add(hanako)
    certify_due()
    waiting = renew(hanako, device)
    if deed == "suspend_device":
        more = {"device_id": device.pk, "reason": Reason.LOST}
        by_clerk(counter, counter.first, devices.suspend_device, hanako, **more)
    else:
        with speaking(hanako.citizen_id) as actor:
            devices.revoke_device(
                by=actor, citizen_id=hanako.citizen_id, device_id=device.pk, reason=Reason.LOST
            )
    assert certify_due() == 0
    assert (fresh(waiting).state, fresh(waiting).serial) == ("revoked", None)
    assert (fresh(device).reason, fresh(device).state != "active") == ("lost", True)


@pytest.mark.parametrize(
    "standing",
    [{"state": "suspended", "reason": "lost"}, {"expires_at": timezone.now() - timedelta(days=1)}],
)
def test_the_worker_looks_at_what_is_renewed(hanako: Resident, standing: dict[str, Any]) -> None:
    """However the request came to outlive it: the surface that took it is not trusted."""
    device = add(hanako)
    certify_due()
    waiting = renew(hanako, device)
    with context.worker():
        DeviceCertificate.objects.filter(pk=device.pk).update(**standing)
    assert certify_due() == 0
    assert fresh(waiting).state == "revoked"
    assert fresh(device).state == standing.get("state", "active")


def test_a_suspended_id_holds_its_certificates(hanako: Resident, counter: Counter) -> None:
    device, lost = add(hanako), add(hanako)
    certify_due()
    waiting = add(hanako)
    by_clerk(counter, counter.first, devices.suspend_device, hanako, device_id=lost.pk, reason=Reason.LOST)
    by_clerk(counter, counter.first, suspend_citizen, hanako, reason=StandingReason.LOST)
    assert certify_due() == 0
    assert (flag(device), flag(lost), fresh(waiting).state) == (
        "certificateHold",
        "certificateHold",
        "revoked",
    )
    assert not fresh(device).is_usable
    by_clerk(counter, counter.second, resume_citizen, hanako, reason=StandingReason.FOUND)
    assert (flag(device), flag(lost), fresh(device).is_usable) == ("", "certificateHold", True)


def test_a_closed_id_leaves_no_good_certificate(hanako: Resident, counter: Counter) -> None:
    device = add(hanako)
    certify_due()
    waiting = add(hanako)
    by_clerk(counter, counter.first, close_citizen, hanako, reason=StandingReason.DEATH)
    assert certify_due() == 0
    assert flag(device) == "cessationOfOperation"
    assert {(fresh(one).state, fresh(one).reason) for one in (device, waiting)} == {("revoked", "closed")}


@pytest.mark.parametrize("ending", ["suspend_device", "suspend_citizen", "own", "replaced"])
def test_leave_to_add_a_device_ends_with_what_it_came_from(
    hanako: Resident, counter: Counter, ending: str
) -> None:
    device = add(hanako)
    certify_due()
    leave = give_leave(hanako)
    if ending == "suspend_device":
        more = {"device_id": device.pk, "reason": Reason.LOST}
        by_clerk(counter, counter.first, devices.suspend_device, hanako, **more)
    elif ending == "suspend_citizen":
        by_clerk(counter, counter.first, suspend_citizen, hanako, reason=StandingReason.LOST)
        by_clerk(counter, counter.second, resume_citizen, hanako, reason=StandingReason.FOUND)
    else:
        with speaking(hanako.citizen_id) as actor:
            if ending == "replaced":
                replace_credentials(by=actor)
            else:
                devices.revoke_device(
                    by=actor,
                    citizen_id=hanako.citizen_id,
                    device_id=device.pk,
                    reason=Reason.LOST,
                    present="this one",
                )
    with speaking(hanako.citizen_id) as actor, pytest.raises(ValidationError) as error:
        devices.add_device(by=actor, leave=leave, request=read(csr(new_key())), name="端末")
    assert error.value.code == "code"


def test_a_job_ends_leave_too(hanako: Resident, counter: Counter) -> None:
    leave = give_leave(hanako)
    with context.worker(counter.municipality.pk):
        devices.end_leaves(hanako.citizen_id)
    with context.person(None):
        assert DeviceLeave.objects.get(pk=leave.pk).used_at
