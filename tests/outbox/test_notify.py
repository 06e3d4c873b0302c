"""GOV.UK Notify's own client against a server on loopback that speaks its protocol and answers as it is told."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from django.conf import settings as project

from outbox.models import Message, MessageState
from outbox.sending import send_waiting
from tests.factories.mail import make_message
from tests.factories.people import NOW, at

pytestmark = pytest.mark.django_db

SERVICE, SECRET = "26785a09-ab16-4eb0-8407-a37497a57506", "3d844edf-8d35-48ac-975b-e847b4f122b0"
TEMPLATE = "9d751e0e-f929-4891-82a1-a3e1c3c18ee3"
LATER = at("2011-04-01 12:00")
TAKEN_AND_LOST = (500, "InternalServerError", "Internal server error", True)


class Notify(ThreadingHTTPServer):
    """`taken` are the emails it has accepted; `answers` the refusals it gives first, one each; `asked` the look-ups."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.taken: list[dict] = []
        self.answers: list[tuple] = []
        self.asked: list[str] = []


class Handler(BaseHTTPRequestHandler):
    server: Notify

    def log_message(self, *args: object) -> None:
        pass

    def is_ours(self) -> bool:
        token = self.headers["Authorization"].removeprefix("Bearer ")
        try:
            return jwt.decode(token, SECRET, algorithms=["HS256"], options={"verify_iat": True})["iss"] == SERVICE
        except jwt.InvalidTokenError:
            return False

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        assert self.path == "/v2/notifications/email"
        if not self.is_ours():
            self.refuse(403, "AuthError", "Invalid token: API key not found")
        elif self.server.answers:
            status, kind, words, *taken = self.server.answers.pop(0)
            self.server.taken += [body] if taken else []
            self.refuse(status, kind, words)
        else:
            self.server.taken.append(body)
            self.answer(201, {"id": "1", "reference": body["reference"]})

    def do_GET(self) -> None:
        reference = parse_qs(urlsplit(self.path).query)["reference"][0]
        self.server.asked.append(reference)
        self.answer(200, {"notifications": [each for each in self.server.taken if each["reference"] == reference]})

    def refuse(self, status: int, kind: str, words: str) -> None:
        self.answer(status, {"status_code": status, "errors": [{"error": kind, "message": words}]})

    def answer(self, status: int, body: dict) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@pytest.fixture
def notify(settings):
    with Notify() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        settings.EMAIL_BACKEND = "outbox.notify.NotifyBackend"
        settings.NOTIFY = {
            "api_key": f"test-{SERVICE}-{SECRET}",
            "template": TEMPLATE,
            "base_url": f"http://127.0.0.1:{server.server_address[1]}",
            "reply_to": "",
        }
        yield server
        server.shutdown()
        thread.join(5)


def test_email_goes_through_the_template_under_its_message_id(notify):
    message = make_message()
    assert send_waiting(now=NOW).as_dict() == {"sent": 1, "failed": 0, "delayed": 0}
    assert notify.taken == [
        {
            "email_address": message.to,
            "template_id": TEMPLATE,
            "personalisation": {"subject": message.subject, "body": message.text},
            "reference": message.message_id,
        }
    ]
    assert notify.asked == []


@pytest.mark.parametrize(
    ("answer", "state", "tries", "words"),
    [
        (
            (400, "ValidationError", "email_address Not a valid email address"),
            MessageState.FAILED,
            1,
            "400 email_address Not a valid email address",
        ),
        (
            (400, "BadRequestError", "Can’t send to this recipient using a team-only API key"),
            MessageState.FAILED,
            1,
            "400 Can’t send to this recipient using a team-only API key",
        ),
        (
            (400, "BadRequestError", "Template not found"),
            MessageState.QUEUED,
            0,
            "GOV.UK Notify refuses all our email: 400 Template not found",
        ),
        (
            (403, "AuthError", "Invalid token: signature"),
            MessageState.QUEUED,
            0,
            "GOV.UK Notify refuses all our email: 403 Invalid token: signature",
        ),
        (
            (429, "RateLimitError", "Exceeded rate limit for key type LIVE of 3000 requests per 60 seconds"),
            MessageState.QUEUED,
            0,
            "GOV.UK Notify takes no more email just now: 429 Exceeded rate limit for key type LIVE of 3000 requests per"
            " 60 seconds",
        ),
        ((500, "Exception", "Internal server error"), MessageState.QUEUED, 1,
         "GOV.UK Notify could not take it: 500 Internal server error"),
    ],
)  # fmt: skip
def test_refusal_is_a_failure_or_waits(notify, answer, state, tries, words):
    message = make_message()
    notify.answers = [answer]
    send_waiting(now=NOW)
    message.refresh_from_db()
    assert (message.state, message.tries, message.last_error) == (state, tries, words)
    assert notify.taken == []
    if state == MessageState.QUEUED:
        assert send_waiting(now=LATER).sent == 1
        assert len(notify.taken) == 1


def test_email_that_was_taken_although_the_answer_was_lost_is_not_sent_twice(notify):
    message = make_message()
    notify.answers = [TAKEN_AND_LOST]
    assert send_waiting(now=NOW).delayed == 1
    assert send_waiting(now=LATER).sent == 1
    assert [each["reference"] for each in notify.taken] == notify.asked == [message.message_id]


def test_email_of_a_worker_that_was_killed_is_asked_for_first(notify):
    message = make_message()
    send_waiting(now=NOW)
    # As it stands where the worker was killed between Notify's yes and the commit.
    Message.objects.update(state=MessageState.SENDING, sent_at=None, tries=0, claim="a dead worker", free_at=NOW)
    assert send_waiting(now=LATER).sent == 1
    assert [each["reference"] for each in notify.taken] == notify.asked == [message.message_id]


def test_wrong_key_and_no_server_lose_nothing(notify, settings):
    make_message()
    good = settings.NOTIFY
    settings.NOTIFY = {**good, "api_key": f"test-{SERVICE}-{TEMPLATE}"}
    assert send_waiting(now=NOW).trouble == "GOV.UK Notify refuses all our email: 403 Invalid token: API key not found"
    settings.NOTIFY = {**good, "base_url": "http://127.0.0.1:9"}
    assert send_waiting(now=at("2011-04-01 09:10")).delayed == 1
    settings.NOTIFY = good
    assert send_waiting(now=LATER).sent == 1


@pytest.mark.parametrize(
    ("url", "said"),
    [
        (f"govuk-notify://?api_key=live-{SERVICE}-{SECRET}&template={TEMPLATE}", "outbox.notify.NotifyBackend"),
        (f"govuk-notify://?api_key=live-{SERVICE}&template={TEMPLATE}", "EMAIL_URL is malformed"),
        (f"govuk-notify://?api_key=live-{SERVICE}-{SECRET}", "EMAIL_URL is malformed"),
    ],
)
def test_setting_is_read_and_a_malformed_one_stops_the_start(url, said, tmp_path):
    environment = {"EMAIL_URL": url, "SECRET_KEY": "x" * 50, "DATA_DIR": str(tmp_path), "PATH": "/usr/bin"}
    code = "from readiness import settings; print(settings.EMAIL_BACKEND, settings.NOTIFY['template'])"
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, cwd=project.BASE_DIR, capture_output=True, text=True, timeout=120
    )
    assert said in done.stdout + done.stderr
    assert SECRET not in done.stderr
