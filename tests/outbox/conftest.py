from collections.abc import Iterator

import pytest

from tests.factories.mail import MailServer
from tests.processes import ENOUGH


@pytest.fixture
def server(settings) -> Iterator[MailServer]:
    """A mail server that says yes to everything until it is told otherwise, and settings that point to it."""
    with MailServer() as running:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", running.port
        settings.EMAIL_TIMEOUT = ENOUGH
        yield running
