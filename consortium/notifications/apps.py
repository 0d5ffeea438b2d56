from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class NotificationsConfig(AppConfig):
    name = "consortium.notifications"
    label = "notifications"
    verbose_name = "通知"

    def ready(self) -> None:
        autodiscover_modules("notices")
