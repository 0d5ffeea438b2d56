"""What may be done here; consortium.membership.roles says by whom."""

from enum import StrEnum


class ServicesPermission(StrEnum):
    ADOPT_COMPONENT = "services.adopt_component"
    MANAGE_CATALOGUE = "services.manage_catalogue"
