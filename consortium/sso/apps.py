from django.apps import AppConfig


class SsoConfig(AppConfig):
    name = "consortium.sso"
    label = "sso"
    verbose_name = "シングルサインオン"
