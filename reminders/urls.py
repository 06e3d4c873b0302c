from django.urls import path

from reminders import views

app_name = "reminders"
urlpatterns = [
    path("inspections/<slug:slug>/reminders/", views.ledger_page, name="ledger"),
    path("inspections/<slug:slug>/reminders/<int:pk>/send-again", views.send_again, name="send-again"),
]
