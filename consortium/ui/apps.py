from django.apps import AppConfig
from django.conf import settings
from django.utils.module_loading import autodiscover_modules


class UiConfig(AppConfig):
    name = "consortium.ui"
    label = "ui"

    def ready(self) -> None:
        if settings.SURFACE != "migrate":  # shows nothing, and to load what others show takes half its start
            autodiscover_modules("portal")
