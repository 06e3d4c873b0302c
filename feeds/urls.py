from django.urls import path

from feeds import views

app_name = "feeds"
_OWN = "councils/<slug:council>/calendars/"
urlpatterns = [
    # Addresses under /calendars/ are secret: readiness/logs.py keeps them out of the log.
    path("calendars/<int:pk>/<str:token>.ics", views.feed, name="feed"),
    path(_OWN, views.own_feeds, name="own"),
    path(f"{_OWN}<slug:kind>/make/", views.make, name="make"),
    path(f"{_OWN}<slug:kind>/renew/", views.renew, name="renew"),
    path(f"{_OWN}<slug:kind>/end/", views.end, name="end"),
]
