from django.apps import AppConfig


class FocusGroupsConfig(AppConfig):
    name = "focusgroups"
    verbose_name = "focus groups"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Models can be imported only now.
        from focusgroups.references import find
        from inspections.references import register

        register("focusgroups", find)
