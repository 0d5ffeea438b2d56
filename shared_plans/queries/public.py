"""Plans that anybody may read, without an account: open data."""

from uuid import UUID

from django.db.models import QuerySet

from shared_plans.models import PUBLIC_COLUMNS, PlanRevision, Visibility

_ALSO = (
    *(f"municipality__{column}" for column in ("code", "name", "romaji", "fictional")),
    *(f"edition__{column}" for column in ("key", "title_ja", "title_en")),
)


def public_revisions(*, latest: bool = True) -> QuerySet[PlanRevision]:
    """The last published first. Readable as the login itself (`context.person(None)`), too.

    That role may read PUBLIC_COLUMNS alone: who wrote and who approved is not among them, and the columns of
    the search are not. Use `only()` or `values()` of these, and no `search`.
    """
    found: QuerySet[PlanRevision] = PlanRevision.visible.filter(visibility=Visibility.PUBLIC)
    found = found.filter(is_latest=True) if latest else found
    columns = (column.removesuffix("_id") for column in PUBLIC_COLUMNS)
    found = found.only(*columns, *_ALSO)
    return found.select_related("municipality", "edition").order_by("-published_at", "-id")


def public_revision(revision_id: UUID) -> PlanRevision | None:
    """Also one that is not the latest any more: its address is stable."""
    return public_revisions(latest=False).filter(pk=revision_id).first()
