from django.apps import AppConfig


class EvidencePackConfig(AppConfig):
    name = "evidencepack"
    verbose_name = "evidence pack"
    default_auto_field = "django.db.models.BigAutoField"
