from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand

from consortium.ui import catalogue
from consortium.ui.easy import LOCALE, resident_sources


class Command(BaseCommand):
    help = "Extract every translatable text into consortium/locale/en/LC_MESSAGES/django.po"
    requires_system_checks = []

    def handle(self, *args: object, **options: object) -> None:
        locale = Path(settings.LOCALE_PATHS[0])
        found = catalogue.extracted(catalogue.sources(own_folders(locale.parent)))
        summary = catalogue.update(locale / "en" / "LC_MESSAGES" / "django.po", found)
        residents = catalogue.extracted(resident_sources(locale.parent.parent))
        easy = catalogue.update(locale / LOCALE / "LC_MESSAGES" / "django.po", residents, "ja")
        self.stdout.write(f"{easy.total} texts of residents, {easy.untranslated} without easy Japanese")
        self.stdout.write(
            f"{summary.total} texts: {summary.added} new, {summary.dropped} dropped, "
            f"{summary.untranslated} not translated"
        )


def own_folders(federation: Path) -> list[Path]:
    """The federation and the products beside it, not the libraries."""
    root = federation.parent
    products = {
        Path(config.path) for config in apps.get_app_configs() if Path(config.path).parent == root
    } - {federation}
    return [federation, *sorted(products)]
