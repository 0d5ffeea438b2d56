"""What is worth knowing later about sign-in. Never an address: a failed one may be a stranger's."""

from typing import Any

from django.utils import timezone

from consortium import metrics
from consortium.audit.record import record
from consortium.membership.models import User
from consortium.membership.notices import NEW_DEVICE, SECURITY_CHANGED
from consortium.notifications.announce import notify
from consortium.notifications.audience import account
from consortium.tenancy.actions import action
from consortium.tenancy.actor import Actor, ActorKind


@action(kinds=(ActorKind.STAFF,))
def record_sign_in(*, by: Actor, user: User, methods: list[str], new_device: str = "") -> None:
    """methods: the steps taken, e.g. ["password", "totp"] or ["webauthn"].

    new_device: what the browser calls itself ("?" if it doesn't), where the account hasn't signed in from it
    before; its holder is told.
    """
    record(by=by, action="account.signed_in", target=user, detail={"methods": methods})
    if new_device:
        values = {"device": new_device, "when": timezone.now().isoformat()}
        notify(NEW_DEVICE, to=account(by.id), values=values)


@action(kinds=(ActorKind.STAFF, ActorKind.RESIDENT))
def choose_language(*, by: Actor, user: User, language: str) -> None:
    """For pages on every device and for mails. language: one of settings.LANGUAGES."""
    user.language, user.language_is_chosen = language, True
    user.save(update_fields=["language", "language_is_chosen"])
    record(by=by, action="account.language_chosen", citizen_id=by.citizen_id, detail={"language": language})


@action(kinds=(ActorKind.STAFF,))
def refuse_sign_in(*, by: Actor, user: User | None, why: str) -> None:
    """user: None for an address that no account has. why: "credentials" or "kind"."""
    record(by=by, action="account.sign_in_failed", target=user, detail={"why": why})
    metrics.SIGN_IN_FAILURES.labels(why).inc()


@action(kinds=(ActorKind.STAFF,))
def record_security_change(*, by: Actor, what: str, detail: dict[str, Any] | None = None) -> None:
    """what: a key of notices.CHANGES. Its holder is told."""
    record(by=by, action=f"account.{what}", detail=detail)
    notify(SECURITY_CHANGED, to=account(by.id), values={"what": what})
