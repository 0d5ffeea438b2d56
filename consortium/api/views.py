"""What everybody who is known may read: the registry, and the description of the API."""

from threading import Lock
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_serializer
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework import serializers
from rest_framework.exceptions import NotAuthenticated

from consortium.search import search
from consortium.tenancy.models import Municipality

from .endpoints import DetailView, ListView, ProblemsInJson
from .pagination import CursorPagination
from .parameters import Query
from .permissions import Known
from .serializers import ModelSerializer

# drf-spectacular loads its extensions on first use, which two threads at once may not do.
_ONE_AT_A_TIME = Lock()


class Schema(ProblemsInJson, SpectacularAPIView):
    """OpenAPI 3.1 of what is here."""

    permission_classes = [Known]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with _ONE_AT_A_TIME:
            return super().dispatch(request, *args, **kwargs)


class Docs(ProblemsInJson, SpectacularSwaggerSplitView):
    """Swagger from our own address; its script is a file of its own, as the content security policy asks."""

    permission_classes = [Known]
    url_name = "api:schema"
    template_name = "api/docs.html"

    def handle_exception(self, exc: Exception) -> Any:
        """People are sent to sign in, as from any page."""
        if isinstance(exc, NotAuthenticated) and "text/html" in self.request.headers.get("Accept", ""):
            return redirect_to_login(self.request.get_full_path())
        return super().handle_exception(exc)


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "前橋市",
            value={
                "code": "102016",
                "name": "前橋市",
                "kana": "まえばしし",
                "romaji": "Maebashi-shi",
                "kind": "city",
                "prefecture": "10",
                "prefecture_name": "群馬県",
                "fictional": False,
            },
        )
    ]
)
class MunicipalitySerializer(ModelSerializer[Municipality]):
    prefecture_name = serializers.CharField(source="prefecture.name", help_text="Name of the prefecture.")

    class Meta:
        model = Municipality
        fields = ["code", "name", "kana", "romaji", "kind", "prefecture", "prefecture_name", "fictional"]
        extra_kwargs = {
            "code": {"help_text": "団体コード: six digits as text, the last a check digit."},
            "prefecture": {"help_text": "Two digits as text."},
        }


class RegistryQuery(Query):
    prefecture = serializers.RegexField(r"^[0-9]{2}$", required=False, help_text="Two digits, e.g. 10.")
    q = serializers.CharField(
        max_length=40, required=False, help_text="Part of the name, its reading or romaji."
    )


class ByCode(CursorPagination):
    ordering = "code"


def registered(given: dict[str, Any]) -> QuerySet[Municipality]:
    """given: values of RegistryQuery."""
    found: QuerySet[Municipality] = Municipality.objects.select_related("prefecture")
    if prefecture := given.get("prefecture"):
        found = found.filter(prefecture_id=prefecture)
    return search(found, given["q"]) if given.get("q") else found


@extend_schema(summary="自治体の一覧")
class Municipalities(ListView[Municipality]):
    """The registry of Japanese municipalities by code, of one prefecture or by part of the name."""

    permission_classes = [Known]
    tag = "Registry"
    query = RegistryQuery
    serializer_class = MunicipalitySerializer
    pagination_class = ByCode

    def get_queryset(self) -> QuerySet[Municipality]:
        return registered(self.given)


@extend_schema(summary="自治体")
class MunicipalityView(DetailView[Municipality]):
    """One municipality by its present code."""

    permission_classes = [Known]
    tag = "Registry"
    serializer_class = MunicipalitySerializer
    lookup_field = "code"
    queryset = Municipality.objects.select_related("prefecture")
