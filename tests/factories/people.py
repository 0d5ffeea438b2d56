import itertools
import time
from collections.abc import Iterator
from contextlib import contextmanager

from allauth.account.internal.userkit import user_id_to_str
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from consortium.membership import posts
from consortium.membership.models import SecretariatPost, StaffPost, User
from consortium.membership.roles import any_needs_mfa
from consortium.tenancy import context
from consortium.tenancy.actor import Actor
from consortium.tenancy.models import Municipality

_numbers = itertools.count(1)


def make_user(name: str = "", *, password: str | None = None, second_factor: bool = False) -> User:
    """A staff account without any post."""
    number = next(_numbers)
    user = User(email=f"person{number}@staff.example", name=name or f"職員{number}")
    user.set_password(password) if password else user.set_unusable_password()
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    if second_factor:
        TOTP.activate(user, generate_totp_secret())
    return user


def make_staff(
    municipality: Municipality, *roles: str, user: User | None = None, password: str | None = None
) -> User:
    """An account with posts; it has a second factor where its roles ask for one."""
    user = user or make_user(password=password, second_factor=any_needs_mfa(list(roles)))
    with context.tenant(municipality.pk, user_id=user.pk):
        for role in roles:
            StaffPost.objects.create(user=user, role=role)
    return user


def make_secretary(*, password: str | None = None, second_factor: bool = True) -> User:
    user = make_user("事務局員", password=password, second_factor=second_factor)
    with context.secretariat(user_id=user.pk):
        SecretariatPost.objects.create(user=user, role="secretary")
    return user


def show_passkey(client: Client, user: User, *, ago: int = 0) -> None:
    """Note in the client's session that its person has used a passkey, so many seconds ago."""
    session = client.session
    step = {"method": "mfa", "type": "webauthn", "at": time.time() - ago, "reauthenticated": True}
    session["account_authentication_methods"] = [step]
    session["account_authentication_methods_user"] = user_id_to_str(user)
    session.save()


@contextmanager
def acting(user: User | AnonymousUser, municipality: Municipality | None = None) -> Iterator[Actor]:
    """Open the context of one request and yield its actor, with the permissions of the posts held.

    municipality: the tenant; None for the secretariat.
    """
    opened = (
        context.tenant(municipality.pk, user_id=user.pk)
        if municipality
        else context.secretariat(user_id=user.pk)
    )
    with opened:
        held = posts.posts_of(user)
        yield (
            posts.staff_actor(user, held, municipality)
            if municipality
            else posts.secretariat_actor(user, held)
        )


def full_width(digits: str) -> str:
    return digits.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
