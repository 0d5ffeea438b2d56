"""Scheduled work."""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from structlog import get_logger

from consortium.celery import app
from consortium.jobs.base import JobTask, Steps
from consortium.membership.closing_days import closing_days
from consortium.reporting.queries import members
from consortium.tenancy import context
from consortium.tenancy.actor import Actor, system_actor
from consortium.tenancy.tasks import HOUSEKEEPING, ContextTask

from .actions.attestations import APPLY, CHECK, apply_rows, check_rows
from .actions.delegations import end_delegations_over
from .actions.deliveries import AT_ONCE, ask_for_new_purposes, deliver_requests
from .actions.devices import CERTIFY
from .actions.figures import report_residents
from .actions.inquiry_deadlines import watch_deadlines
from .actions.logouts import DELIVER
from .actions.optin import DELIVER as DELIVER_REQUESTS
from .actions.roots import publish_due
from .actions.signing_keys import reencrypt_signing_keys, rotate_signing_keys
from .backchannel import PER_PASS, deliver_due
from .certifying import certify_due, tend_status
from .models import ConsentEvent, ResidentNotice
from .notices import CONSENT_EXPIRING, notice, tell_many
from .queries.notices import expiring_consents

log = get_logger()


class CountResidents(ContextTask):
    """Report each member's number of residents, one short transaction for each."""

    name = "identity.tasks.count_residents"

    def run(self) -> None:
        with self.opened():
            municipalities = [municipality.pk for municipality in members(timezone.localdate())]
        by, changed = system_actor(self.name), 0
        for municipality_id in municipalities:
            with context.worker(municipality_id):
                changed += report_residents(by=by)
        log.info("residents_counted", members=len(municipalities), changed=changed)


class RemindOfConsents(ContextTask):
    """Tell residents of consents that end within a month; each once, however often this runs."""

    name = "identity.tasks.remind_of_consents"

    def run(self) -> None:
        with self.opened():
            tell_many([_reminder(given) for given in expiring_consents()])
            kept = timezone.now() - timedelta(days=settings.NOTICE_KEEP_DAYS)
            ResidentNotice.objects.filter(created_at__lt=kept).delete()


def _reminder(given: ConsentEvent) -> ResidentNotice:
    assert given.citizen_id is not None  # noqa: S101  # a consent is somebody's
    return notice(
        given.citizen_id,
        CONSENT_EXPIRING,
        {"recipient": given.recipient},
        {"consent_id": str(given.consent_id)},
        once=f"expiring:{given.consent_id}",
    )


class WatchInquiries(ContextTask):
    """Remind of inquiries whose answer is due, one short transaction for each member."""

    name = "identity.tasks.watch_inquiries"

    def run(self) -> None:
        with self.opened():
            municipalities = [municipality.pk for municipality in members(timezone.localdate())]
        by = system_actor(self.name)
        for municipality_id in municipalities:
            with context.worker(municipality_id):
                watch_deadlines(by=by, closed=closing_days())


class DeliverLogouts(ContextTask):
    """Tell services of ended sign-ins; with more left, once again."""

    name = DELIVER

    def run(self) -> None:
        self.carried()  # refused without headers; each step opens its own transaction
        tried = deliver_due()
        if tried:
            log.info("logouts_delivered", tried=tried)
        if tried >= PER_PASS:
            self.apply_async(headers=HOUSEKEEPING)


class DeliverRequests(ContextTask):
    """Bring what services ask to the residents it is for; with more left, once again."""

    name = DELIVER_REQUESTS

    def run(self) -> None:
        by = system_actor(self.name)
        with self.opened():
            seen = deliver_requests(by=by)
        if seen >= AT_ONCE:
            self.apply_async(headers=HOUSEKEEPING)


class AskForNewPurposes(ContextTask):
    """Ask residents anew whose consent is to a purpose that the service no longer states."""

    name = "identity.tasks.ask_for_new_purposes"

    def run(self) -> None:
        by = system_actor(self.name)
        with self.opened():
            asked = ask_for_new_purposes(by=by)
        if asked:
            log.info("new_purposes_asked", count=asked)


class PublishRoots(ContextTask):
    """Sign and publish the root over the disclosures of each day that is over; most runs find none."""

    name = "identity.tasks.publish_roots"

    def run(self) -> None:
        self.carried()  # refused without headers; each step opens its own transaction
        closed = publish_due(by=system_actor(self.name))
        if closed:
            log.info("disclosure_roots_published", days=closed)


class TendSigningKeys(ContextTask):
    """Publish a successor of each signing key that is old enough, and seal anew what an old field key sealed.

    One short transaction; two of them at once make one successor.
    """

    name = "identity.tasks.tend_signing_keys"

    def run(self) -> None:
        by = system_actor(self.name)
        old = timezone.now() - timedelta(days=settings.SIGNING_KEY_DAYS)
        with self.opened():
            sealed = reencrypt_signing_keys(by=by)
            made = rotate_signing_keys(by=by, active_before=old)
        if made or sealed:
            log.info("signing_keys_tended", rotated=[key.kid for key in made], reencrypted=sealed)


class EndDelegations(ContextTask):
    """Close those whose term is over, or of which one of both has closed her ID, and tell both, neutrally."""

    name = "identity.tasks.end_delegations"

    def run(self) -> None:
        by = system_actor(self.name)
        with self.opened():
            ended = end_delegations_over(by=by)
        if ended:
            log.info("delegations_ended", ended=ended)


class WorkOnAttestations(JobTask):
    """Walks through a batch's lines, some thousand in a step; a run that was cut off is walked again."""

    abstract = True

    def work(self, steps: Steps) -> None:
        by, after, number = system_actor(self.name), 0, 0
        while True:
            with steps.step(number, "attestations") as job:
                last = self.walk(by=by, batch_id=UUID(job.arguments["batch"]), after=after)
            if last is None:
                break
            after, number = last, number + 1
        with steps.last(number, ""):
            pass

    def walk(self, *, by: Actor, batch_id: UUID, after: int) -> int | None:
        raise NotImplementedError


class CheckAttestations(WorkOnAttestations):
    name = CHECK

    def walk(self, *, by: Actor, batch_id: UUID, after: int) -> int | None:
        return check_rows(by=by, batch_id=batch_id, after=after)


class ApplyAttestations(WorkOnAttestations):
    name = APPLY

    def walk(self, *, by: Actor, batch_id: UUID, after: int) -> int | None:
        return apply_rows(by=by, batch_id=batch_id, after=after)


class CertifyDevices(ContextTask):
    """Issue device certificates that were asked for; tell the world what is revoked."""

    name = CERTIFY

    def run(self) -> None:
        self.carried()  # refused without headers; each step opens its own transaction
        made = certify_due()
        tend_status()
        if made:
            log.info("devices_certified", made=made)


end_delegations: EndDelegations = app.register_task(EndDelegations())
check_attestations: CheckAttestations = app.register_task(CheckAttestations())
apply_attestations: ApplyAttestations = app.register_task(ApplyAttestations())
publish_roots: PublishRoots = app.register_task(PublishRoots())
deliver_requests_: DeliverRequests = app.register_task(DeliverRequests())
ask_for_new_purposes_: AskForNewPurposes = app.register_task(AskForNewPurposes())
certify_devices: CertifyDevices = app.register_task(CertifyDevices())
deliver_logouts: DeliverLogouts = app.register_task(DeliverLogouts())
tend_signing_keys: TendSigningKeys = app.register_task(TendSigningKeys())
remind_of_consents: RemindOfConsents = app.register_task(RemindOfConsents())
count_residents: CountResidents = app.register_task(CountResidents())
watch_inquiries: WatchInquiries = app.register_task(WatchInquiries())
