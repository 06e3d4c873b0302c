from django.urls import path

from timetable import calendar_views, views, wall_views

app_name = "timetable"
urlpatterns = [
    path("inspections/<slug:slug>/countdown/", views.countdown_page, name="countdown"),
    path("inspections/<slug:slug>/wall/", wall_views.wall_page, name="wall"),
    path("inspections/<slug:slug>/wall/now/", wall_views.wall_part, name="wall-part"),
    path("inspections/<slug:slug>/before-the-call/", views.before_the_call_page, name="before-the-call"),
    path("inspections/<slug:slug>/timetable/", calendar_views.days_page, name="days"),
    path("inspections/<slug:slug>/timetable/month/", calendar_views.month_page, name="month"),
    path("inspections/<slug:slug>/timetable/month/<int:year>/<int:month>/", calendar_views.month_page, name="month-of"),
    path("inspections/<slug:slug>/timetable/chart/", calendar_views.chart_page, name="chart"),
    path("inspections/<slug:slug>/timetable/print/", calendar_views.print_page, name="print"),
    path("inspections/<slug:slug>/readiness/<slug:fmt>/", views.trend_export, name="trend-export"),
    path("inspections/<slug:slug>/my-work/", views.my_work_page, name="my-work"),
    path("inspections/<slug:slug>/steps/<slug:step>/", views.record_page, name="record"),
    path("inspections/<slug:slug>/steps/<slug:step>/undo/", views.undo_record, name="undo-record"),
]
