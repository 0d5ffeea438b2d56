"""Reads about components, who adopted them, and the third-party services built on them."""

from datetime import date

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from consortium.search import by_reading
from consortium.tenancy import statements
from consortium.tenancy.models import Municipality

from .models import (
    Adoption,
    ChangeOutcome,
    ClientSecret,
    Component,
    RegistrationChange,
    RelyingParty,
    RelyingPartyStatus,
)

STAMP = """
    concat_ws(' ', p.xmin, p.ctid, c.xmin, c.ctid), ARRAY(
        SELECT s.secret_hash FROM services_clientsecret s
        WHERE s.relying_party_id = p.id AND (s.expires_at IS NULL OR s.expires_at > clock_timestamp()))
"""
"""Columns of a statement about the relying party p of the component c: what client_stamp tells."""
_STAMP = f"""
    SELECT {STAMP} FROM services_relyingparty p JOIN services_component c ON c.id = p.component_id
    WHERE p.client_id = %s
"""  # noqa: S608  # columns


UNCHANGED = f"""
    SELECT FROM ({_STAMP}) AS client (version, secrets) WHERE version = %s AND secrets = %s::varchar[]
"""
"""Finds a row where a client, by its id, is known by this stamp still."""


def in_force(on: date | None = None, prefix: str = "") -> Q:
    """Adoptions that hold on a day (today): the first day counts, the day of the end does not."""
    day = on or timezone.localdate()
    not_ended = Q(**{f"{prefix}ended_on": None}) | Q(**{f"{prefix}ended_on__gt": day})
    return not_ended & Q(**{f"{prefix}adopted_on__lte": day})


def components() -> QuerySet[Component]:
    """The catalogue; each with `adopters`, the number of municipalities that use it today."""
    current = in_force(prefix="adoptions__")
    adopters = Count("adoptions__municipality", filter=current, distinct=True)
    found: QuerySet[Component] = Component.objects.annotate(adopters=adopters).order_by("sector", "code")
    return found


def own_adoptions() -> QuerySet[Adoption]:
    """Adoptions of the open context's municipality, newest first."""
    found: QuerySet[Adoption] = Adoption.objects.select_related("component", "release")
    return found.order_by("-adopted_on", "-id")


def adoptions_like(component: str = "", *, current: bool | None = None) -> QuerySet[Adoption]:
    """Own adoptions, of one component, in use today or not, as far as it is said."""
    found = own_adoptions()
    if component:
        found = found.filter(component__code=component)
    return found if current is None else found.filter(in_force() if current else ~in_force())


def current_adoption(component: Component) -> Adoption | None:
    return own_adoptions().filter(in_force(), component=component).first()


def is_available(relying_party: RelyingParty, municipality_id: int, *, test: bool) -> bool:
    """Whether a resident of the municipality may use the service: approved, and its component adopted there.

    test: whether she is a test resident. Services under test meet those alone, in any municipality; all
    others never do. In a resident's context only the own municipality's adoptions are visible.
    """
    if relying_party.test or test:
        return bool(relying_party.is_approved and relying_party.test and test)
    adopted = Adoption.visible.filter(
        in_force(), municipality_id=municipality_id, component=relying_party.component_id
    )
    return relying_party.is_approved and bool(adopted.exists())


def relying_party(client_id: str) -> RelyingParty | None:
    """The client, whatever its status; None for an unknown id."""
    return relying_parties().filter(client_id=client_id).first()


def relying_parties() -> QuerySet[RelyingParty]:
    found: QuerySet[RelyingParty] = RelyingParty.objects.select_related("component")
    return found


def client_stamp(client_id: str) -> tuple[str, list[str]] | None:
    """What the client is known by now: a text that changes with each write to its registration, and the
    SHA-256 hex digests of the secrets that hold. None for an unknown id. Only the identity surface may ask.
    """
    found = statements.first(_STAMP, [client_id])
    return (found[0], found[1]) if found else None


def live_secrets(party: RelyingParty) -> list[ClientSecret]:
    """When each of the secrets that hold now was made and ends, newest first; their hashes are not read."""
    held = Q(expires_at=None) | Q(expires_at__gt=timezone.now())
    rows = ClientSecret.objects.filter(held, relying_party=party).only("created_at", "expires_at")
    return list(rows.order_by("-created_at"))


def open_change(party: RelyingParty) -> RegistrationChange | None:
    """What waits for a second person's approval."""
    return open_changes().filter(relying_party=party).first()


def open_changes() -> QuerySet[RegistrationChange]:
    found: QuerySet[RegistrationChange] = RegistrationChange.objects.filter(outcome=ChangeOutcome.OPEN)
    return found.select_related("relying_party__component").order_by("proposed_at")


def drafts() -> QuerySet[RelyingParty]:
    """Registered and not yet approved, oldest first."""
    return relying_parties().filter(status=RelyingPartyStatus.DRAFT).order_by("created_at")


def adopters(component: Component) -> list[Municipality]:
    """Municipalities that use the component today, by kana."""
    held = Adoption.visible.filter(in_force(), component=component)
    return list(Municipality.objects.filter(pk__in=held.values("municipality")).order_by(*by_reading("kana")))


def approved_on(component: Component) -> list[RelyingParty]:
    """Services built on the component that residents may use."""
    return list(component.relying_parties.filter(status=RelyingPartyStatus.APPROVED))
