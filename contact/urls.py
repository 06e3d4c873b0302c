from django.urls import path

from contact import requests_views, views

app_name = "contact"
_HERE = "inspections/<slug:slug>/contact/"
_REQUEST = f"{_HERE}requests/<int:number>/"
urlpatterns = [
    path(_HERE, views.contact_page, name="contact"),
    path(f"{_HERE}log/", views.add_contact, name="add-contact"),
    path(f"{_HERE}log/<int:pk>/withdraw/", views.withdraw_contact, name="withdraw-contact"),
    path(f"{_HERE}inspectors/add/", views.add_inspector, name="add-inspector"),
    path(f"{_HERE}inspectors/<int:pk>/", views.change_inspector, name="change-inspector"),
    path(f"{_HERE}inspectors/<int:pk>/remove/", views.remove_inspector, name="remove-inspector"),
    path(f"{_HERE}inspectors/<int:pk>/restore/", views.restore_inspector, name="restore-inspector"),
    path(f"{_HERE}set-up-meeting/", views.set_up_meeting, name="set-up-meeting"),
    path(f"{_HERE}requests/add/", requests_views.add_request, name="add-request"),
    path(_REQUEST, requests_views.request_page, name="request"),
    path(f"{_REQUEST}change/", requests_views.change_request, name="change-request"),
    path(f"{_REQUEST}reopen/", requests_views.reopen_request, name="reopen-request"),
    path(f"{_REQUEST}withdraw/", requests_views.withdraw_request, name="withdraw-request"),
    path(f"{_REQUEST}reinstate/", requests_views.reinstate_request, name="reinstate-request"),
]
