"""What has to happen in the browser before an authorization request is answered."""

import time
from collections.abc import Iterable
from enum import StrEnum
from typing import Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from identity.actions.pseudonyms import pseudonym_for
from identity.ceremonies import sign_in_of
from identity.domain.assurance import Assurance, acr, first_met
from identity.domain.session_id import SESSION_NAME
from identity.domain.sign_in import SignIn
from identity.queries.consents import ConsentView
from identity.requests import ResidentRequest

from . import resume
from .asking import Asking
from .clients import Client
from .subject import Subject

RENEWED: Final = frozenset({"login", "select_account"})
"""Values of `prompt` that ask for a sign-in of now; the passkey tells whose."""


class Reason(StrEnum):
    """Why she is asked to sign in; the sign-in page says it to her."""

    NOBODY = "nobody"
    AGAIN = "again"
    STRONGER = "stronger"


def fresh_sign_in(asking: Asking) -> SignIn | None:
    """The session's sign-in if it satisfies prompt and max_age; None asks her to sign in."""
    held = _sign_in(asking.request)
    if held is None or _was_resumed(asking.request, held):
        return held
    return None if _must_repeat(asking, held) else held


def _sign_in(request: ResidentRequest) -> SignIn | None:
    return sign_in_of(request) if request.user.is_authenticated else None


def _must_repeat(asking: Asking, held: SignIn) -> bool:
    too_old = asking.max_age is not None and time.time() - held.at >= asking.max_age
    return bool(RENEWED & asking.prompts) or too_old


def has_tried(asking: Asking) -> bool:
    """Whether the browser comes back from the stronger sign-in that this request asked for."""
    told, held = resume.interrupted(asking.request), _sign_in(asking.request)
    stronger = told is not None and told["reason"] == Reason.STRONGER
    return stronger and held is not None and _was_resumed(asking.request, held)


def _was_resumed(request: ResidentRequest, held: SignIn) -> bool:
    """A sign-in makes a new session key: that is how it is known to have happened."""
    told = resume.interrupted(request)
    return bool(told and told["session"] != resume.session_of(request) and held.at >= told["at"])


def came_by_form(request: HttpRequest) -> bool:
    """Whether a form on a page of ours led here, be it by redirects."""
    return request.method == "POST" or resume.PARAMETER in request.GET


def send_to_sign_in(asking: Asking, reason: Reason) -> HttpResponse:
    back = f"{reverse('identity:oidc_authorize')}?{resume.query(asking.request, reason)}"
    why = {} if reason is Reason.NOBODY else {"reason": reason.value}
    return redirect(f"{reverse('identity:sign_in')}?{urlencode({'next': back, **why})}")


def subject_of(
    asking: Asking, client: Client, sign_in: SignIn, assurance: Assurance, pseudonym: str | None
) -> Subject:
    """Needs the resident's context. pseudonym: hers in the sector, made where she has none. acr: the first
    step asked for that is met, else what was reached."""
    citizen_id = asking.request.actor.citizen_id
    if citizen_id is None:
        raise ValueError("nobody is signed in")
    return Subject(
        citizen_id=citizen_id,
        value=pseudonym or pseudonym_for(citizen_id, client.sector.key),
        session_key=str(asking.request.session.session_key),
        sid=asking.request.session[SESSION_NAME],
        acr=first_met(asking.steps, assurance) or acr(assurance) or "",
        sign_in=sign_in,
        claims=_attributes_by_name(asking, client),
    )


def _attributes_by_name(asking: Asking, client: Client) -> dict[str, list[str]]:
    members = {"userinfo": asking.claims.userinfo, "id_token": asking.claims.id_token}
    return {
        member: [name for name in names if name in client.attributes]
        for member, names in members.items()
        if client.attributes.intersection(names)
    }


def consent_covers(consents: Iterable[ConsentView], client: Client, attributes: list[str]) -> bool:
    """Whether she has allowed this service these attributes, for the purpose it states today.

    consents: her live ones to it.
    """
    if client.sector.consent_each_time:
        return False
    return any(
        consent.purpose_key == client.party.purpose_key
        and set(consent.attributes).issuperset(attributes)
        and not consent.waits
        for consent in consents
    )
