"""Requests that no browser sends: they are answered in words, and leave nothing on the disk."""

from __future__ import annotations

import io
from contextlib import closing
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory

from readiness.requests import MOST_KEPT
from readiness.wsgi import application

FORM, FILES = "application/x-www-form-urlencoded", "multipart/form-data; boundary=b"


@pytest.mark.django_db
@pytest.mark.parametrize("parameter", ["charset=utf-7", "charset=hex", 'CharSet = "undefined"', "charset*=utf-8''hex"])
@pytest.mark.parametrize(
    ("kind", "body"),
    [(FORM, b"username=a"), (FILES, b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nx\r\n--b--')],
)
def test_an_encoding_of_ones_own_is_answered_as_any_request(parameter, kind, body) -> None:
    request = RequestFactory().generic("POST", "/sign-in/?next=%ff", body, content_type=f"{kind}; charset=utf-8")
    answered: list[tuple[str, dict[str, str]]] = []
    environ = {**request.environ, "CONTENT_TYPE": f"{kind}; {parameter}", "wsgi.input": io.BytesIO(body)}

    def start(status, headers, exc_info=None):
        answered.append((status, dict(headers)))
        return io.BytesIO().write

    sent: Any = application(environ, start)
    with closing(sent):
        assert len(b"".join(sent)) > 0
    ((status, headers),) = answered
    assert status == "403 Forbidden"
    assert "default-src 'none'" in headers["Content-Security-Policy"]


def test_of_files_that_nobody_asked_for_only_a_little_is_kept() -> None:
    sent = {f"f{number}": SimpleUploadedFile(f"{number}.bin", bytes(MOST_KEPT // 2 + 1)) for number in range(4)}
    request = RequestFactory().post("/sign-in/", sent)
    kept = [file.seek(0, io.SEEK_END) for file in request.FILES.values()]
    assert kept == [MOST_KEPT // 2 + 1, MOST_KEPT // 2 - 1, 0, 0]
    assert {file.size for file in request.FILES.values()} == {MOST_KEPT // 2 + 1}
    request.close()


@pytest.mark.django_db
def test_a_form_that_is_refused_is_answered_in_our_own_words() -> None:
    response = Client(enforce_csrf_checks=True).post("/sign-in/", {"username": "a"})
    assert response.status_code == 403
    assert '<h1 class="govuk-heading-l">You cannot do this from here</h1>' in response.content.decode()
