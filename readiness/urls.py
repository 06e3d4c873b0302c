"""Every address of the project; each app says its own below its include."""

from django.urls import include, path

from readiness.health import health

urlpatterns = [
    path("health", health, name="health"),
    path("", include("accounts.urls")),
    path("", include("inspections.urls")),
    path("", include("documents.urls")),
    path("", include("focusgroups.urls")),
    path("", include("timetable.urls")),
    path("", include("reminders.urls")),
    path("", include("evidencepack.urls")),
]
