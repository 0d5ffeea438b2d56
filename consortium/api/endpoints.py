"""Bases of every view of the API: what all operations have in common is done here, unasked."""

from collections.abc import Mapping
from typing import Any, ClassVar, TypeVar, cast

from django.db.models import Model
from django.http import HttpResponse
from rest_framework import generics
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView as Base

from consortium.problems import FORBIDDEN, SECOND_FACTOR, TOKEN, UNAUTHENTICATED, Kind
from consortium.tenancy.actor import Actor

from . import conditions, idempotency, parameters
from .deprecation import Deprecation
from .serializers import NoBody, Serializer

M = TypeVar("M", bound=Model)
SAFE = frozenset({"GET", "HEAD"})
NO_CONTENT = 204


class ProblemsInJson(Base):
    """Whatever the view's own format is, e.g. CSV or YAML, a refusal is a problem in JSON."""

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        if isinstance(response, Response) and response.exception:
            request.accepted_renderer, request.accepted_media_type = JSONRenderer(), JSONRenderer.media_type
        return super().finalize_response(request, response, *args, **kwargs)


class Endpoint(ProblemsInJson):
    """Subclasses declare `permission` and `tag`; optionally:

    query: filters of GET; `self.given` holds their values. deprecations: by method, in lower case.
    operation_id: in the schema, where the view's name does not say it. refuses: problems beyond the usual.
    credentials: problems with who calls, where they are not those of staff and municipal systems.
    bodyless: what is posted here must be empty. keyed: a POST may come with an Idempotency-Key.
    """

    metadata_class = None
    tag: ClassVar[str]
    query: ClassVar[type[Serializer] | None] = None
    deprecations: ClassVar[Mapping[str, Deprecation]] = {}
    operation_id: ClassVar[str] = ""
    refuses: ClassVar[tuple[Kind, ...]] = ()
    credentials: ClassVar[tuple[Kind, ...]] = (UNAUTHENTICATED, TOKEN, FORBIDDEN, SECOND_FACTOR)
    bodyless: ClassVar[bool] = False
    keyed: ClassVar[bool] = True
    given: dict[str, Any]
    _claim: idempotency.Claim | None = None

    @property
    def actor(self) -> Actor:
        return cast(Actor, self.request.actor)  # type: ignore[attr-defined]  # set by the middleware

    @property
    def caller(self) -> str:
        """Whose Idempotency-Key it is."""
        return self.actor.id

    paged: ClassVar[bool] = False
    sparse_names: parameters.Names | None = None
    """What `fields` may name; None where the answer is always whole."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        reads = request.method in SAFE
        self.given = parameters.read(
            request,
            self.query if reads else None,
            paged=reads and self.paged,
            names=self.sparse_names if reads else None,
        )
        if self.bodyless and request.method == "POST":
            checked(NoBody, request)
        if self.keyed and request.method == "POST" and hasattr(self, "post"):
            self._claim = idempotency.claim(request, self.caller)

    def options(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Allow says it all."""
        return Response(status=NO_CONTENT)

    def handle_exception(self, exc: Exception) -> Response:
        return exc.response if isinstance(exc, idempotency.Replay) else super().handle_exception(exc)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        if deprecation := self.deprecations.get(str(request.method).lower()):
            for name, value in deprecation.headers().items():
                response[name] = value
        if self._claim and not response.exception:
            self._claim.keep(response)
        if request.method in SAFE and response.status_code == 200:
            response.add_post_render_callback(self._conditional)
        response.setdefault("Cache-Control", "private, no-cache")
        return response

    def _conditional(self, response: HttpResponse) -> HttpResponse:
        response.setdefault("ETag", conditions.content_tag(response.content))
        return conditions.not_modified(self.request, response)


class _Reading(Endpoint):
    """Of generic views with a serializer: `fields` narrows what it writes."""

    def sparse_names(self) -> list[str]:
        return list(cast(Any, self).serializer_class().fields)

    def get_serializer(self, *args: Any, **kwargs: Any) -> Any:
        serializer = super().get_serializer(*args, **kwargs)  # type: ignore[misc]  # of the generic view
        wanted = getattr(self, "given", {}).get(parameters.FIELDS)
        target = getattr(serializer, "child", serializer)
        for name in [name for name in target.fields if wanted and name not in wanted]:
            target.fields.pop(name)
        return serializer


class ListView(_Reading, generics.ListAPIView[M]):
    """A list by cursor."""

    paged = True


class DetailView(_Reading, generics.RetrieveAPIView[M]):
    """One resource."""


def checked(serializer: type[Serializer], request: Request) -> dict[str, Any]:
    """The body, validated. Raises ValidationError."""
    given = serializer(data=request.data)
    given.is_valid(raise_exception=True)
    return dict(given.validated_data)


def created(data: Any, location: str, *, status: int = 201, tag: str = "") -> Response:
    headers = {"Location": location} | ({"ETag": tag} if tag else {})
    return Response(data, status=status, headers=headers)
