"""The portal's own entries in the navigation."""

from django.utils.translation import gettext_lazy as _

from consortium.membership.permissions import PortalPermission
from consortium.ui.registry import NavEntry, navigation

navigation.register(NavEntry(_("ホーム"), "portal:tenant_home", PortalPermission.VIEW, "tenant", 0))
navigation.register(NavEntry(_("ホーム"), "portal:secretariat_home", PortalPermission.VIEW, "secretariat", 0))
