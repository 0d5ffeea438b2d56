from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "consortium.jobs"
    label = "jobs"
    verbose_name = "処理"
