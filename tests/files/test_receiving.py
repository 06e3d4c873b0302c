"""Receiving over a real socket: bytes are hashed as they come, and what is broken off leaves nothing."""

from __future__ import annotations

import hashlib
import io
import socket
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.http import UnreadablePostError
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Event, Role
from documents.models import File, Version
from files.receiving import Counting, ReceivingHandler, clean_name, receive
from tests.factories.documents import pdf_bytes
from tests.factories.people import make_council, make_inspection, make_person
from tests.processes import ENOUGH, until

BOUNDARY = "fictional-boundary"
TOKEN = "t" * 32


@given(content=st.binary(max_size=2000))
def test_what_is_received_is_hashed_and_counted_as_it_came(content):
    taken = receive(io.BytesIO(content), name="a.txt")
    try:
        assert (taken.size, taken.fault) == (len(content), "")
        assert taken.sha256 == hashlib.sha256(content).hexdigest()
        assert taken.path.read_bytes() == content
    finally:
        taken.close()
    assert not taken.path.exists()


@pytest.mark.parametrize(
    "given_name, kept",
    [
        ("minutes.pdf", "minutes.pdf"),
        ("../../etc/minutes.pdf", "minutes.pdf"),
        ("C:\\Users\\sam\\minutes.pdf", "minutes.pdf"),
        ("min\x00u\ntes\u202efdp.pdf", "min u tes fdp.pdf"),
        ("  spaced   out .pdf ", "spaced out .pdf"),
        ("", "file"),
        ("x" * 300 + ".pdf", "x" * 250 + "….pdf"),
        ("x" * 300, "x" * 254 + "…"),
    ],
)
def test_a_name_is_kept_without_what_could_mislead(given_name, kept):
    assert clean_name(given_name) == kept
    assert len(clean_name(given_name)) <= 255


def test_a_body_that_ends_early_is_known_for_what_it_is():
    stream = Counting(io.BytesIO(b"abc"), 5)
    assert stream.read(10) == b"abc"
    with pytest.raises(UnreadablePostError):
        stream.read(10)
    whole = Counting(io.BytesIO(b"abc"), 3)
    assert (whole.read(10), whole.read(10)) == (b"abc", b"")


class Sender:
    """Speaks HTTP by hand, so that it can stop in the middle."""

    def __init__(self, url: str, inspection, key: str, part: str, session: str) -> None:
        where = urlsplit(url)
        self.host = f"{where.hostname}:{where.port}"
        self.address = (where.hostname, where.port)
        self.path = reverse("documents:upload", args=[inspection.slug, key, part])
        self.session = session

    def request(self, body: bytes, length: int | None = None) -> bytes:
        head = (
            f"POST {self.path} HTTP/1.1\r\nHost: {self.host}\r\nCookie: session={self.session}; csrf={TOKEN}\r\n"
            f"Content-Type: multipart/form-data; boundary={BOUNDARY}\r\nContent-Length: {length or len(body)}\r\n"
            "Connection: close\r\n\r\n"
        )
        return head.encode() + body

    def form(self, content: bytes, name: str = "minutes.pdf") -> bytes:
        return (
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{TOKEN}\r\n'
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="row0-file"; filename="{name}"\r\n'
            "Content-Type: application/pdf\r\n\r\n"
        ).encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()  # fmt: skip

    def send(self, request: bytes, *, then_leave: bool = False, meanwhile: Callable[[], bool] | None = None) -> bytes:
        """Send it; leave at once after the last byte, or read the whole answer."""
        with socket.create_connection(self.address, timeout=ENOUGH) as connection:
            connection.sendall(request)
            if meanwhile is not None:
                until(meanwhile, "what is waited for meanwhile")
            if then_leave:
                return b""
            answer = b""
            while chunk := connection.recv(65536):
                answer += chunk
            return answer


@pytest.fixture
def sender(live_server, transactional_db) -> Sender:
    inspection = make_inspection(make_council("Fictionshire"))
    person = make_person(inspection.council, Role.COORDINATOR)
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.create()
    return Sender(live_server.url, inspection, "10", "reports", str(session.session_key))


def rows() -> tuple[int, int, int]:
    return File.objects.count(), Version.objects.count(), Event.objects.filter(inspection__gt="").count()


def test_a_whole_upload_over_a_socket_is_kept(sender, on_disk):
    body = pdf_bytes()
    answer = sender.send(sender.request(sender.form(body)))
    assert answer.split(b"\r\n", 1)[0] == b"HTTP/1.1 302 Found"
    version = Version.objects.get()
    assert (version.sha256, version.size) == (hashlib.sha256(body).hexdigest(), len(body))
    assert on_disk() == ["files"]


@pytest.mark.parametrize("part", [0.3, 0.999])
def test_an_upload_that_is_broken_off_leaves_nothing(sender, on_disk, part):
    form = sender.form(pdf_bytes() + b"\n" * 2_000_000)
    cut = form[: int(len(form) * part)]
    arriving = lambda: on_disk() == ["incoming"]  # noqa: E731
    sender.send(sender.request(cut, len(form)), then_leave=True, meanwhile=arriving)
    until(lambda: on_disk() == [], "nothing is left")
    assert (rows(), on_disk()) == ((0, 0, 0), [])


def test_an_upload_without_its_last_boundary_is_not_taken_for_a_shorter_file(sender, on_disk):
    form = sender.form(pdf_bytes())
    cut = form[: form.rindex(b"%%EOF")]
    with socket.create_connection(sender.address, timeout=ENOUGH) as connection:
        connection.sendall(sender.request(cut, len(form)))
        connection.shutdown(socket.SHUT_WR)
        answer = connection.recv(65536)
    assert answer.split(b" ")[1] in {b"400", b"403"}
    assert (rows(), on_disk()) == ((0, 0, 0), [])


def test_a_file_over_the_limit_is_answered_in_words_and_not_written_beyond_it(sender, on_disk, settings):
    settings.MAX_UPLOAD_MB = 1
    answer = sender.send(sender.request(sender.form(b"%PDF-" + b"x" * 1_500_000, "large.pdf")))
    assert answer.split(b"\r\n", 1)[0] == b"HTTP/1.1 422 Unprocessable Entity"
    assert answer.count(b"large.pdf was not added: it is larger than 1 MB") == 2
    assert (rows(), on_disk()) == ((0, 0, 0), [])


def test_a_file_far_over_the_limit_is_not_received_to_its_end(rf, on_disk, settings):
    settings.MAX_UPLOAD_MB = 1
    head = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="row0-file"; filename="huge.pdf"\r\n'
        "Content-Type: application/pdf\r\n\r\n"
    ).encode()
    length = 400_000_000
    body = Endless(head)
    request = rf.post("/")
    request.META |= {"CONTENT_TYPE": f"multipart/form-data; boundary={BOUNDARY}", "CONTENT_LENGTH": str(length)}
    handler = ReceivingHandler(request)
    answer = handler.handle_raw_input(body, request.META, length, BOUNDARY)
    assert answer is not None
    (taken,) = answer[1].getlist("row0-file")
    assert (taken.name, taken.fault, on_disk()) == ("huge.pdf", "too large", [])
    assert 2_000_000 < body.given < 4_000_000


class Endless:
    """A body that never ends."""

    def __init__(self, head: bytes) -> None:
        self.head, self.given = head, 0

    def read(self, size: int) -> bytes:
        chunk, self.head = (self.head or b"x" * size)[:size], b""
        self.given += len(chunk)
        return chunk


def test_what_could_not_be_received_takes_nothing_away(uploads):
    """A full disk, in a service that runs as root, must not cost the machine a file that is there."""
    uploads.parent.mkdir(exist_ok=True)
    uploads.write_text("a file where the folder should be")
    received = receive(io.BytesIO(b"some bytes"), name="minutes.pdf")
    assert (received.fault, received.path.is_relative_to(uploads), received.path.exists()) == ("storage", True, False)
    received.close()
    assert uploads.read_text() == "a file where the folder should be"
