"""What every answer tells the browser, and that nothing is open by default."""

import pytest
from django.conf import settings
from django.urls import reverse

from accounts.models import Role
from tests.factories.people import make_council, make_person

POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
}


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/sign-in/", "/", "/there-is-no-such-page/"])
def test_every_answer_carries_the_whole_policy(client, path):
    headers = client.get(path).headers
    assert set(headers["Content-Security-Policy"].split("; ")) == POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert set(headers["Permissions-Policy"].split(", ")) == {
        f"{name}={'(self)' if name == 'fullscreen' else '()'}" for name in settings.PERMISSIONS_POLICY
    }


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/account/", "/mailbox/", "/there-is-no-such-page/"])
def test_nothing_of_a_page_is_kept_for_whoever_comes_next(client, path):
    client.force_login(make_person(make_council(), Role.OWNER), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(path)["Cache-Control"] == "private, no-store"


@pytest.mark.django_db
def test_page_without_sign_in_leads_to_it_and_back(client):
    answer = client.get("/")
    assert (answer.status_code, answer["Location"]) == (302, reverse(settings.LOGIN_URL) + "?next=/")


@pytest.mark.django_db
def test_cookies_are_out_of_reach_of_scripts_and_other_sites(client):
    cookies = client.get("/sign-in/").cookies
    assert [name for name in cookies if not (cookies[name]["httponly"] and cookies[name]["samesite"] == "Lax")] == []
    assert len(cookies) >= 1
