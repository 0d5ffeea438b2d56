"""The CA's work in the worker: each step a transaction of its own, so that any of them may be repeated."""

from typing import Final

from structlog import get_logger

from consortium.tenancy import context
from consortium.tenancy.actor import system_actor
from identity.pki.authority import holds_key, signing_keys

from .actions.certifying import appoint_responder, certify_device, issue_list
from .actions.devices import CERTIFY
from .queries.devices import due

BY: Final = system_actor(CERTIFY)
log = get_logger()


def certify_due() -> int:
    """Issue what was asked for; returns how many certificates there are more. Without the CA's key, none."""
    if not holds_key():
        return 0
    with context.worker():
        waiting = due()
    made = 0
    for device_id in waiting:
        with context.worker():
            made += certify_device(by=BY, device_id=device_id)
    return made


def tend_status() -> None:
    """Keep revocation list and OCSP responder fresh, of each CA whose key is here."""
    if not holds_key():
        return
    for issuing, key in signing_keys():
        with context.worker():
            appointed = appoint_responder(by=BY, issuing=issuing, key=key)
        with context.worker():
            issued = issue_list(by=BY, issuing=issuing, key=key)
        if appointed or issued:
            log.info("certificate_status_tended", list=issued.number if issued else None)
