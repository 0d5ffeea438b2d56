"""A municipality adopts a component, or ends its use."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consortium.audit.record import record
from consortium.notifications.announce import unwatch, watch
from consortium.tenancy.actions import action
from consortium.tenancy.actor import Actor
from services.models import Adoption, Component, Release
from services.notices import topic_of
from services.permissions import ServicesPermission


@action(ServicesPermission.ADOPT_COMPONENT)
def adopt_component(*, by: Actor, component: Component, release: Release | None = None) -> Adoption:
    """From today, in its newest release unless one is given. Raises ValidationError `already_adopted`."""
    release = release or component.releases.first()
    adoption = Adoption(component=component, release=release)
    try:
        with transaction.atomic():
            adoption.save(force_insert=True)
    except IntegrityError as error:
        raise ValidationError(_("この部品は既に導入しています。"), code="already_adopted") from error
    detail = {"component": component.code, "version": release.version if release else ""}
    record(by=by, action="component.adopted", target=adoption, detail=detail)
    watch(topic_of(component), permission=ServicesPermission.ADOPT_COMPONENT)
    return adoption


@action(ServicesPermission.ADOPT_COMPONENT)
def end_adoption(*, by: Actor, adoption: Adoption) -> Adoption:
    """At once: from now on residents can't use services built on it. Raises ValidationError `ended`."""
    locked = Adoption.objects.select_for_update()
    current: Adoption | None = locked.filter(pk=adoption.pk, ended_on=None).first()
    if current is None:
        raise ValidationError(_("この部品の利用は既に終了しています。"), code="ended")
    current.ended_on = timezone.localdate()
    current.save(update_fields=["ended_on"])
    detail = {"component": current.component.code}
    record(by=by, action="adoption.ended", target=current, detail=detail)
    unwatch(topic_of(current.component))
    return current
