from django.apps import AppConfig


class OperationsConfig(AppConfig):
    name = "consortium.operations"
    label = "operations"
    verbose_name = "運用"
