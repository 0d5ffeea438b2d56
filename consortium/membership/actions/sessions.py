"""Ending sign-ins: one's own on other devices, a colleague's, and those of somebody who serves nowhere."""

from uuid import UUID

from allauth.usersessions.models import UserSession

from consortium.audit.record import record
from consortium.membership.models import StaffPost, User
from consortium.membership.permissions import MembershipPermission
from consortium.membership.posts import posts_of
from consortium.tenancy import context
from consortium.tenancy.actions import action
from consortium.tenancy.actor import Actor, ActorKind, system_actor


@action(kinds=(ActorKind.STAFF,))
def end_own_sessions(*, by: Actor, sessions: list[UserSession]) -> int:
    """sessions: of the actor's account. Returns how many ended."""
    ended = end_all([one for one in sessions if str(one.user_id) == by.id])
    if ended:
        record(by=by, action="account.sessions_ended", detail={"count": ended})
    return ended


@action(MembershipPermission.MANAGE_STAFF)
def sign_out_colleague(*, by: Actor, post: StaffPost) -> int:
    """On all devices; she may sign in again. Returns how many sessions ended."""
    ended = end_all(list(UserSession.objects.filter(user=post.user_id)))
    detail = {"user": str(post.user_id), "count": ended}
    record(by=by, action="staff.signed_out", target=post, detail=detail)
    return ended


@action(kinds=(ActorKind.SYSTEM,))
def sign_out_unless_in_office(*, by: Actor, user: User) -> int:
    """Called in the account's own context, the only one that shows its posts everywhere."""
    if posts_of(user).roles:
        return 0
    ended = end_all(list(UserSession.objects.filter(user=user)))
    if ended:
        record(by=by, action="account.sessions_ended", target=user, detail={"count": ended, "why": "no_post"})
    return ended


def after_a_post_ended(user_id: UUID) -> None:
    """To be run after COMMIT: the municipality that ended a post can't see whether it was the last."""
    with context.person(user_id):
        sign_out_unless_in_office(by=system_actor("posts"), user=User.objects.get(pk=user_id))


def end_all(sessions: list[UserSession]) -> int:
    for one in sessions:
        one.end()
    return len(sessions)
