from django.urls import path

from timetable import views

app_name = "timetable"
urlpatterns = [
    path("inspections/<slug:slug>/countdown/", views.countdown_page, name="countdown"),
    path("inspections/<slug:slug>/before-the-call/", views.before_the_call_page, name="before-the-call"),
    path("inspections/<slug:slug>/timetable/", views.days_page, name="days"),
    path("inspections/<slug:slug>/my-work/", views.my_work_page, name="my-work"),
    path("inspections/<slug:slug>/steps/<slug:step>/", views.record_page, name="record"),
    path("inspections/<slug:slug>/steps/<slug:step>/undo/", views.undo_record, name="undo-record"),
]
