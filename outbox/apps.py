from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "outbox"
    verbose_name = "outbox"
    default_auto_field = "django.db.models.BigAutoField"
