"""What this product shows on the portal."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from consortium.audit import labels, targets
from consortium.tenancy.actor import Actor
from consortium.ui.registry import NavEntry, Task, TaskSource, navigation, tasks
from services.developers import register_endpoints
from services.pages import PartyPage, party_pages
from services.permissions import ServicesPermission

from .audit_labels import LABELS, TARGETS
from .models import LifeEventKind
from .permissions import IdentityPermission
from .queries import inquiries, legal_entries
from .queries.attestations import waiting
from .queries.counter import pending
from .queries.life_events import undecided

navigation.register(NavEntry(_("窓口"), "counter:home", IdentityPermission.PROOF_RESIDENTS, order=60))

navigation.register(NavEntry(_("資格の証明"), "attestations:home", IdentityPermission.ATTEST, order=62))

navigation.register(NavEntry(_("法令による提供"), "legal:home", IdentityPermission.RECORD_BY_LAW, order=63))

navigation.register(NavEntry(_("問い合わせ"), "inquiries:home", IdentityPermission.PROOF_RESIDENTS, order=61))
navigation.register(
    NavEntry(
        _("遅れている問い合わせ"),
        "inquiries:overdue",
        ServicesPermission.MANAGE_CATALOGUE,
        scope="secretariat",
        order=75,
    )
)

party_pages.register(PartyPage(_("サインアウトの通知"), "logouts:of_service"))


def to_confirm(actor: Actor, *_args: Any) -> list[Task]:
    """Records of colleagues that wait for a second pair of eyes."""
    if not actor.can(IdentityPermission.PROOF_RESIDENTS) or actor.municipality_id is None:
        return []
    return [
        Task(
            label=gettext("受付番号 %(number)s の本人確認") % {"number": case.number},
            url=reverse("counter:case", args=[actor.municipality_code, case.citizen_id]),
            kind=gettext("窓口"),
        )
        for case in pending()
        if case.examined_by_id not in actor.exercising(IdentityPermission.PROOF_RESIDENTS).persons
    ]


def life_events_to_confirm(actor: Actor, *_args: Any) -> list[Task]:
    """Moves, changes and the like that a colleague has recorded."""
    if not actor.can(IdentityPermission.PROOF_RESIDENTS) or actor.municipality_id is None:
        return []
    persons = actor.exercising(IdentityPermission.PROOF_RESIDENTS).persons
    code = actor.municipality_code
    return [
        Task(
            label=gettext("%(kind)sの確認") % {"kind": event.get_kind_display()},
            url=reverse("counter:move_in", args=[code])
            if event.kind == LifeEventKind.MOVE_IN
            else reverse("counter:events", args=[code, event.citizen_id]),
            kind=gettext("窓口"),
        )
        for event in undecided()
        if str(event.prepared_by) not in persons
    ]


def to_answer(actor: Actor, *_args: Any) -> list[Task]:
    """Inquiries of residents, by deadline."""
    if not actor.can(IdentityPermission.PROOF_RESIDENTS) or actor.municipality_id is None:
        return []
    return [
        Task(
            label=gettext("住民からの問い合わせへの回答"),
            url=reverse("inquiries:inquiry", args=[actor.municipality_code, inquiry.pk]),
            deadline=inquiry.due_on,
            kind=gettext("問い合わせ"),
        )
        for inquiry in inquiries.waiting(actor.municipality_id)[:50]
    ]


def to_attest(actor: Actor, *_args: Any) -> list[Task]:
    """Attestations and revocations of colleagues that wait for a second pair of eyes."""
    if not actor.can(IdentityPermission.ATTEST) or actor.municipality_id is None:
        return []
    persons = actor.exercising(IdentityPermission.ATTEST).persons
    return [
        Task(
            label=gettext("「%(title)s」の確認") % {"title": batch.title},
            url=reverse("attestations:batch", args=[actor.municipality_code, batch.pk]),
            kind=gettext("資格の証明"),
        )
        for batch in waiting()[:50]
        if str(batch.revoke_asked_by or batch.prepared_by) not in persons
    ]


def to_confirm_by_law(actor: Actor, *_args: Any) -> list[Task]:
    """Disclosures by order of law that a colleague wrote down."""
    if not actor.can(IdentityPermission.RECORD_BY_LAW) or actor.municipality_id is None:
        return []
    persons = actor.exercising(IdentityPermission.RECORD_BY_LAW).persons
    return [
        Task(
            label=gettext("受付番号 %(number)s の法令による提供の確認") % {"number": entry.receipt},
            url=reverse("legal:entry", args=[actor.municipality_code, entry.pk]),
            kind=gettext("法令による提供"),
        )
        for entry in legal_entries.undecided()[:50]
        if str(entry.prepared_by) not in persons
    ]


def endpoints() -> list[tuple[str, str]]:
    """The OpenID Provider's, on the other surface, by their names in discovery."""
    return [
        (name, settings.IDENTITY_URL + reverse(f"identity:oidc_{url}", urlconf="consortium.urls.identity"))
        for name, url in (
            ("authorization_endpoint", "authorize"),
            ("pushed_authorization_request_endpoint", "par"),
            ("token_endpoint", "token"),
            ("userinfo_endpoint", "userinfo"),
            ("end_session_endpoint", "end_session"),
            ("jwks_uri", "jwks"),
        )
    ]


register_endpoints(endpoints)
tasks.register(TaskSource(to_confirm))
tasks.register(TaskSource(to_answer))
tasks.register(TaskSource(to_attest))
tasks.register(TaskSource(to_confirm_by_law))
tasks.register(TaskSource(life_events_to_confirm))
labels.register(LABELS)
for kind, name, called in TARGETS:
    targets.register(kind, name, called)
