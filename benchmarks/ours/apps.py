from django.apps import AppConfig


class OursConfig(AppConfig):
    name = "benchmarks.ours"
    label = "ours"
