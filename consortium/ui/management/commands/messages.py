from pathlib import Path
from tempfile import TemporaryDirectory

from babel.messages.catalog import Catalog
from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from consortium.ui import catalogue
from consortium.ui.easy import LOCALE, resident_sources


class Command(BaseCommand):
    help = "Extract every translatable text into consortium/locale/en/LC_MESSAGES/django.po"
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; exit code 1 if it would")

    def handle(self, *args: object, **options: object) -> None:
        locale = Path(settings.LOCALE_PATHS[0])
        found = catalogue.extracted(catalogue.sources(own_folders(locale.parent)))
        residents = catalogue.extracted(resident_sources(locale.parent.parent))
        collect = fresh if options["check"] else catalogue.update
        summary = collect(locale / "en" / "LC_MESSAGES" / "django.po", found)
        easy = collect(locale / LOCALE / "LC_MESSAGES" / "django.po", residents, "ja")
        self.stdout.write(f"{easy.total} texts of residents, {easy.untranslated} without easy Japanese")
        told = (
            f"{summary.total} texts: {summary.added} new, {summary.dropped} dropped, "
            f"{summary.untranslated} not translated"
        )
        self.stdout.write(told)
        stale = (summary.added, summary.dropped, summary.untranslated, easy.added, easy.dropped)
        if options["check"] and any(stale):
            raise CommandError("Run `make messages`, then translate what is new.")


def fresh(po: Path, found: Catalog, language: str = "en") -> catalogue.Summary:
    """What collecting anew would change, tried on a copy."""
    with TemporaryDirectory() as folder:
        copy = Path(folder) / po.name
        copy.write_bytes(po.read_bytes())
        return catalogue.update(copy, found, language)


def own_folders(federation: Path) -> list[Path]:
    """The federation and the products beside it, not the libraries."""
    root = federation.parent
    products = {
        Path(config.path) for config in apps.get_app_configs() if Path(config.path).parent == root
    } - {federation}
    return [federation, *sorted(products)]
