"""What everybody who is signed in may read: the registry, and the description of the API."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework import generics, serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from consortium.search import search
from consortium.tenancy.models import Municipality

from .pagination import CursorPagination
from .serializers import ModelSerializer


class Schema(SpectacularAPIView):
    """OpenAPI 3.1 of what is here."""

    permission_classes = [IsAuthenticated]


class Docs(SpectacularSwaggerSplitView):
    """Swagger from our own address; its script is a file of its own, as the content security policy asks."""

    permission_classes = [IsAuthenticated]
    url_name = "api:schema"
    template_name = "api/docs.html"


class MunicipalitySerializer(ModelSerializer[Municipality]):
    prefecture_name = serializers.CharField(source="prefecture.name", help_text="Name of the prefecture.")

    class Meta:
        model = Municipality
        fields = ["code", "name", "kana", "romaji", "kind", "prefecture", "prefecture_name", "fictional"]
        extra_kwargs = {
            "code": {"help_text": "団体コード: six digits as text, the last a check digit."},
            "prefecture": {"help_text": "Two digits as text."},
        }


class ByCode(CursorPagination):
    ordering = "code"


class Municipalities(generics.ListAPIView[Municipality]):
    """The registry of Japanese municipalities, ordered by code."""

    permission_classes = [IsAuthenticated]
    serializer_class = MunicipalitySerializer
    pagination_class = ByCode

    @extend_schema(
        parameters=[
            OpenApiParameter("prefecture", str, description="Two digits, e.g. 10."),
            OpenApiParameter("q", str, description="Part of the name, its reading or romaji."),
        ]
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Municipalities, optionally of one prefecture or by a part of their name."""
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[Municipality]:
        found = Municipality.objects.select_related("prefecture")
        if prefecture := _parameter(self.request, "prefecture"):
            found = found.filter(prefecture_id=prefecture)
        if text := _parameter(self.request, "q"):
            found = search(found, text)
        return found


class MunicipalityDetail(generics.RetrieveAPIView[Municipality]):
    """One municipality by its present code."""

    permission_classes = [IsAuthenticated]
    serializer_class = MunicipalitySerializer
    lookup_field = "code"
    queryset = Municipality.objects.select_related("prefecture")


def _parameter(request: Request, name: str) -> str:
    """A query parameter; what a text column can't hold matches nothing."""
    return request.query_params.get(name, "").replace("\0", "\ufffd")
