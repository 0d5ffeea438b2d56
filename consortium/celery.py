"""The queue. `python -m celery -A consortium worker -Q default` and, with the report login, `-Q reports`."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "consortium.settings")

app = Celery("consortium", task_cls="consortium.tenancy.tasks:ContextTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
