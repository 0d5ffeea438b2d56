"""What has to happen in the browser before an authorization request is answered.

Nothing is stored while she signs in: the request travels in the address. A signed `resume` beside it says
when and in which session sign-in was asked for, so that prompt=login and max_age=0 ask once.
"""

import hashlib
import secrets
import time
from typing import Any, Final
from urllib.parse import urlencode

from django.core import signing
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse

from identity.actions.pseudonyms import pseudonym_for
from identity.ceremonies import sign_in_of
from identity.domain.assurance import Assurance, acr, first_met
from identity.domain.session_id import SESSION_NAME
from identity.domain.sign_in import SignIn
from identity.queries.consents import live_consents
from identity.queries.standing import proofing_level
from identity.requests import ResidentRequest

from .clients import Client
from .subject import Subject

RESUME: Final = "resume"
RESUME_SECONDS: Final = 1800
_SALT: Final = "identity.oidc.resume"


def fresh_sign_in(request: HttpRequest) -> SignIn | None:
    """The session's sign-in if it satisfies prompt and max_age; None asks her to sign in."""
    held = sign_in_of(request) if request.user.is_authenticated else None
    if held is None or _was_resumed(request, held):
        return held
    return None if _must_repeat(request.GET, held) else held


def _must_repeat(parameters: QueryDict, held: SignIn) -> bool:
    max_age = parameters.get("max_age", "")
    too_old = max_age.isdecimal() and time.time() - held.at >= int(max_age[:10])
    return "login" in parameters.get("prompt", "").split() or too_old


def is_resumed(request: HttpRequest) -> bool:
    """Whether the browser comes back from the sign-in that this request asked for."""
    held = sign_in_of(request) if request.user.is_authenticated else None
    return held is not None and _was_resumed(request, held)


def _was_resumed(request: HttpRequest, held: SignIn) -> bool:
    try:
        asked: dict[str, Any] = signing.loads(request.GET.get(RESUME, ""), salt=_SALT, max_age=RESUME_SECONDS)
    except signing.BadSignature:
        return False
    same_request: bool = asked["query"] == _digest(query_of(request))
    return bool(same_request and asked["session"] != _session(request) and held.at >= asked["at"])


def send_to_sign_in(request: HttpRequest) -> HttpResponse:
    """A sign-in makes a new session key: that is how it is known to have happened."""
    query = query_of(request)
    asked = {"query": _digest(query), "session": _session(request), "at": int(time.time())}
    resume = urlencode({RESUME: signing.dumps(asked, salt=_SALT)})
    back = f"{reverse('identity:oidc_authorize')}?{query}&{resume}"
    return redirect(f"{reverse('identity:sign_in')}?{urlencode({'next': back})}")


def query_of(request: HttpRequest) -> str:
    """The authorization request as the client sent it."""
    own = request.GET.copy()
    own.pop(RESUME, None)
    return own.urlencode()


def assurance_of(request: ResidentRequest, sign_in: SignIn) -> Assurance:
    citizen_id = request.actor.citizen_id
    return Assurance(proofing_level(citizen_id) if citizen_id else 0, sign_in.level)


def subject_of(request: ResidentRequest, client: Client, sign_in: SignIn, assurance: Assurance) -> Subject:
    """Needs the resident's context. acr: the first of acr_values that is met, else what was reached."""
    citizen_id = request.actor.citizen_id
    if citizen_id is None:
        raise ValueError("nobody is signed in")
    wished = first_met(request.GET.get("acr_values", "").split(), assurance)
    return Subject(
        citizen_id=citizen_id,
        value=pseudonym_for(citizen_id, client.sector.key),
        sid=_sid(request),
        acr=wished or acr(assurance) or "",
        sign_in=sign_in,
    )


def consent_covers(request: ResidentRequest, client: Client, attributes: list[str]) -> bool:
    """Whether she has allowed this service these attributes, for the purpose it states today."""
    citizen_id = request.actor.citizen_id
    if citizen_id is None or client.sector.consent_each_time:
        return False
    return any(
        consent.purpose == client.party.purpose_ja and set(consent.attributes).issuperset(attributes)
        for consent in live_consents(citizen_id, client.client_id)
    )


def _sid(request: HttpRequest) -> str:
    sid: str = request.session.get(SESSION_NAME) or secrets.token_urlsafe(24)
    request.session[SESSION_NAME] = sid
    return sid


def _session(request: HttpRequest) -> str:
    return _digest(request.session.session_key or "")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]
