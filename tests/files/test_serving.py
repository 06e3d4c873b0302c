"""Downloads by the application, by a real nginx in front, by an object storage: the same check, the same headers."""

from __future__ import annotations

import os
import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from django.conf import settings as project
from django.urls import reverse
from django.utils import timezone
from time_machine import travel

from accounts.models import Event, Role
from files.serving import from_disk
from tests.factories.documents import add, pdf_bytes
from tests.factories.people import make_council, make_inspection, make_person
from tests.processes import running, until
from tests.services import free_port

PART = ("10", "reports")
NGINX = """\
{user}
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 32; }}
http {{
    access_log off;
    client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c;
    uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
    server {{
        listen 127.0.0.1:{port};
        location / {{ proxy_pass {upstream}; proxy_set_header Host $http_host; }}
{kept}
    }}
}}
"""


@pytest.fixture
def inspection():
    return make_inspection(make_council("Fictionshire"))


def kept_locations() -> str:
    """Just what docs/running.md tells people to write."""
    text = (project.BASE_DIR / "docs" / "running.md").read_text()
    found = re.findall(r"^    location /kept/\w+/ \{\n(?:        .*\n)+    \}\n", text, re.MULTILINE)
    assert len(found) == 4
    return "".join(found)


@pytest.fixture
def nginx(live_server, settings, tmp_path) -> Iterator[str]:
    """A real nginx in front of the application, with the locations of the documentation; its address."""
    folder, port = tmp_path / "nginx", free_port()
    folder.mkdir()
    settings.SENDFILE_PREFIX, settings.PACKS_DIR = "/kept", tmp_path / "packs"
    kept = (
        kept_locations().replace("/data/uploads", str(settings.UPLOADS_DIR)).replace("/data/packs", f"{tmp_path}/packs")
    )
    user = "user root;" if os.geteuid() == 0 else ""
    text = NGINX.format(user=user, folder=folder, port=port, upstream=live_server.url, kept=kept)
    (folder / "nginx.conf").write_text(text)
    command = ["/usr/sbin/nginx", "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log"), "-p", str(folder)]
    with running(command, folder / "out", dict(os.environ)):
        address = f"http://127.0.0.1:{port}"
        until(lambda: fetched(f"{address}/health")[0] in (200, 503), "nginx answers")
        yield address


class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args, **kwargs):
        return None


def fetched(url: str, session: str = "") -> tuple[int, dict[str, str], bytes]:
    """Status, headers in lower case and body; a redirect is not followed."""
    request = urllib.request.Request(url, headers={"Cookie": f"session={session}"})
    try:
        with urllib.request.build_opener(Stay).open(request, timeout=10) as answer:
            return answer.status, {name.lower(): value for name, value in answer.headers.items()}, answer.read()
    except urllib.error.HTTPError as answer:
        with answer:
            return answer.code, {name.lower(): value for name, value in answer.headers.items()}, answer.read()
    except OSError:
        return 0, {}, b""


def session_of(client, person) -> str:
    client.force_login(person)
    return client.cookies["session"].value


def address_of(version) -> str:
    return reverse("documents:download", args=[version.file.inspection.slug, version.pk])


GUARDS = {
    "x-content-type-options": "nosniff",
    "cache-control": "private, no-store",
    "content-security-policy": "sandbox; default-src 'none'",
}


@pytest.mark.django_db(transaction=True)
def test_nginx_sends_the_file_with_all_its_headers_to_who_may_have_it(nginx, client, inspection):
    body = pdf_bytes()
    version = add(inspection, *PART, content=body, name="minutes of é.pdf").version
    session = session_of(client, make_person(inspection.council, Role.COORDINATOR))
    status, headers, sent = fetched(nginx + address_of(version), session)
    assert (status, sent) == (200, body)
    assert {name: headers[name] for name in GUARDS} == GUARDS
    assert headers["content-type"] == "application/pdf"
    assert headers["content-disposition"] == "attachment; filename*=utf-8''minutes%20of%20%C3%A9.pdf"
    # nginx itself has sent it: the application has no tags of files.
    assert ("etag" in headers, "x-accel-redirect" in headers) == (True, False)


@pytest.mark.django_db(transaction=True)
def test_the_internal_address_is_nobodys_and_the_check_comes_first(nginx, client, inspection):
    version = add(inspection, *PART).version
    inside = f"/kept/files/{version.stored_name[:2]}/{version.stored_name}"
    session = session_of(client, make_person(inspection.council, Role.COORDINATOR))
    assert fetched(nginx + inside, session)[0] == 404
    assert fetched(f"{nginx}/kept/packs/1/pack.pdf", session)[0] == 404
    stranger = session_of(client, make_person(make_council("Elsewhere"), Role.COORDINATOR))
    assert fetched(nginx + address_of(version), stranger)[0] == 404
    assert fetched(nginx + address_of(version))[0] == 302


@pytest.mark.django_db(transaction=True)
def test_a_file_that_is_lost_is_said_to_be_so_behind_nginx_too(nginx, client, inspection, uploads):
    version = add(inspection, *PART).version
    next((uploads / "files").glob("*/*")).unlink()
    session = session_of(client, make_person(inspection.council, Role.COORDINATOR))
    status, headers, _ = fetched(nginx + address_of(version), session)
    assert (status, headers["content-type"]) == (503, "text/html; charset=utf-8")


@pytest.mark.django_db
def test_the_application_sends_the_file_itself(client, place, inspection, settings):
    if settings.OBJECT_STORAGE:
        settings.OBJECT_STORAGE = {**settings.OBJECT_STORAGE, "downloads": "through"}
    body = pdf_bytes()
    version = add(inspection, *PART, content=body).version
    client.force_login(make_person(inspection.council, Role.COORDINATOR))
    answer = client.get(address_of(version))
    assert (answer.status_code, b"".join(answer.streaming_content)) == (200, body)
    assert {name: answer[name] for name in GUARDS} == GUARDS
    assert answer["Content-Disposition"] == 'attachment; filename="minutes.pdf"'
    assert (answer["Content-Type"], answer["Content-Length"]) == ("application/pdf", str(len(body)))


@pytest.mark.django_db
def test_an_object_storage_gives_the_file_out_for_a_minute(client, bucket, inspection):
    body = pdf_bytes()
    version = add(inspection, *PART, content=body, name="minutes of é.pdf").version
    client.force_login(make_person(inspection.council, Role.COORDINATOR))
    answer = client.get(address_of(version))
    assert (answer.status_code, answer["Referrer-Policy"], answer["Cache-Control"]) == (
        302,
        "no-referrer",
        "private, no-store",
    )
    asked = parse_qs(urlsplit(answer["Location"]).query)
    assert asked["X-Amz-Expires"] == ["60"]
    status, headers, sent = fetched(answer["Location"])
    assert (status, sent) == (200, body)
    assert headers["content-type"] == "application/pdf"
    assert headers["content-disposition"] == "attachment; filename*=utf-8''minutes%20of%20%C3%A9.pdf"


@pytest.mark.django_db
def test_what_a_signed_address_says_cannot_be_changed(client, bucket, inspection):
    """The server of the tests does not check signatures: that each part is signed is read from the signature itself."""
    version = add(inspection, *PART).version
    client.force_login(make_person(inspection.council, Role.COORDINATOR))

    def signature(name: str) -> tuple[str, str]:
        type(version).objects.filter(pk=version.pk).update(original_name=name)
        asked = parse_qs(urlsplit(client.get(address_of(version))["Location"]).query)
        return asked["X-Amz-Date"][0], asked["X-Amz-Signature"][0]

    # All at one moment, or that makes the difference.
    with travel(timezone.now(), tick=False):
        one, other, again = signature("a.pdf"), signature("b.pdf"), signature("a.pdf")
    assert (one == again, one[1] == other[1]) == (True, False)


@pytest.mark.django_db
def test_a_file_that_names_children_has_no_address_of_its_own_and_its_opening_is_on_the_record(
    client, bucket, inspection
):
    body = pdf_bytes()
    version = add(inspection, *PART, content=body, names_children=True).version
    client.force_login(make_person(inspection.council, Role.COORDINATOR))
    answer = client.get(address_of(version))
    assert (answer.status_code, b"".join(answer.streaming_content)) == (200, body)
    assert {name: answer[name] for name in GUARDS} == GUARDS
    assert Event.objects.filter(verb="file that names children opened").count() == 1


@pytest.mark.django_db
def test_a_file_that_the_object_storage_lost_is_said_to_be_so(client, bucket, inspection):
    version = add(inspection, *PART).version
    bucket.Object(f"evidence/{version.stored_name}").delete()
    client.force_login(make_person(inspection.council, Role.COORDINATOR))
    assert client.get(address_of(version)).status_code == 503


@pytest.mark.django_db
def test_the_address_given_to_the_web_server_is_quoted(settings, uploads):
    settings.SENDFILE_PREFIX = "/kept"
    folder = uploads / "a b"
    folder.mkdir(parents=True)
    (folder / "c%d.pdf").write_bytes(b"x")
    answer = from_disk(folder / "c%d.pdf", uploads, "files", name="x.pdf", mime="application/pdf")
    assert answer["X-Accel-Redirect"] == "/kept/files/" + quote("a b/c%d.pdf")
