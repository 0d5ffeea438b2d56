"""What of plans the open context may read as others see it: the one door of library, adoption and comparison.

Row-level security decides by row: the consortium's members see what is shared with all of them or with them
by name, as long as they belong to it today; what is public, anybody. Ask here rather than at the model, so
that the own municipality's internal revisions stay out of lists of what is shared.

`content` of what is found is the shared part. `private_kinds` names the kinds of clauses that are withheld;
read it by `shared_document`, and for what is to be taken over (adoption, the base and the other side of a
merge) by `adoptable_document`, which refers to nothing that is withheld.
"""

from uuid import UUID

from django.db.models import QuerySet

from shared_plans.domain.document import Document, from_json
from shared_plans.domain.parts import linked, whole_hash
from shared_plans.models import PlanRevision, Visibility


def readable_revisions(*, latest: bool = True) -> QuerySet[PlanRevision]:
    """Of every municipality, one's own shared ones among them; without their texts. latest: of each plan."""
    found: QuerySet[PlanRevision] = PlanRevision.visible.exclude(visibility=Visibility.PRIVATE)
    found = found.filter(is_latest=True) if latest else found
    return found.select_related("municipality__prefecture", "edition").defer("content", "search_text")


def readable_revision(revision_id: UUID) -> PlanRevision | None:
    """With its text."""
    every: QuerySet[PlanRevision] = PlanRevision.visible.exclude(visibility=Visibility.PRIVATE)
    return every.select_related("municipality__prefecture", "edition").filter(pk=revision_id).first()


def shared_document(revision: PlanRevision) -> Document:
    """As others read it. It may refer to clauses that are withheld; pages say 非公開 there."""
    return from_json(revision.content)


def adoptable_document(revision: PlanRevision) -> Document:
    """As others may take it over: without references to what is withheld."""
    return linked(from_json(revision.content))


def is_genuine(revision: PlanRevision) -> bool:
    """Whether the shared content and the commitment to the rest give the hash that was published."""
    return whole_hash(revision.content, revision.private_commitment) == revision.hash
