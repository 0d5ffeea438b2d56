"""A municipality chooses the colour and the name of its own pages."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from consortium.audit.record import record
from consortium.domain.colour import TEXT_CONTRAST, Colour, ColourError, lowest_contrast
from consortium.membership.models import Branding
from consortium.membership.permissions import MembershipPermission
from consortium.membership.queries import forget_look
from consortium.tenancy.actions import action
from consortium.tenancy.actor import Actor
from consortium.tenancy.context import require_municipality
from consortium.ui.brand import GROUNDS


@action(MembershipPermission.MANAGE_BRANDING)
def change_branding(*, by: Actor, colour: str = "", short_name: str = "") -> Branding:
    """colour: #rrggbb, "" for the platform's. ValidationError for one that text cannot be read in."""
    chosen = readable(colour)
    branding: Branding = Branding.objects.select_for_update().first() or Branding()
    branding.colour, branding.short_name = chosen, short_name
    branding.save()
    detail = {"colour": chosen, "short_name": short_name}
    record(by=by, action="branding.changed", target=branding, detail=detail)
    municipality_id = require_municipality()
    transaction.on_commit(lambda: forget_look(municipality_id))
    return branding


def readable(colour: str) -> str:
    """The colour as #rrggbb. Raises ValidationError."""
    if not colour:
        return ""
    try:
        parsed = Colour.parse(colour)
    except ColourError as error:
        message = _("色は「#」と6桁の16進数で入力してください。例: #0b4f62")
        raise ValidationError({"colour": ValidationError(message, code="malformed")}) from error
    if (found := lowest_contrast(parsed, GROUNDS)) < TEXT_CONTRAST:
        message = _(
            "この色では文字が読みにくくなります(コントラスト比 %(found).1f、必要な比 %(least).1f)。"
            "より暗い色を選んでください。"
        )
        values = {"found": int(found * 10) / 10, "least": TEXT_CONTRAST}
        raise ValidationError({"colour": ValidationError(message % values, code="contrast")})
    return str(parsed)
