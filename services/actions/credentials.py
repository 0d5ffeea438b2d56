"""What a client proves itself by is renewed while it runs: for a while old and new hold side by side.

Whoever gives a draft its keys stands behind the registration, like who wrote it.
"""

from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from consortium.audit.record import record
from consortium.tenancy.actions import action
from consortium.tenancy.actor import Actor
from services.domain.registration import keys_problem
from services.models import AuthMethod, RegistrationChange, RelyingParty, RelyingPartyStatus
from services.notices import CREDENTIALS_RENEWED
from services.permissions import ServicesPermission

from .changes import SECRET, needs_two, propose, require_none_open
from .checks import KEYS_MESSAGES
from .relying_parties import locked, renew_secret, tell_colleagues

MAX_OVERLAP = timedelta(days=30)


@action(ServicesPermission.MANAGE_CATALOGUE)
def issue_secret(*, by: Actor, relying_party: RelyingParty, overlap: timedelta) -> str:
    """The new secret, shown once. Earlier ones end after the overlap; zero ends them at once (a leak).

    Where residents are served whoever knows a secret may speak for the service: empty is returned, and
    approve_change issues the secret to the second person. Who cannot wait suspends the service.
    Raises ValidationError `auth_method`, `overlap`; `open` while an earlier proposal waits.
    """
    party = locked(relying_party)
    if party.auth_method != AuthMethod.CLIENT_SECRET_BASIC:
        raise ValidationError(_("このサービスは共有鍵を使いません。"), code="auth_method")
    if not timedelta(0) <= overlap <= MAX_OVERLAP:
        raise ValidationError(_("重ねる期間は30日までです。"), code="overlap")
    if needs_two(party):
        propose(by, party, {SECRET: int(overlap.total_seconds()) // 3600})
        return ""
    _stand_behind(by, party)
    return renew_secret(by, party, overlap)


@action(ServicesPermission.MANAGE_CATALOGUE)
def replace_keys(
    *, by: Actor, relying_party: RelyingParty, jwks: dict[str, Any], keep_present: bool
) -> RegistrationChange | None:
    """keep_present: the present keys hold too, until the next replacement.

    Where residents are served a further key is somebody who may speak for the service: it waits for a second
    person, and that is what is returned. Taking keys away applies at once. Raises ValidationError `jwks`;
    `open` while an earlier proposal waits.
    """
    party = locked(relying_party)
    if party.auth_method != AuthMethod.PRIVATE_KEY_JWT:
        raise ValidationError(_("このサービスは公開鍵を使いません。"), code="auth_method")
    problem = keys_problem(jwks)
    keys = {"keys": [*party.jwks["keys"], *jwks["keys"]]} if keep_present and not problem else jwks
    if problem := problem or keys_problem(keys):
        raise ValidationError({"jwks": ValidationError(KEYS_MESSAGES[problem], code=problem)})
    if needs_two(party):
        if any(key not in party.jwks["keys"] for key in keys["keys"]):
            return propose(by, party, {"jwks": keys})
        require_none_open(party)  # it may hold the keys that shall go
    party.jwks = keys
    party.save(update_fields=["jwks"])
    _stand_behind(by, party)
    detail = {"client_id": party.client_id, "kids": [str(key.get("kid", "")) for key in keys["keys"]]}
    record(by=by, action="relying_party.keys_replaced", target=party, detail=detail)
    tell_colleagues(CREDENTIALS_RENEWED, by, party)
    return None


def _stand_behind(by: Actor, party: RelyingParty) -> None:
    if party.status == RelyingPartyStatus.DRAFT:
        party.registered_by = sorted({*party.registered_by, *by.persons})
        party.save(update_fields=["registered_by"])
