from django.apps import AppConfig


class TimetableConfig(AppConfig):
    name = "timetable"
    verbose_name = "timetable"
    default_auto_field = "django.db.models.BigAutoField"
