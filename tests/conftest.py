"""Fixtures for all tests: real PostgreSQL under the restricted roles, the registry loaded."""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import LazySettings
from django.core import mail
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.core.management import call_command
from django.test import Client
from django.utils import translation
from hypothesis import HealthCheck, settings

from consortium.membership.models import User
from consortium.notifications.sending import send_due
from consortium.notifications.spread import spread_announcements
from consortium.tenancy.models import Municipality
from tests import factories

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NO_BROWSER = f"no browser found: none of {', '.join(BROWSERS)} is on the path (or set CHROMIUM=/path)"
LAUNCH_ARGUMENTS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PORTAL_ONLY = {
    "allauth.account.middleware.AccountMiddleware",
    "consortium.membership.middleware.ActivityMiddleware",
    "consortium.portal.middleware.ShellMiddleware",
    "consortium.sso.middleware.SsoMiddleware",
    "consortium.sso.outside.OutsideMiddleware",
}


# A slow machine is no counterexample.
settings.register_profile("project", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("project")
# Playwright's loop runs in the tests' own thread; nothing of ours is asynchronous.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


def chromium() -> str | None:
    named = os.environ.get("CHROMIUM")
    return named or next((path for name in BROWSERS if (path := shutil.which(name))), None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests are reported as skipped where there is no browser, never silently passed."""
    if chromium():
        return
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.skip(reason=NO_BROWSER))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return {
        **browser_type_launch_args,
        "executable_path": chromium(),
        "chromium_sandbox": False,
        "args": LAUNCH_ARGUMENTS,
    }


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """The registry is there once per database; `flush` after transactional tests keeps it."""
    with django_db_blocker.unblock():
        call_command("load_registry", verbosity=0)


@pytest.fixture(autouse=True)
def _fresh_cache() -> Iterator[None]:
    """No rate limit, one-time token or reader's language outlives its test."""
    yield
    cache.clear()
    translation.deactivate()


@pytest.fixture
def maebashi(db: None) -> Municipality:
    return factories.municipality("102016")


@pytest.fixture
def takasaki(db: None) -> Municipality:
    return factories.municipality("102024")


@pytest.fixture
def staff(db: None) -> Callable[..., User]:
    """staff(municipality, *roles) -> an account with these posts."""
    return factories.make_staff


@pytest.fixture
def secretary(db: None) -> User:
    return factories.make_secretary()


@pytest.fixture
def stranger(db: None) -> User:
    """Signed in, but serving nobody."""
    return factories.make_user("無所属")


@pytest.fixture
def client_for() -> Callable[[User], Client]:
    """client_for(user) -> a test client that signed in with a passkey just now (recent=False: before)."""

    def make(user: User, *, recent: bool = True) -> Client:
        client = Client()
        client.force_login(user)
        factories.show_passkey(client, user, ago=0 if recent else 3600)
        return client

    return make


@pytest.fixture
def acting() -> Callable[..., Any]:
    """with acting(user, municipality) as actor: … (without municipality: the secretariat)."""
    return factories.acting


@pytest.fixture
def mailbox(db: None) -> Callable[[], list[EmailMessage]]:
    """mailbox() -> all that was mailed so far, after the worker's passes were made here."""

    def deliver() -> list[EmailMessage]:
        spread_announcements()
        send_due()
        return mail.outbox

    return deliver


@pytest.fixture
def identity_surface(settings: LazySettings) -> LazySettings:
    """The settings that SURFACE=identity would give to URLs, middleware, sign-in and sessions."""
    kept = [name for name in settings.MIDDLEWARE if name not in PORTAL_ONLY]
    settings.LANGUAGES = [("ja", "日本語"), ("ja-easy", "やさしい日本語"), ("en", "English")]
    kept.insert(
        kept.index("django.middleware.security.SecurityMiddleware") + 1, "identity.middleware.ShortStack"
    )
    settings.MIDDLEWARE = [
        "identity.middleware.ResidentMiddleware"
        if name == "consortium.membership.middleware.ContextMiddleware"
        else name
        for name in kept
    ]
    settings.ROOT_URLCONF = "consortium.urls.identity"
    settings.AUTHENTICATION_BACKENDS = ["identity.backends.ResidentBackend"]
    settings.SESSION_ENGINE = "identity.sessions"
    settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME = "identity_session", "identity_csrf"
    settings.LOGIN_URL, settings.LOGIN_REDIRECT_URL = "identity:sign_in", "identity:me"
    return settings


@pytest.fixture
def portal_live(live_server: Any, settings: LazySettings) -> str:
    """Address of a running portal; passkeys compare the exact origin with PORTAL_URL."""
    settings.PORTAL_URL = settings.OWN_URL = live_server.url
    settings.CSRF_TRUSTED_ORIGINS = [live_server.url]
    return str(live_server.url)
