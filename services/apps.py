from django.apps import AppConfig


class ServicesConfig(AppConfig):
    name = "services"
    verbose_name = "共通部品と連携サービス"
