from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "consortium.api"
    label = "api"
    verbose_name = "API"
