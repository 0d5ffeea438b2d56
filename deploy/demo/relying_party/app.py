"""The pages. Sign-in is Authlib's Flask client as it comes: discovery, code + PKCE S256, nonce, ID token."""

import secrets
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any, Final

import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.flask_client import OAuth
from flask import Flask, Response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from joserfc.errors import JoseError

from .fares import fares_for
from .settings import Registration, Settings
from .texts import TEXTS

SCOPE: Final = "openid resident_of age_over_65"
MOST_VISITS: Final = 1000
REASONS: Final = {"access_denied": "declined", "mismatching_state": "stale", "missing_token": "stale"}
"""Code of an OAuth error -> its words in texts.TEXTS."""
UNAUTHORIZED, UNAVAILABLE = 401, 503
HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


@dataclass
class Visit:
    """One signed-in visitor: kept here, so that no token reaches the browser."""

    token: dict[str, Any]
    claims: dict[str, Any]


class Visits:
    """The latest visits, by a random name in the visitor's cookie."""

    def __init__(self) -> None:
        self._held: OrderedDict[str, Visit] = OrderedDict()

    def open(self, visit: Visit) -> str:
        name = secrets.token_urlsafe(24)
        self._held[name] = visit
        while len(self._held) > MOST_VISITS:
            self._held.popitem(last=False)
        return name

    def current(self) -> Visit | None:
        return self._held.get(session.get("visit", ""))

    def close(self) -> None:
        self._held.pop(session.pop("visit", ""), None)


class Service:
    """The views of one app."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.visits = Visits()
        self.app = Flask(__name__)
        self.app.secret_key = settings.session_secret
        self.app.config.update(SESSION_COOKIE_NAME="town_transport", SESSION_COOKIE_SAMESITE="Lax")
        self.app.after_request(harden)
        self.app.context_processor(lambda: {"t": TEXTS[language()], "language": language()})
        self._clients: dict[Registration, Any] = {}
        for path, view, method in (
            ("/", self.start, "GET"),
            ("/sign-in", self.sign_in, "GET"),
            ("/callback", self.callback, "GET"),
            ("/result", self.result, "GET"),
            ("/use-again", self.use_again, "POST"),
            ("/sign-out", self.sign_out, "POST"),
        ):
            self.app.add_url_rule(path, view.__name__, view, methods=[method])

    def start(self) -> ResponseReturnValue:
        ready = self.settings.registration() is not None
        return render_template("start.html", ready=ready)

    def sign_in(self) -> ResponseReturnValue:
        client = self.client()
        if client is None:
            return redirect(url_for("start"))
        try:
            return client.authorize_redirect(f"{self.settings.own_url}/callback")  # type: ignore[no-any-return]  # Authlib has no types here
        except requests.RequestException:
            return problem("unreachable", UNAVAILABLE)

    def callback(self) -> ResponseReturnValue:
        client = self.client()
        if client is None:
            return redirect(url_for("start"))
        try:
            token = client.authorize_access_token()
            claims = dict(client.userinfo(token=token))
        except OAuthError as error:
            return problem(REASONS.get(error.error, "denied"), UNAUTHORIZED, error=error.error)
        except requests.HTTPError:
            return problem("refused", UNAUTHORIZED)
        except (requests.RequestException, JoseError):
            return problem("unreachable", UNAVAILABLE)
        session["visit"] = self.visits.open(Visit(token, claims))
        return redirect(url_for("result"))

    def result(self) -> ResponseReturnValue:
        visit = self.visits.current()
        return shown(visit) if visit else redirect(url_for("start"))

    def use_again(self) -> ResponseReturnValue:
        """Asks with the token it holds, as a service would at each use."""
        visit, client = self.visits.current(), self.client()
        if visit is None or client is None:
            return redirect(url_for("start"))
        try:
            response = client.get(client.load_server_metadata()["userinfo_endpoint"], token=visit.token)
        except (requests.RequestException, OAuthError):
            return problem("unreachable", UNAVAILABLE)
        if response.status_code != 200:
            self.visits.close()
            return problem("refused", UNAUTHORIZED, error=_code(response))
        visit.claims = response.json()
        return shown(visit, again=True)

    def sign_out(self) -> ResponseReturnValue:
        self.visits.close()
        return redirect(url_for("start"))

    def client(self) -> Any:
        """Authlib's client; None while the service is not registered."""
        known = self.settings.registration()
        if known is not None and known not in self._clients:
            self._clients[known] = make_client(self.app, known)
        return self._clients[known] if known else None


def make_client(app: Flask, known: Registration) -> Any:
    return OAuth(app).register(  # type: ignore[no-untyped-call]  # Authlib
        "identity",
        client_id=known.client_id,
        client_secret=known.client_secret,
        server_metadata_url=f"{known.issuer}/.well-known/openid-configuration",
        client_kwargs={"scope": SCOPE, "code_challenge_method": "S256"},
    )


def make_app(settings: Settings) -> Flask:
    return Service(settings).app


def language() -> str:
    return request.accept_languages.best_match(list(TEXTS), default="ja") or "ja"


def shown(visit: Visit, *, again: bool = False) -> str:
    return render_template(
        "result.html", fares=fares_for(visit.claims), claims=sorted(visit.claims.items()), again=again
    )


def problem(kind: str, status: int, *, error: str | None = "") -> ResponseReturnValue:
    """kind: its words in texts.TEXTS; error: a code of OAuth, for whoever helps the visitor."""
    return render_template("problem.html", kind=kind, error=error), status


def harden(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response


def _code(response: Any) -> str:
    try:
        return str(response.json().get("error", response.status_code))
    except ValueError:
        return str(response.status_code)
