from django.urls import path

from focusgroups import views

app_name = "focusgroups"
_GROUP = "inspections/<slug:slug>/focus-groups/<slug:key>/"
urlpatterns = [
    path("inspections/<slug:slug>/focus-groups/", views.group_list, name="list"),
    path(_GROUP, views.group_page, name="group"),
    path(f"{_GROUP}attendees/add/", views.add_attendee, name="add-attendee"),
    path(f"{_GROUP}attendees/<int:pk>/remove/", views.remove_attendee, name="remove-attendee"),
    path(f"{_GROUP}attendees/<int:pk>/restore/", views.restore_attendee, name="restore-attendee"),
    path(f"{_GROUP}briefing/", views.record_briefing, name="record-briefing"),
    path(f"{_GROUP}briefing/undo/", views.undo_briefing, name="undo-briefing"),
]
