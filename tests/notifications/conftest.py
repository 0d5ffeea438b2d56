from collections.abc import Callable
from typing import Any

import pytest
from django.utils.translation import gettext_lazy as _

from consortium.membership.models import User
from consortium.notifications import kinds
from consortium.notifications.announce import notify
from consortium.notifications.audience import Audience
from consortium.notifications.kinds import Category, Channel, Kind
from consortium.notifications.models import Notice
from consortium.tenancy import context
from consortium.tenancy.models import Municipality

PLANS = Category("trial", _("区分"), _("対象"), order=500)
QUIET = Category("quiet", _("区分"), _("対象"), default=Channel.INBOX, may_be_off=True, order=510)
TOLD = Kind("trial.told", PLANS, _("決裁"), _("「%(title)s」"), url="portal:tenant_home")
NOTED = Kind("trial.noted", QUIET, _("決裁"), _("「%(title)s」"))


@pytest.fixture(autouse=True)
def _trial_kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kinds, "_kinds", {**kinds.known(), TOLD.key: TOLD, NOTED.key: NOTED})


@pytest.fixture
def tell() -> Callable[..., None]:
    """tell(municipality, to, title=…): announce in the municipality's context."""

    def announce(place: Municipality | None, to: Audience, title: str = "計画", kind: Kind = TOLD) -> None:
        opened = context.tenant(place.pk) if place else context.secretariat()
        with opened:
            notify(kind, to=to, values={"title": title})

    return announce


@pytest.fixture
def inbox_of() -> Callable[..., list[Any]]:
    """inbox_of(user, municipality) -> what her own inbox shows there, as the portal's role sees it."""

    def read(user: User, place: Municipality | None = None) -> list[Any]:
        opened = context.tenant(place.pk, user_id=user.pk) if place else context.secretariat(user_id=user.pk)
        with opened:
            return [notice.values.get("title") for notice in Notice.objects.all()]

    return read
