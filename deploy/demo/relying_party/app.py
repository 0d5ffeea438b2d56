"""The pages. Sign-in is Authlib's Flask client as it comes: discovery, code + PKCE S256, nonce, ID token.

Three services of three bodies, one for each sector: their pages differ, what they do with the protocol is the
same but for what their sector demands (protected.py).
"""

import secrets
from collections import OrderedDict
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.flask_client import OAuth
from flask import Flask, Response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from joserfc.errors import JoseError

from .fares import fares_for
from .protected import Protected
from .settings import Registration, Settings
from .texts import COMMON, TEXTS

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


@dataclass(frozen=True)
class Kind:
    """One of the services. prefix: of its addresses. scope: what it asks for."""

    sector: str
    prefix: str
    scope: str


KINDS: Final = (
    Kind("transport", "", "openid resident_of age_over_65"),
    Kind("medical", "/medical", "openid name birth_date sex"),
    Kind("administrative", "/administrative", "openid name address birth_date resident_of"),
)


@dataclass
class Visit:
    """One signed-in visitor: kept here, so that no token reaches the browser."""

    token: dict[str, Any]
    claims: dict[str, Any]


class Visits:
    """The latest visits to one service, by a random name in the visitor's cookie."""

    def __init__(self, sector: str) -> None:
        self._name = f"visit_{sector}"
        self._held: OrderedDict[str, Visit] = OrderedDict()

    def open(self, visit: Visit) -> None:
        name = secrets.token_urlsafe(24)
        self._held[name] = visit
        while len(self._held) > MOST_VISITS:
            self._held.popitem(last=False)
        session[self._name] = name

    def current(self) -> Visit | None:
        return self._held.get(session.get(self._name, ""))

    def close(self) -> None:
        self._held.pop(session.pop(self._name, ""), None)


class Service:
    """The views of one service within the app."""

    def __init__(self, app: Flask, kind: Kind, settings: Settings) -> None:
        self.app, self.kind, self.settings = app, kind, settings
        self.visits = Visits(kind.sector)
        self._clients: dict[Registration, Client] = {}
        for path, view, method in (
            ("/", self.start, "GET"),
            ("/sign-in", self.sign_in, "GET"),
            ("/callback", self.callback, "GET"),
            ("/result", self.result, "GET"),
            ("/use-again", self.use_again, "POST"),
            ("/sign-out", self.sign_out, "POST"),
        ):
            app.add_url_rule(kind.prefix + path, self.endpoint(view.__name__), view, methods=[method])

    def endpoint(self, view: str) -> str:
        return f"{self.kind.sector}.{view}"

    def url(self, view: str) -> str:
        return url_for(self.endpoint(view))

    def start(self) -> ResponseReturnValue:
        ready = self.settings.registration(self.kind.sector) is not None
        return self.page("start.html", ready=ready)

    def sign_in(self) -> ResponseReturnValue:
        client = self.client()
        if client is None:
            return redirect(self.url("start"))
        try:
            way: ResponseReturnValue = client.authorize(f"{self.settings.own_url}{self.kind.prefix}/callback")
            return way
        except requests.RequestException:
            return self.problem("unreachable", UNAVAILABLE)

    def callback(self) -> ResponseReturnValue:
        client = self.client()
        if client is None:
            return redirect(self.url("start"))
        try:
            token = client.stock.authorize_access_token()
            claims = dict(client.stock.userinfo(token=token))
        except OAuthError as error:
            return self.problem(REASONS.get(error.error, "denied"), UNAUTHORIZED, error=error.error)
        except requests.HTTPError:
            return self.problem("refused", UNAUTHORIZED)
        except (requests.RequestException, JoseError):
            return self.problem("unreachable", UNAVAILABLE)
        self.visits.open(Visit(token, claims))
        return redirect(self.url("result"))

    def result(self) -> ResponseReturnValue:
        visit = self.visits.current()
        return self.shown(visit) if visit else redirect(self.url("start"))

    def use_again(self) -> ResponseReturnValue:
        """Asks with the token it holds, as a service would at each use."""
        visit, client = self.visits.current(), self.client()
        if visit is None or client is None:
            return redirect(self.url("start"))
        try:
            address = client.stock.load_server_metadata()["userinfo_endpoint"]
            response = client.stock.get(address, token=visit.token)
        except (requests.RequestException, OAuthError):
            return self.problem("unreachable", UNAVAILABLE)
        if response.status_code != 200:
            self.visits.close()
            return self.problem("refused", UNAUTHORIZED, error=_code(response))
        visit.claims = response.json()
        return self.shown(visit, again=True)

    def sign_out(self) -> ResponseReturnValue:
        self.visits.close()
        return redirect(self.url("start"))

    def client(self) -> "Client | None":
        """None while the service is not registered."""
        known = self.settings.registration(self.kind.sector)
        if known is not None and known not in self._clients:
            self._clients[known] = Client(self.app, self.kind, known)
        return self._clients[known] if known else None

    def shown(self, visit: Visit, *, again: bool = False) -> str:
        kind_of_token = visit.token.get("token_type", "")
        return self.page(
            "result.html",
            fares=fares_for(visit.claims),
            claims=sorted(visit.claims.items()),
            had=visit.claims,
            bound=str(kind_of_token).lower() == "dpop",
            again=again,
        )

    def problem(self, kind: str, status: int, *, error: str | None = "") -> ResponseReturnValue:
        """kind: its words in texts; error: a code of OAuth, for whoever helps the visitor."""
        return self.page("problem.html", kind=kind, error=error), status

    def page(self, template: str, **values: Any) -> str:
        words = {name: {**COMMON[name], **TEXTS[name][self.kind.sector]} for name in COMMON}
        others = [
            (f"{one.prefix}/", TEXTS[language()][one.sector]["name"]) for one in KINDS if one != self.kind
        ]
        return render_template(
            template,
            t=words[language()],
            language=language(),
            sector=self.kind.sector,
            to=self.url,
            others=others,
            **values,
        )


class Client:
    """stock: Authlib's client."""

    def __init__(self, app: Flask, kind: Kind, known: Registration) -> None:
        self._protected = Protected(known, bound=kind.sector == "medical") if known.private_jwk else None
        options: dict[str, Any] = (
            self._protected.options if self._protected else {"client_secret": known.client_secret}
        )
        method = {"token_endpoint_auth_method": "private_key_jwt"} if self._protected else {}
        self.stock: Any = OAuth(app).register(  # type: ignore[no-untyped-call]  # Authlib
            f"identity_{kind.sector}",
            client_id=known.client_id,
            server_metadata_url=f"{known.issuer}/.well-known/openid-configuration",
            client_kwargs={"scope": known.scope or kind.scope, "code_challenge_method": "S256", **method},
            **options,
        )

    def authorize(self, callback: str) -> Any:
        """To the authorization endpoint."""
        return (
            self._protected.push(self.stock, callback)
            if self._protected
            else self.stock.authorize_redirect(callback)
        )


def make_app(settings: Settings) -> Flask:
    app = Flask(__name__)
    app.secret_key = settings.session_secret
    app.config.update(SESSION_COOKIE_NAME="demo_services", SESSION_COOKIE_SAMESITE="Lax")
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # of Flask's default provider
    app.add_template_filter(day)
    app.after_request(harden)
    for kind in KINDS:
        Service(app, kind, settings)
    return app


def day(value: str) -> str:
    """A date (ISO 8601) as the visitor's language writes it."""
    found = date.fromisoformat(value)
    return f"{found.year}年{found.month}月{found.day}日" if language() == "ja" else f"{found:%d %B %Y}"


def language() -> str:
    return request.accept_languages.best_match(list(TEXTS), default="ja") or "ja"


def harden(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response


def _code(response: Any) -> str:
    try:
        return str(response.json().get("error", response.status_code))
    except ValueError:
        return str(response.status_code)
