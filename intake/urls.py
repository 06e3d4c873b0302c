from django.urls import path

from intake import views

app_name = "intake"

_intake = "inspections/<slug:slug>/add-many/"

urlpatterns = [
    path(_intake, views.add_many, name="add-many"),
    path(f"{_intake}sort/", views.sort, name="sort"),
    path(f"{_intake}zip/<int:pk>/", views.progress, name="progress"),
    path(f"{_intake}zip/<int:pk>/dismiss/", views.dismiss, name="dismiss"),
]
