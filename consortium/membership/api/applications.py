"""Applications for membership, for the secretariat."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from consortium.api.endpoints import DetailView, Endpoint, ListView, checked
from consortium.membership import queries
from consortium.membership.access import dangerous
from consortium.membership.actions import admit_municipality, decline_application
from consortium.membership.models import MembershipApplication
from consortium.membership.permissions import MembershipPermission
from consortium.membership.serializers import (
    AdmitSerializer,
    ApplicationQuery,
    ApplicationSerializer,
    DeclineSerializer,
)


@extend_schema(summary="参画申請の一覧")
class Applications(ListView[MembershipApplication]):
    """Applications, the latest received first."""

    permission = MembershipPermission.ADMIT
    tag = "Applications"
    query = ApplicationQuery
    serializer_class = ApplicationSerializer

    def get_queryset(self) -> QuerySet[MembershipApplication]:
        return queries.applications(self.given.get("status"))


@extend_schema(summary="参画申請")
class Application(DetailView[MembershipApplication]):
    """One application."""

    permission = MembershipPermission.ADMIT
    tag = "Applications"
    serializer_class = ApplicationSerializer

    def get_object(self) -> MembershipApplication:
        return _application(self)


class _Decision(Endpoint):
    permission = MembershipPermission.ADMIT
    tag = "Applications"

    def answer(self) -> Response:
        return Response(ApplicationSerializer(_application(self)).data)


@dangerous
@extend_schema(summary="参画の承認", request=AdmitSerializer, responses={200: ApplicationSerializer})
class Admit(_Decision):
    operation_id = "application_admit"

    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Make the applicant a member by a resolution; its contact is invited as first administrator."""
        application = _application(self)
        admit_municipality(by=self.actor, application=application, **checked(AdmitSerializer, request))
        return self.answer()


@dangerous
@extend_schema(summary="参画の不承認", request=DeclineSerializer, responses={200: ApplicationSerializer})
class Decline(_Decision):
    operation_id = "application_decline"

    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Decline an application, with a reason."""
        application = _application(self)
        decline_application(by=self.actor, application=application, **checked(DeclineSerializer, request))
        return self.answer()


def _application(view: Endpoint) -> MembershipApplication:
    return get_object_or_404(queries.applications(), pk=view.kwargs["application"])
