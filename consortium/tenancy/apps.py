from django.apps import AppConfig


class TenancyConfig(AppConfig):
    name = "consortium.tenancy"
    label = "tenancy"
    verbose_name = "自治体と区分"

    def ready(self) -> None:
        from . import checks  # noqa: F401, PLC0415  # system checks register themselves when apps are ready
