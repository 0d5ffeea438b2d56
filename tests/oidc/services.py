"""Makes services the way they come to be: entered by one secretary, approved by another, adopted."""

from typing import Any

from consortium.tenancy.models import Municipality
from services.actions.adoptions import adopt_component
from services.actions.catalogue import register_component
from services.actions.relying_parties import approve_relying_party, register_relying_party
from services.models import Component
from tests import factories

from .support import CALLBACK, Service


def make_component(sector: str = "transport") -> Component:
    with factories.acting(factories.make_secretary()) as actor:
        return register_component(
            by=actor,
            code=f"{sector}-component",
            sector=sector,
            name_ja=f"部品 {sector}",
            name_en=f"Component {sector}",
            summary="要約",
            provider="架空",
        )


def make_service(component: Component, **fields: Any) -> Service:
    """An approved client, by default one for the transport sector."""
    with factories.acting(factories.make_secretary()) as actor:
        made = register_relying_party(
            by=actor,
            component=component,
            **{
                "name_ja": "まちなか交通割引",
                "name_en": "Town transport discount",
                "auth_method": "client_secret_basic",
                "redirect_uris": [CALLBACK],
                "purpose_ja": "運賃の割引を適用するため",
                "purpose_en": "To apply fare discounts",
                "attributes": ["resident_of", "age_over_65"],
                "contact": "service@example.jp",
                **fields,
            },
        )
    with factories.acting(factories.make_secretary()) as actor:
        approve_relying_party(by=actor, relying_party=made.relying_party)
    return Service(made.relying_party, made.secret)


def adopted_by(municipality: Municipality, component: Component) -> None:
    administrator = factories.make_staff(municipality, "administrator")
    with factories.acting(administrator, municipality) as actor:
        adopt_component(by=actor, component=component)
