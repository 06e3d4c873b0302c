"""The project: settings, addresses, the worker's application and everything needed to run it."""

from readiness.celery import app as celery_app

__all__ = ["celery_app"]
