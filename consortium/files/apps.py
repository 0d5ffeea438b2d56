from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "consortium.files"
    label = "files"
    verbose_name = "ファイル"
