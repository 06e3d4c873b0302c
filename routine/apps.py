from django.apps import AppConfig


class RoutineConfig(AppConfig):
    name = "routine"
    verbose_name = "routine work"
    default_auto_field = "django.db.models.BigAutoField"
