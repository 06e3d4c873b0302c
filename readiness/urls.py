"""Every address of the project; each app lists its own below its include."""

from django.urls import include, path

from readiness import views
from readiness.health import health

urlpatterns = [
    path("", views.start, name="start"),
    path("inspections/<slug:slug>/", views.dashboard_page, name="dashboard"),
    path("inspections/<slug:slug>/summary/", views.summary_page, name="summary"),
    path("councils/<slug:council>/", views.everything_page, name="everything"),
    path("councils/<slug:council>/inspections/open/", views.open_inspection_page, name="open-inspection"),
    path("mailbox/", views.mailbox_page, name="mailbox"),
    path("mailbox/<slug:name>/", views.message_page, name="mailbox-message"),
    path("health", health, name="health"),
    path("", include("accounts.urls")),
    path("", include("inspections.urls")),
    path("", include("documents.urls")),
    path("", include("intake.urls")),
    path("", include("focusgroups.urls")),
    path("", include("contact.urls")),
    path("", include("cases.urls")),
    path("", include("audits.urls")),
    path("", include("timetable.urls")),
    path("", include("reminders.urls")),
    path("", include("evidencepack.urls")),
    path("", include("feeds.urls")),
]
