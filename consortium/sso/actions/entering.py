"""Somebody comes back from the provider: whose account it is, and which roles its groups give."""

from dataclasses import dataclass
from enum import StrEnum

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from consortium.audit.record import record
from consortium.membership.actions import accept_invitation, begin_post, end_post
from consortium.membership.models import StaffInvitation, StaffPost, User, today
from consortium.membership.permissions import PortalPermission
from consortium.membership.queries import account_by_email, current
from consortium.sso import queries
from consortium.sso.mapping import Claims, email_of, groups_of, roles_for
from consortium.sso.models import DomainState, SsoConnection, SsoLink
from consortium.tenancy.actions import action
from consortium.tenancy.actor import Actor, ActorKind


class Refusal(StrEnum):
    """Why the provider's word does not open the door."""

    NO_EMAIL = "no_email"
    FOREIGN_ADDRESS = "foreign_address"
    UNCONFIRMED = "unconfirmed"
    LINK_FIRST = "link_first"
    NOT_INVITED = "not_invited"
    NO_ROLE = "no_role"
    INACTIVE = "inactive"


@dataclass(frozen=True, slots=True)
class Outcome:
    """Exactly one of the two."""

    user: User | None = None
    refusal: Refusal | None = None


@action(kinds=(ActorKind.SYSTEM,))
def admit(*, by: Actor, connection: SsoConnection, claims: Claims) -> Outcome:
    """Find or make the account of a verified token, and bring its roles in line with the groups.

    An account is known by issuer and subject. By its address alone nobody gets into an account that exists:
    a new one is made for who is invited to this address, or holds a mapped role where accounts may be made.
    What a refused person held here is ended: the refusal is an outcome, not an exception.
    """
    # Two first sign-ins of one person come one after the other.
    locked = SsoConnection.objects.select_for_update().get(pk=connection.pk)
    link = queries.link_of(locked.issuer, claims["sub"])
    roles = roles_for(groups_of(claims, locked.groups_claim), locked.groups_of_role)
    outcome = _known(link) if link else _newcomer(by, locked, claims, roles)
    if outcome.user is None:
        return _refused(by, outcome.refusal)
    if managed := set(queries.mapped_roles(locked)):
        synchronise(by=by, user=outcome.user, roles=roles, managed=managed)
    if not queries.held_roles(outcome.user) or (managed and not roles):
        return _refused(by, Refusal.NO_ROLE, outcome.user)
    if link:
        link.used_at = timezone.now()
        link.save(update_fields=["used_at"])
    return outcome


@action(PortalPermission.VIEW)
def link_account(*, by: Actor, user: User, connection: SsoConnection, claims: Claims) -> SsoLink:
    """The person who is signed in says that the provider's subject is she.

    ValidationError where either is linked to another already.
    """
    link = SsoLink(user=user, issuer=connection.issuer, subject=claims["sub"], used_at=timezone.now())
    try:
        with transaction.atomic():
            link.save(force_insert=True)
    except IntegrityError as error:
        message = _(
            "この自治体のアカウント、またはあなたのアカウントは、既に別の相手と連携しています。管理者に連携の解除を依頼してください。"
        )
        raise ValidationError(message, code="linked_otherwise") from error
    record(by=by, action="sso.linked", target=link, detail={"user": str(user.pk)})
    return link


@action(kinds=(ActorKind.SYSTEM,))
def refuse_entry(*, by: Actor, why: str, detail: str = "") -> None:
    """The provider, or its answer, failed. why: a code; detail: which claim or error, never its value."""
    record(by=by, action="sso.refused", detail={"why": why, "detail": detail})


def _refused(by: Actor, refusal: Refusal | None, user: User | None = None) -> Outcome:
    record(by=by, action="sso.refused", target=user, detail={"why": str(refusal)})
    return Outcome(refusal=refusal)


def _known(link: SsoLink) -> Outcome:
    return Outcome(link.user) if link.user.is_active else Outcome(refusal=Refusal.INACTIVE)


def _newcomer(by: Actor, connection: SsoConnection, claims: Claims, roles: list[str]) -> Outcome:
    email = email_of(claims)
    if not email:
        return Outcome(refusal=Refusal.NO_EMAIL)
    state = queries.state_of(email)
    if state != DomainState.CONFIRMED:
        waits = state == DomainState.WAITING
        return Outcome(refusal=Refusal.UNCONFIRMED if waits else Refusal.FOREIGN_ADDRESS)
    if account_by_email(email):
        return Outcome(refusal=Refusal.LINK_FIRST)
    invitations = queries.open_invitations(email)
    if not roles and any(queries.mapped_roles(connection)):
        return Outcome(refusal=Refusal.NO_ROLE)
    if not invitations and not (connection.provisions and roles):
        return Outcome(refusal=Refusal.NOT_INVITED)
    return _made(by, connection, claims, email, invitations)


def _made(
    by: Actor, connection: SsoConnection, claims: Claims, email: str, invitations: list[StaffInvitation]
) -> Outcome:
    """LINK_FIRST where another municipality makes an account of this address at the same moment."""
    user = User(email=email, name=_name_of(claims, invitations) or email.partition("@")[0][:60])
    user.set_unusable_password()
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError:
        return Outcome(refusal=Refusal.LINK_FIRST)
    EmailAddress.objects.create(user=user, email=email, primary=True, verified=True)
    link = SsoLink(user=user, issuer=connection.issuer, subject=claims["sub"], used_at=timezone.now())
    link.save(force_insert=True)
    for invitation in invitations:
        accept_invitation(by=_as_person(by, user), invitation=invitation, user=user)
    detail = {"user": str(user.pk), "invited": bool(invitations)}
    record(by=by, action="sso.account_made", target=link, detail=detail)
    return Outcome(user)


def _name_of(claims: Claims, invitations: list[StaffInvitation]) -> str:
    name = claims.get("name")
    shown = " ".join(name.split())[:60] if isinstance(name, str) and name.isprintable() else ""
    return next((invitation.name for invitation in invitations), shown)


def _as_person(by: Actor, user: User) -> Actor:
    return Actor(ActorKind.STAFF, id=str(user.pk), label=str(user), municipality_id=by.municipality_id)


@action(kinds=(ActorKind.SYSTEM,))
def synchronise(*, by: Actor, user: User, roles: list[str], managed: set[str]) -> None:
    """Give what the groups give and end what they no longer give; with no mapped group, end everything.

    Each change is an action with its own audit row.

    managed: roles that groups decide about; the others are given and ended by hand. The post of
    today's last administrator stays, so that somebody can mend the mapping; it opens nothing without another
    way in.
    """
    posts = StaffPost.objects.filter(user=user)
    open_posts = list(current(posts)) if roles else [post for post in posts if not _is_over(post)]
    for post in open_posts:
        if post.role not in roles and (post.role in managed or not roles):
            _end_unless_last(by, post)
    held = set(queries.held_roles(user))
    for role in roles:
        if role not in held:
            begin_post(by=by, user=user, role=role)


def _is_over(post: StaffPost) -> bool:
    return post.ends_on is not None and post.ends_on <= today()


def _end_unless_last(by: Actor, post: StaffPost) -> None:
    try:
        end_post(by=by, post=post)
    except ValidationError as error:
        if error.code != "last_administrator":
            raise


def sso_actor(municipality_id: int) -> Actor:
    """Speaks for the provider where nobody is signed in yet."""
    return Actor(ActorKind.SYSTEM, id="sso", label="SSO", municipality_id=municipality_id)
