from django.apps import AppConfig


class FocusGroupsConfig(AppConfig):
    name = "focusgroups"
    verbose_name = "focus groups"
    default_auto_field = "django.db.models.BigAutoField"
