"""Own plans, for a municipality's own systems: the same steps as on its pages."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from consortium.api.conditions import require_match, version_tag
from consortium.api.endpoints import DetailView, Endpoint, ListView, checked, created
from consortium.api.schema import if_match
from consortium.membership.access import dangerous
from consortium.membership.permissions import PortalPermission
from shared_plans.actions import (
    Sharing,
    draft_plan,
    publish_plan,
    recall_plan,
    return_plan,
    revise_plan,
    save_draft,
    share_plan,
    submit_plan,
)
from shared_plans.domain.kinds import Kind
from shared_plans.models import FrameworkEdition, Plan, PlanRevision, Visibility
from shared_plans.permissions import PlansPermission
from shared_plans.queries.framework import framework_editions
from shared_plans.queries.plans import own_plan, own_plans
from shared_plans.queries.readers import municipality_ids
from shared_plans.queries.revisions import own_revision, own_revisions
from shared_plans.serializers import (
    ChangedPlanSerializer,
    EditionSerializer,
    NewPlanSerializer,
    OwnRevisionSerializer,
    PlanListSerializer,
    PlanQuery,
    PlanSerializer,
    PublishSerializer,
    ReasonSerializer,
    ReviseSerializer,
    RevisionListSerializer,
    ShareSerializer,
)


@extend_schema(summary="国の計画の版の一覧")
class Editions(ListView[FrameworkEdition]):
    """Editions of the national frame with their items."""

    permission = PortalPermission.VIEW
    tag = "Plans"
    serializer_class = EditionSerializer

    def get_queryset(self) -> QuerySet[FrameworkEdition]:
        return framework_editions().prefetch_related("items")


class Plans(ListView[Plan]):
    permission = PortalPermission.VIEW
    tag = "Plans"
    query = PlanQuery
    serializer_class = PlanListSerializer

    def get_queryset(self) -> QuerySet[Plan]:
        wanted = {"status": self.given.get("status"), "edition__key": self.given.get("edition")}
        return own_plans().filter(**{name: value for name, value in wanted.items() if value})

    @extend_schema(summary="計画の一覧")
    def get(self, request: Request, *args: object, **kwargs: object) -> Response:
        """The municipality's own plans, drafts included, without their texts."""
        return super().get(request, *args, **kwargs)

    @extend_schema(summary="計画の起案", request=NewPlanSerializer, responses={201: PlanSerializer})
    def post(self, request: Request, *args: object, **kwargs: object) -> Response:
        """Begin a plan; its draft is empty (permission shared_plans.write)."""
        self.actor.require(PlansPermission.WRITE)
        data = checked(NewPlanSerializer, request)
        plan = draft_plan(by=self.actor, **{**data, "edition": _edition(data["edition"])})
        return written(plan, place=plan_place(self.kwargs["code"], plan))


class PlanView(DetailView[Plan]):
    permission = PortalPermission.VIEW
    tag = "Plans"
    serializer_class = PlanSerializer

    def get_object(self) -> Plan:
        return one_plan(self.kwargs["plan"])

    @extend_schema(summary="計画")
    def get(self, request: Request, *args: object, **kwargs: object) -> Response:
        """One own plan with the content of its draft."""
        plan = self.get_object()
        return Response(self.get_serializer(plan).data, headers={"ETag": version_tag(plan.lock_version)})

    @extend_schema(
        summary="下書きの保存",
        request=ChangedPlanSerializer,
        responses={200: PlanSerializer},
        parameters=[if_match(required=True)],
    )
    def put(self, request: Request, *args: object, **kwargs: object) -> Response:
        """Replace a draft's head and content (permission shared_plans.write)."""
        self.actor.require(PlansPermission.WRITE)
        plan = seen_plan(self, required=True)
        data = checked(ChangedPlanSerializer, request)
        saved = save_draft(by=self.actor, plan=plan, lock_version=plan.lock_version, **data)
        return written(saved)


class _Step(Endpoint):
    """One step of a plan's way, on the version that the caller has seen if she says which."""

    permission = PlansPermission.WRITE
    tag = "Plans"


@extend_schema(
    summary="決裁の依頼", request=None, responses={200: PlanSerializer}, parameters=[if_match(required=False)]
)
class SubmitPlan(_Step):
    operation_id = "plan_submit"
    bodyless = True

    def post(self, request: Request, *args: object, **kwargs: object) -> Response:
        """Ask for approval. 400 names what is still missing."""
        return written(submit_plan(by=self.actor, plan=seen_plan(self)))


@extend_schema(
    summary="取下げ", request=None, responses={200: PlanSerializer}, parameters=[if_match(required=False)]
)
class RecallPlan(_Step):
    operation_id = "plan_recall"
    bodyless = True

    def post(self, request: Request, *args: object, **kwargs: object) -> Response:
        """Take a plan back before it is decided; for those who had a hand in it."""
        return written(recall_plan(by=self.actor, plan=seen_plan(self)))


@extend_schema(
    summary="改訂の開始",
    request=ReviseSerializer,
    responses={200: PlanSerializer},
    parameters=[if_match(required=False)],
)
class RevisePlan(_Step):
    operation_id = "plan_revise"

    def post(self, request: Request, *args: object, **kwargs: object) -> Response:
        """Begin a new draft on top of the published revision, which stays as it is."""
        plan = seen_plan(self)
        return written(revise_plan(by=self.actor, plan=plan, **checked(ReviseSerializer, request)))


@extend_schema(
    summary="差戻し",
    request=ReasonSerializer,
    responses={200: PlanSerializer},
    parameters=[if_match(required=False)],
)
class ReturnPlan(_Step):
    operation_id = "plan_return"
    permission = PlansPermission.APPROVE

    def post(self, request: Request, *args: object, **kwargs: object) -> Response:
        """Send a plan back to its authors, with a reason; not for those who had a hand in it."""
        plan = seen_plan(self)
        return written(return_plan(by=self.actor, plan=plan, **checked(ReasonSerializer, request)))


@dangerous
@extend_schema(
    summary="決裁(公表)",
    request=PublishSerializer,
    responses={201: OwnRevisionSerializer},
    parameters=[if_match(required=True)],
)
class PublishPlan(_Step):
    operation_id = "plan_publish"
    permission = PlansPermission.APPROVE

    def post(self, request: Request, *args: object, **kwargs: object) -> Response:
        """Approve what you have seen: it becomes the next immutable revision. Four eyes: not your own."""
        plan = seen_plan(self, required=True)
        sharing = sharing_in(checked(PublishSerializer, request), Sharing.of(plan))
        revision = publish_plan(by=self.actor, plan=plan, lock_version=plan.lock_version, sharing=sharing)
        place = reverse("shared_plans:api_revision", args=[self.kwargs["code"], plan.pk, revision.number])
        return created(OwnRevisionSerializer(revision).data, place)


@dangerous
@extend_schema(
    summary="公開範囲の変更", request=ShareSerializer, responses={200: RevisionListSerializer(many=True)}
)
class SharePlan(_Step):
    operation_id = "plan_share"
    permission = PlansPermission.APPROVE

    def post(self, request: Request, *args: object, **kwargs: object) -> Response:
        """Show the latest revision to all members, or to whom the body says; earlier ones to no more than
        that. Answers with the plan's revisions."""
        plan = seen_plan(self)
        sharing = sharing_in(checked(ShareSerializer, request), Sharing())
        plan = share_plan(
            by=self.actor, plan=plan, visibility=sharing.visibility, reader_ids=sharing.reader_ids
        )
        return Response(RevisionListSerializer(own_revisions(plan), many=True).data)


@dangerous
@extend_schema(summary="公開の取下げ", request=None, responses={200: RevisionListSerializer(many=True)})
class UnsharePlan(_Step):
    operation_id = "plan_unshare"
    permission = PlansPermission.APPROVE
    bodyless = True

    def post(self, request: Request, *args: object, **kwargs: object) -> Response:
        """Withdraw every revision from the others' sight. Answers with the plan's revisions."""
        plan = share_plan(by=self.actor, plan=seen_plan(self), visibility=Visibility.PRIVATE)
        return Response(RevisionListSerializer(own_revisions(plan), many=True).data)


@extend_schema(summary="版の一覧")
class Revisions(ListView[PlanRevision]):
    """Published revisions of one own plan, without their texts."""

    permission = PortalPermission.VIEW
    tag = "Plans"
    serializer_class = RevisionListSerializer

    def get_queryset(self) -> QuerySet[PlanRevision]:
        return own_revisions(one_plan(self.kwargs["plan"])).select_related("municipality", "edition")


@extend_schema(summary="版")
class Revision(DetailView[PlanRevision]):
    """One published revision of an own plan with its content, and with what it withholds from others."""

    permission = PortalPermission.VIEW
    tag = "Plans"
    serializer_class = OwnRevisionSerializer

    def get_object(self) -> PlanRevision:
        found = own_revision(one_plan(self.kwargs["plan"]), self.kwargs["number"])
        if found is None:
            raise Http404
        return found


def one_plan(plan_id: UUID, *, lock: bool = False) -> Plan:
    found = own_plan(plan_id, lock=lock)
    if found is None:
        raise Http404
    return found


def seen_plan(view: Endpoint, *, required: bool = False) -> Plan:
    """The plan of the path, held until the end, in the version that If-Match names. Raises Refusal."""
    plan = one_plan(view.kwargs["plan"], lock=True)
    require_match(view.request, version_tag(plan.lock_version), required=required)
    return plan


def plan_place(code: str, plan: Plan) -> str:
    return reverse("shared_plans:api_plan", args=[code, plan.pk])


def written(plan: Plan, *, place: str = "") -> Response:
    """A plan as it stands after a step, with its version; place: of one that is new."""
    data, tag = PlanSerializer(plan).data, version_tag(plan.lock_version)
    return created(data, place, tag=tag) if place else Response(data, headers={"ETag": tag})


def sharing_in(given: dict[str, Any], otherwise: Sharing) -> Sharing:
    """What the body says, and of the rest what was settled before."""
    readers = tuple(municipality_ids(given["readers"])) if "readers" in given else otherwise.reader_ids
    kinds = given.get("private_kinds", otherwise.private_kinds)
    visibility = Visibility(given.get("visibility", otherwise.visibility))
    return Sharing(visibility, readers, tuple(Kind(kind) for kind in kinds))


def _edition(key: str) -> FrameworkEdition:
    found = framework_editions().filter(key=key).first()
    if found is None:
        raise ValidationError({"edition": [ErrorDetail(str(_("この版はありません。")), "unknown")]})
    return found
