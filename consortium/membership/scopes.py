"""What an API token may be allowed to do. Deciding on plans and managing people stay with people."""

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrPromise

from .permissions import PortalPermission


@dataclass(frozen=True, slots=True)
class Scope:
    """permission: named as in roles.py."""

    permission: str
    name: StrPromise


ALWAYS: Final = Scope(PortalPermission.VIEW, _("閲覧する(計画、共通部品、会員、指標)"))
SCOPES: Final = (
    Scope("shared_plans.write", _("計画を起案し、決裁を依頼する")),
    Scope("shared_plans.adopt", _("他の自治体の計画を採用する")),
    Scope("services.adopt_component", _("共通部品の導入と利用終了を記録する")),
    Scope("reporting.record", _("実績値を記録する")),
)
KEYS: Final = frozenset(scope.permission for scope in SCOPES)
NAMES: Final = {scope.permission: scope.name for scope in (ALWAYS, *SCOPES)}
