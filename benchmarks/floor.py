"""The project's addresses and one more for the benchmarks: an empty view behind the same middleware and sign-in."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def nothing(request: HttpRequest) -> HttpResponse:
    """An empty page for somebody who is signed in: it costs only the session, the person and the middleware."""
    return HttpResponse("")


urlpatterns = [path("benchmark-floor/", nothing), path("", include("readiness.urls"))]
