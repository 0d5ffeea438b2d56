from django.apps import AppConfig


class ReportingConfig(AppConfig):
    name = "consortium.reporting"
    label = "reporting"
    verbose_name = "横断集計"
