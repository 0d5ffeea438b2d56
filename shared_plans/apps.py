from django.apps import AppConfig


class SharedPlansConfig(AppConfig):
    name = "shared_plans"
    verbose_name = "DX推進計画"
