"""An administrator connects the municipality's provider, tries it, and switches it on."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from consortium.audit.record import record
from consortium.membership.models import User
from consortium.membership.permissions import MembershipPermission
from consortium.membership.roles import MUNICIPAL_ROLES, Administrator
from consortium.sso import queries
from consortium.sso.models import (
    BreakGlass,
    DomainState,
    Policy,
    SsoConnection,
    SsoEntrance,
    SsoLink,
)
from consortium.tenancy import context
from consortium.tenancy.actions import action
from consortium.tenancy.actor import Actor

from .domains import keep_domains
from .locks import lock_entrance

_IDENTIFYING: Final = ("issuer", "client_id")
_TESTED: Final = ("issuer", "client_id", "encrypted_secret", "scopes", "groups_claim")


@action(MembershipPermission.MANAGE_STAFF)
def configure(*, by: Actor, domains: Sequence[str], secret: str = "", **values: Any) -> SsoConnection:
    """Save how the provider is reached and what it decides; whoever calls has read its discovery document.

    secret: empty keeps the one that is stored. Another provider or client shuts the entrance until it is
    tested and opened again. ValidationError names the field.
    """
    _require_known_roles(values["groups_of_role"])
    found = SsoConnection.objects.select_for_update().first() or SsoConnection()
    before = {name: getattr(found, name) for name in _TESTED}
    for name, value in values.items():
        setattr(found, name, value)
    if secret:
        found.secret = secret
    changed = [name for name in _TESTED if getattr(found, name) != before[name]]
    if changed:
        found.tested_at = None
    found.save()
    keep_domains(by, domains)
    if set(changed) & set(_IDENTIFYING):
        SsoEntrance.objects.update(policy=Policy.OFF)
    names = ["client_secret" if name == "encrypted_secret" else name for name in changed]
    detail = {
        "issuer": found.issuer,
        "changed": names,
        "groups_of_role": found.groups_of_role,
        "domains": list(domains),
    }
    record(by=by, action="sso.configured", target=found, detail=detail)
    return found


@action(MembershipPermission.MANAGE_STAFF)
def note_test(*, by: Actor, connection: SsoConnection) -> None:
    """Somebody came back from the provider with a token that holds."""
    connection.tested_at = timezone.now()
    connection.save(update_fields=["tested_at"])
    record(by=by, action="sso.tested", target=connection)


@action(MembershipPermission.MANAGE_STAFF)
def set_policy(*, by: Actor, policy: str) -> None:
    """Open, demand or shut the entrance. ValidationError says what is missing."""
    lock_entrance(context.require_municipality())
    found, entrance = queries.connection(), queries.entrance()
    if policy != Policy.OFF:
        _require_ready(found)
    if policy == Policy.REQUIRED and not queries.exceptions_in_office().exists():
        message = _("必須にする前に、非常用の管理者を1人以上指定してください。")
        raise ValidationError({"policy": ValidationError(message, code="no_exception")})
    before, entrance.policy = entrance.policy, policy
    entrance.save()
    record(by=by, action="sso.policy_set", target=entrance, detail={"from": before, "to": policy})


@action(MembershipPermission.MANAGE_STAFF)
def name_exception(*, by: Actor, user: User) -> BreakGlass:
    """Let an administrator in without the provider. ValidationError for who has no second factor here."""
    is_administrator = Administrator.key in queries.held_roles(user)
    if not is_administrator or user not in [*queries.possible_exceptions()]:
        message = _("二要素認証を登録した管理者を選んでください。")
        raise ValidationError({"user": ValidationError(message, code="not_possible")})
    named = BreakGlass(user=user)
    named.save(force_insert=True)
    record(by=by, action="sso.exception_named", target=named, detail={"user": str(user.pk)})
    return named


@action(MembershipPermission.MANAGE_STAFF)
def clear_exception(*, by: Actor, exception: BreakGlass) -> None:
    """ValidationError for the last one while the provider is required."""
    list(BreakGlass.objects.select_for_update().order_by("pk"))
    is_last = not queries.exceptions_in_office().exclude(pk=exception.pk).exists()
    if is_last and queries.entrance().policy == Policy.REQUIRED:
        raise ValidationError(
            _("必須にしている間は、非常用の管理者が1人以上必要です。"), code="last_exception"
        )
    detail = {"user": str(exception.user_id)}
    record(by=by, action="sso.exception_cleared", target=exception, detail=detail)
    exception.delete()


@action(MembershipPermission.MANAGE_STAFF)
def unlink(*, by: Actor, link: SsoLink) -> None:
    """Forget whose account a subject was; the person's next sign-in has to link anew."""
    record(by=by, action="sso.unlinked", target=link, detail={"user": str(link.user_id)})
    link.delete()


def _require_known_roles(groups_of_role: Mapping[str, Any]) -> None:
    if unknown := set(groups_of_role) - set(MUNICIPAL_ROLES):
        raise ValidationError(", ".join(sorted(unknown)), code="unknown_role")


def _require_ready(found: SsoConnection | None) -> None:
    if found is None:
        message = _("先に接続を設定してください。")
        raise ValidationError({"policy": ValidationError(message, code="not_configured")})
    if found.tested_at is None:
        message = _("先に「接続を試す」でサインインできることを確かめてください。")
        raise ValidationError({"policy": ValidationError(message, code="not_tested")})
    if not queries.domains().filter(state=DomainState.CONFIRMED).exists():
        message = _("先に、事務局によるドメインの確認が必要です。確認されると、お知らせが届きます。")
        raise ValidationError({"policy": ValidationError(message, code="not_confirmed")})
