"""What attributes and services' deeds are called on pages."""

from collections.abc import Iterable, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from identity.domain.attributes import Attribute

ATTRIBUTES: Mapping[str, Promise] = {
    Attribute.NAME: _("氏名"),
    Attribute.ADDRESS: _("住所"),
    Attribute.BIRTH_DATE: _("生年月日"),
    Attribute.SEX: _("性別"),
    Attribute.RESIDENT_OF: _("住んでいる市区町村"),
    Attribute.AGE_OVER_65: _("65歳以上かどうか"),
    Attribute.UNDER_18: _("18歳未満かどうか"),
    Attribute.SUBSIDISED_FARE: _("運賃助成の対象かどうか"),
    Attribute.DELEGATIONS: _("代理人としての資格"),
}
NOTHING = _("サインインした事実のみ")


def labels(attributes: Iterable[str]) -> list[Promise | str]:
    """In the order of the catalogue, so that all pages name them alike.

    A key that is no longer in the catalogue stands for itself, at the end.
    """
    asked = list(attributes)
    known = [label for key, label in ATTRIBUTES.items() if key in asked]
    return [*known, *(key for key in asked if key not in ATTRIBUTES)]


def listed(attributes: Iterable[str]) -> str:
    """In one line."""
    names = [str(label) for label in labels(attributes)]
    return gettext("、").join(names) if names else str(NOTHING)
