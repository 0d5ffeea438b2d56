"""API tokens: issued for one system, shown once, ended by expiry or by an administrator."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consortium.audit.record import record
from consortium.membership.models import ApiToken
from consortium.membership.permissions import MembershipPermission
from consortium.membership.queries import hashed
from consortium.membership.scopes import KEYS
from consortium.tenancy.actions import action
from consortium.tenancy.actor import Actor
from consortium.tenancy.models import Municipality

PREFIX: Final = "cdx"
SECRET_BYTES: Final = 32
DAYS: Final = (30, 90, 180, 365)


@dataclass(frozen=True, slots=True)
class Issued:
    """secret: shown once, then known to the system alone."""

    token: ApiToken
    secret: str = field(repr=False)


@action(MembershipPermission.MANAGE_TOKENS)
def issue_token(*, by: Actor, name: str, scopes: Collection[str], days: int) -> Issued:
    """`cdx_<団体コード>_<secret>`: a shape that scanners for leaked secrets can be taught.

    Raises ValidationError, by field.
    """
    if not set(scopes) <= KEYS:
        raise ValidationError(
            {"scopes": ValidationError(_("この権限はトークンに付けられません。"), code="scope")}
        )
    if days not in DAYS:
        raise ValidationError({"days": ValidationError(_("有効期間を選んでください。"), code="days")})
    assert by.municipality_id is not None  # noqa: S101  # MANAGE_TOKENS is held in a municipality only
    code = Municipality.objects.values_list("code", flat=True).get(pk=by.municipality_id)
    secret = f"{PREFIX}_{code}_{secrets.token_urlsafe(SECRET_BYTES)}"
    token = ApiToken(
        name=name.strip(),
        scopes=sorted(set(scopes)),
        token_hash=hashed(secret),
        ending=secret[-4:],
        created_by=by.label[:60],
        expires_at=timezone.now() + timedelta(days=days),
    )
    token.save(force_insert=True)
    detail = {"scopes": token.scopes, "days": days, "ending": token.ending}
    record(by=by, action="api_token.issued", target=token, detail=detail)
    return Issued(token, secret)


@action(MembershipPermission.MANAGE_TOKENS)
def revoke_token(*, by: Actor, token: ApiToken) -> None:
    """From the next call on it is refused. Raises ValidationError `ended`."""
    locked: ApiToken = ApiToken.objects.select_for_update().get(pk=token.pk)
    if not locked.is_valid:
        raise ValidationError(_("このトークンは既に失効しています。"), code="ended")
    locked.revoked_at, locked.revoked_by = timezone.now(), by.label[:60]
    locked.save(update_fields=["revoked_at", "revoked_by"])
    record(by=by, action="api_token.revoked", target=token, detail={"ending": token.ending})
