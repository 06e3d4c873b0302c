"""The addresses of the project and one of the benchmarks' own: an empty view behind the same middleware and sign-in."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def nothing(request: HttpRequest) -> HttpResponse:
    """An empty page for somebody who is signed in: what a session, a person and the middleware cost alone."""
    return HttpResponse("")


urlpatterns = [path("benchmark-floor/", nothing), path("", include("readiness.urls"))]
