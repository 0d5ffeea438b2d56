from django.apps import AppConfig


class TabularConfig(AppConfig):
    name = "consortium.tabular"
    label = "tabular"
    verbose_name = "表の取込と出力"
