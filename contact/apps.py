from django.apps import AppConfig


class ContactConfig(AppConfig):
    name = "contact"
    verbose_name = "contact with the inspectors"
    default_auto_field = "django.db.models.BigAutoField"
