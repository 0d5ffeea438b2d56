"""Pages about one service that other products have; they register them in their `portal.py`."""

from dataclasses import dataclass

from django_stubs_ext import StrOrPromise

from consortium.ui.registry import Registry


@dataclass(frozen=True, slots=True)
class PartyPage:
    """url_name: takes `client_id`; open to who may manage the catalogue."""

    label: StrOrPromise
    url_name: str


party_pages: Registry[PartyPage] = Registry()
