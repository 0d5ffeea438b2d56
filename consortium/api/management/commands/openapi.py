"""Keeps docs/openapi/*.yaml, the descriptions of both surfaces' APIs that reviewers and clients read."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import override
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiYamlRenderer

PLACE = Path(settings.BASE_DIR) / "docs" / "openapi"
SURFACES = ("portal", "identity")


class Command(BaseCommand):
    help = "Write the OpenAPI description, or with --check fail when the one on file is not that of the code."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        PLACE.mkdir(parents=True, exist_ok=True)
        for surface in SURFACES:
            text, file = described(surface), PLACE / f"{surface}.yaml"
            if not options["check"]:
                file.write_bytes(text)
            elif not file.exists() or file.read_bytes() != text:
                raise CommandError(f"{file.name} is stale: run `python manage.py openapi`.")


def described(surface: str) -> bytes:
    """The same wherever it is made. Raises CommandError for what the generator had to guess."""
    GENERATOR_STATS.reset()
    with override("ja"):
        schema = SchemaGenerator(urlconf=f"consortium.urls.{surface}").get_schema(request=None, public=True)  # type: ignore[no-untyped-call]  # drf-spectacular
    if GENERATOR_STATS:
        raise CommandError("\n".join([*GENERATOR_STATS._warn_cache, *GENERATOR_STATS._error_cache]))
    return bytes(OpenApiYamlRenderer().render(schema, renderer_context={}))  # type: ignore[no-untyped-call]  # as above
