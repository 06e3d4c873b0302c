from django.apps import AppConfig


class EvidencePackConfig(AppConfig):
    name = "evidencepack"
    verbose_name = "evidence pack"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Models can be imported only now.
        from evidencepack.references import find
        from inspections.references import register

        register("evidencepack", find)
