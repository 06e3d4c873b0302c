"""The worker's application: tasks live in each app's `tasks.py`, their settings under `CELERY_` in settings."""

import os

from celery import Celery

from readiness import broker

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "readiness.settings")

broker.register()
app = Celery("readiness")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
