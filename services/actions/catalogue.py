"""The secretariat keeps the catalogue."""

from typing import TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from consortium.audit.record import record
from consortium.notifications.announce import notify
from consortium.notifications.audience import watchers
from consortium.tenancy.actions import action
from consortium.tenancy.actor import Actor
from services.models import Component, Release
from services.notices import RELEASED, names, topic_of
from services.permissions import ServicesPermission


class ComponentFields(TypedDict, total=False):
    code: str
    sector: str
    name_ja: str
    name_en: str
    summary: str
    description: str
    provider: str
    licence: str


@action(ServicesPermission.MANAGE_CATALOGUE)
def register_component(*, by: Actor, **fields: Unpack[ComponentFields]) -> Component:
    """Raises ValidationError, by field; also for a code that is taken."""
    component = Component(**fields)
    component.full_clean()
    try:
        with transaction.atomic():
            component.save(force_insert=True)
    except IntegrityError as error:
        taken = ValidationError(_("この識別名は既に使われています。"), code="unique")
        raise ValidationError({"code": taken}) from error
    record(by=by, action="component.registered", target=component, detail={"code": component.code})
    return component


@action(ServicesPermission.MANAGE_CATALOGUE)
def publish_release(*, by: Actor, component: Component, version: str, notes: str = "") -> Release:
    """Raises ValidationError, by field; also for a version that is out already."""
    release = Release(component=component, version=version, notes=notes)
    release.full_clean(validate_constraints=False)
    try:
        with transaction.atomic():
            release.save(force_insert=True)
    except IntegrityError as error:
        taken = ValidationError(_("この版は既に公開されています。"), code="unique")
        raise ValidationError({"version": taken}) from error
    detail = {"code": component.code, "version": version}
    record(by=by, action="release.published", target=release, detail=detail)
    values = {**names(component), "version": version}
    notify(RELEASED, to=watchers(topic_of(component)), values=values, target={"component": component.code})
    return release
