from django.apps import AppConfig


class ContactConfig(AppConfig):
    name = "contact"
    verbose_name = "contact with the inspectors"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Models can be imported only now.
        from contact.references import find
        from inspections.references import register

        register("contact", find)
