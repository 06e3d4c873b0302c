"""The look of the service: form fields, tables and template tags in the house style."""

from django.apps import AppConfig


class GovukConfig(AppConfig):
    """It has no models and only makes the template tags known to Django."""

    name = "govuk"
