"""What this product shows on the portal."""

from datetime import date
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from consortium.audit import labels, targets
from consortium.tenancy.actor import Actor
from consortium.ui.registry import Asked, NavEntry, Rows, Task, TaskSource, navigation, tasks
from services.developers import register_endpoints
from services.pages import PartyPage, party_pages
from services.permissions import ServicesPermission

from .audit_labels import LABELS, TARGETS
from .models import LifeEventKind
from .permissions import IdentityPermission
from .queries import inquiries, legal_entries
from .queries.attestations import waiting
from .queries.counter import pending_rows, receipt_number
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


def asked_by_counter(actor: Actor) -> Asked:
    """Records of colleagues that wait for a second pair of eyes, and inquiries of residents, by deadline."""
    if not actor.can(IdentityPermission.PROOF_RESIDENTS) or actor.municipality_id is None:
        return {}
    unanswered = inquiries.waiting(actor.municipality_id)
    return {
        "proofings": pending_rows().values("citizen_id", "examined_by"),
        "events": undecided().values("citizen_id", "kind", "prepared_by"),
        "inquiries": unanswered.values("id", "due_on")[:50],
    }


def to_confirm(actor: Actor, rows: Rows) -> list[Task]:
    persons = actor.exercising(IdentityPermission.PROOF_RESIDENTS).persons
    return [
        Task(
            label=gettext("受付番号 %(number)s の本人確認")
            % {"number": receipt_number(UUID(one["citizen_id"]))},
            url=reverse("counter:case", args=[actor.municipality_code, one["citizen_id"]]),
            kind=gettext("窓口"),
        )
        for one in rows.get("proofings", ())
        if one["examined_by"] not in persons
    ]


def life_events_to_confirm(actor: Actor, rows: Rows) -> list[Task]:
    """Moves, changes and the like."""
    persons = actor.exercising(IdentityPermission.PROOF_RESIDENTS).persons
    code = actor.municipality_code
    return [
        Task(
            label=gettext("%(kind)sの確認") % {"kind": LifeEventKind(one["kind"]).label},
            url=reverse("counter:move_in", args=[code])
            if one["kind"] == LifeEventKind.MOVE_IN
            else reverse("counter:events", args=[code, one["citizen_id"]]),
            kind=gettext("窓口"),
        )
        for one in rows.get("events", ())
        if one["prepared_by"] not in persons
    ]


def to_answer(actor: Actor, rows: Rows) -> list[Task]:
    return [
        Task(
            label=gettext("住民からの問い合わせへの回答"),
            url=reverse("inquiries:inquiry", args=[actor.municipality_code, one["id"]]),
            deadline=date.fromisoformat(one["due_on"]),
            kind=gettext("問い合わせ"),
        )
        for one in rows.get("inquiries", ())
    ]


def at_the_counter(actor: Actor, rows: Rows) -> list[Task]:
    return [
        *to_confirm(actor, rows),
        *to_answer(actor, rows),
        *life_events_to_confirm(actor, rows),
    ]


def attestations_asked(actor: Actor) -> Asked:
    """Attestations and revocations of colleagues that wait for a second pair of eyes."""
    if not actor.can(IdentityPermission.ATTEST) or actor.municipality_id is None:
        return {}
    return {"batches": waiting().values("id", "title", "prepared_by", "revoke_asked_by")[:50]}


def to_attest(actor: Actor, rows: Rows) -> list[Task]:
    persons = actor.exercising(IdentityPermission.ATTEST).persons
    return [
        Task(
            label=gettext("「%(title)s」の確認") % {"title": batch["title"]},
            url=reverse("attestations:batch", args=[actor.municipality_code, batch["id"]]),
            kind=gettext("資格の証明"),
        )
        for batch in rows.get("batches", ())
        if (batch["revoke_asked_by"] or batch["prepared_by"]) not in persons
    ]


def legal_entries_asked(actor: Actor) -> Asked:
    """Disclosures by order of law that a colleague wrote down."""
    if not actor.can(IdentityPermission.RECORD_BY_LAW) or actor.municipality_id is None:
        return {}
    return {"entries": legal_entries.undecided().values("id", "receipt", "prepared_by")[:50]}


def to_confirm_by_law(actor: Actor, rows: Rows) -> list[Task]:
    persons = actor.exercising(IdentityPermission.RECORD_BY_LAW).persons
    return [
        Task(
            label=gettext("受付番号 %(number)s の法令による提供の確認") % {"number": entry["receipt"]},
            url=reverse("legal:entry", args=[actor.municipality_code, entry["id"]]),
            kind=gettext("法令による提供"),
        )
        for entry in rows.get("entries", ())
        if entry["prepared_by"] not in persons
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
tasks.register(TaskSource(at_the_counter, asks=asked_by_counter))
tasks.register(TaskSource(to_attest, asks=attestations_asked))
tasks.register(TaskSource(to_confirm_by_law, asks=legal_entries_asked))
labels.register(LABELS)
for kind, name, called in TARGETS:
    targets.register(kind, name, called)
