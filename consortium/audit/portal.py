"""What the portal shows of the audit log."""

from django.utils.translation import gettext_lazy as _

from consortium.ui.registry import NavEntry, navigation

navigation.register(NavEntry(_("操作記録"), "audit:tenant", "audit.view", order=900))
navigation.register(
    NavEntry(_("操作記録"), "audit:secretariat", "audit.view", scope="secretariat", order=900)
)
