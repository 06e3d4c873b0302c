"""`manage.py mailbox`: the embedded mode's mail server, in the foreground."""

import signal
import threading
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from readiness.mailbox import LocalServer


class Command(BaseCommand):
    """Runs the local mailbox's SMTP server until it is stopped."""

    help = "Runs the local mail server of the embedded mode, which stores messages as files in DATA_DIR/mailbox."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Listens on a free port of this machine, announced in the mailbox; ends on SIGINT or SIGTERM."""
        if settings.MAILBOX_DIR is None:
            raise CommandError("EMAIL_URL names a mail server, so there is no local mailbox to run")
        stop = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stop.set())
        try:
            with LocalServer(settings.MAILBOX_DIR) as server:
                server.announce()
                self.stdout.write(f"Mail to the local mailbox: smtp://127.0.0.1:{server.port}")
                self.stdout.flush()
                stop.wait()
                server.withdraw()
        except OSError as error:
            raise CommandError(f"The mailbox cannot be used: {error}") from None
