"""What the frame around a page shows. The surface's middleware puts one on `request.shell`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _

from .parts import Crumb
from .registry import Summary


@dataclass(frozen=True, slots=True)
class Tenant:
    name: str
    code: str
    """The six-digit 団体コード; empty for the consortium's secretariat."""
    logo_url: str = ""


@dataclass(frozen=True, slots=True)
class NavItem:
    label: str
    url: str
    active: bool = False
    badge: int | None = None
    summary: Summary | None = None
    """Of its card on the home page; counted there alone."""


@dataclass(frozen=True, slots=True)
class Shell:
    """Everything is optional: a page before sign-in has a shell too."""

    surface: Literal["portal", "identity"] = "portal"
    tenant: Tenant | None = None
    tenants: Sequence[Tenant] = ()
    """Those the person may switch to, the present one included."""
    person: str = ""
    nav: Sequence[NavItem] = ()
    account: Sequence[NavItem] = ()
    """Entries of the user menu: account, security."""
    inbox_url: str = ""
    """The inbox of this place; empty where there is none."""
    unread: int = 0
    home_url: str = "/"
    switch_url: str = ""
    """Takes a POST with `code`; empty when there is nothing to switch."""
    sign_out_url: str = ""
    """Takes a POST."""
    clock_url: str = ""
    """GET says when the session ends, POST puts that off; empty where nobody is signed in."""
    brand_css: str = ""
    """URL of a stylesheet that sets `--brand`; the policy allows no inline style."""

    def trail(self, path: str, crumbs: Sequence[Crumb]) -> list[Crumb]:
        """Where the page at that path is: home, then the page's own crumbs or the menu's entry.

        Empty for home itself. A visitor has no home, a resident's pages are all in her menu.
        """
        if not self.person or self.surface == "identity":
            return list(crumbs)
        entries = [item for item in (*self.nav, *self.account) if item.active and item.url != self.home_url]
        here = crumbs or [_entry(item, path) for item in entries[:1]]
        return [Crumb(_("ホーム"), self.home_url), *here] if here else []

    @property
    def switches(self) -> bool:
        """Whether there is somewhere else to go."""
        here = self.tenant.code if self.tenant else None
        return bool(self.switch_url) and any(place.code != here for place in self.tenants)


def _entry(item: NavItem, path: str) -> Crumb:
    return Crumb(item.label, "" if item.url == path else item.url)
