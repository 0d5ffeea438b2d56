"""Roles: plain classes that list what their holders may do; products' permissions are named, not imported."""

from collections.abc import Iterable
from typing import ClassVar

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrPromise


class Role:
    key: ClassVar[str]
    name: ClassVar[StrPromise]
    description: ClassVar[StrPromise]
    permissions: ClassVar[frozenset[str]]
    needs_mfa: ClassVar[bool] = False


class Administrator(Role):
    key = "administrator"
    name = _("管理者")
    description = _("職員を招待し、役割を割り当て、操作記録を確認します。")
    needs_mfa = True
    permissions = frozenset(
        {
            "membership.manage_staff",
            "membership.manage_branding",
            "membership.manage_calendar",
            "membership.manage_tokens",
            "membership.recover_accounts",
            "audit.view",
            "services.adopt_component",
            "reporting.record",
            "shared_plans.comment",
            "portal.view",
        }
    )


class Editor(Role):
    key = "editor"
    name = _("起案者")
    description = _("DX推進計画を起案し、他の自治体の計画を採用します。")
    permissions = frozenset(
        {
            "shared_plans.write",
            "shared_plans.adopt",
            "shared_plans.comment",
            "reporting.record",
            "portal.view",
        }
    )


class Approver(Role):
    key = "approver"
    name = _("決裁者")
    description = _("起案された計画を確認し、公表します。")
    permissions = frozenset({"shared_plans.approve", "shared_plans.comment", "portal.view"})


class Counter(Role):
    key = "counter"
    name = _("窓口担当")
    description = _("窓口で住民の本人確認を行い、デジタルIDの登録コードを交付します。")
    needs_mfa = True
    permissions = frozenset({"identity.proof_residents", "portal.view"})


class Attester(Role):
    key = "attester"
    name = _("証明担当")
    description = _("運賃助成の対象であることなど、住民の資格を証明します。")
    needs_mfa = True
    permissions = frozenset({"identity.attest", "portal.view"})


class LegalOfficer(Role):
    key = "legal_officer"
    name = _("法令照会担当")
    description = _("法令に基づく照会などにより提供した住民の情報を記録します。")
    needs_mfa = True
    permissions = frozenset({"identity.record_by_law", "portal.view"})


class Secretary(Role):
    key = "secretary"
    name = _("事務局員")
    description = _("参画の審査、連携サービスの登録、横断集計を行います。")
    needs_mfa = True
    permissions = frozenset(
        {
            "membership.admit",
            "membership.manage_secretariat",
            "membership.recover_accounts",
            "services.manage_catalogue",
            "reporting.run",
            "audit.view",
            "portal.view",
        }
    )


MUNICIPAL_ROLES: dict[str, type[Role]] = {
    role.key: role for role in (Administrator, Editor, Approver, Counter, Attester, LegalOfficer)
}
SECRETARIAT_ROLES: dict[str, type[Role]] = {role.key: role for role in (Secretary,)}
ROLES = MUNICIPAL_ROLES | SECRETARIAT_ROLES


def names_of(keys: Iterable[str]) -> str:
    """「起案者、決裁者」 / “Editor, Approver”, in the user's language."""
    return gettext("、").join(str(ROLES[key].name) for key in keys)


def permissions_of(keys: list[str]) -> frozenset[str]:
    """Everything the roles with these keys allow; an unknown key allows nothing."""
    return frozenset().union(*(ROLES[key].permissions for key in keys if key in ROLES))


def any_needs_mfa(keys: list[str]) -> bool:
    return any(ROLES[key].needs_mfa for key in keys if key in ROLES)
