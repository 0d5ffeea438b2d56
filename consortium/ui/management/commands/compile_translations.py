from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand

from consortium.ui import catalogue


class Command(BaseCommand):
    help = "Compile the .po catalogues that are newer than their .mo"
    requires_system_checks = []

    def handle(self, *args: object, **options: object) -> None:
        files = sorted(
            po for folder in settings.LOCALE_PATHS for po in Path(folder).glob("*/LC_MESSAGES/*.po")
        )
        done = [po for po in files if catalogue.compile_newer(po)]
        if done:
            self.stdout.write(f"Translations compiled: {', '.join(po.parts[-3] for po in done)}")
