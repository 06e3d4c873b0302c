"""The local mailbox of the embedded mode: a real SMTP server that stores messages as files.

`manage.py serve` runs the server as a separate process, which writes its port into the folder. A command that is run
without it (`send_reminders`, say) opens a server of its own while it sends, so mail always goes through SMTP and
arrives in the same folder.
"""

import asyncio
import email
import email.policy
import os
import secrets
import smtplib
import threading
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any, NamedTuple, Self

from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings
from django.core.mail.backends import smtp

ADDRESS_FILE = "address"
LOOPBACK = "127.0.0.1"


class Stored(NamedTuple):
    """A message in the mailbox: its name there, when it arrived, its recipients, and its content."""

    name: str
    arrived: datetime
    recipients: tuple[str, ...]
    message: EmailMessage


class Keeper:
    """What the server does with a message: writes it to a file, completely or not at all, before it accepts it."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Stores the message; a temporary refusal if the disk is full, so that the sender tries again."""
        now = datetime.now(UTC)
        recipients = "".join(f"X-Envelope-To: {recipient}\r\n" for recipient in envelope.rcpt_tos)
        content = envelope.original_content or b""
        name = f"{now:%Y%m%dT%H%M%S%f}-{secrets.token_hex(4)}"
        try:
            store(self.directory / f"{name}.eml", recipients.encode() + content)
        except OSError:
            return "452 The mailbox cannot be written to"
        return f"250 Kept as {name}"


def store(path: Path, content: bytes) -> None:
    """Writes `content` to a new file at `path` that only its owner can read; OSError leaves nothing behind."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial = path.with_suffix(".partial")
    try:
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError:
        partial.unlink(missing_ok=True)
        raise


def messages(directory: Path) -> list[Stored]:
    """Every message in the mailbox, newest first; none if nothing was ever sent."""
    return [read(path) for path in sorted(directory.glob("*.eml"), reverse=True)]


def message(directory: Path, name: str) -> Stored | None:
    """The message of that name, None if there is none; a name has letters, digits and a dash, and is never a path."""
    # Longer than any of ours; the file system would raise an error.
    if not name.replace("-", "").isalnum() or len(name) > 100:
        return None
    path = directory / f"{name}.eml"
    return read(path) if path.is_file() else None


def read(path: Path) -> Stored:
    """The message stored at `path`."""
    parsed = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert isinstance(parsed, EmailMessage)
    recipients = tuple(str(value) for value in parsed.get_all("X-Envelope-To", []))
    arrived = datetime.strptime(path.stem.partition("-")[0], "%Y%m%dT%H%M%S%f").replace(tzinfo=UTC)
    return Stored(path.stem, arrived, recipients, parsed)


class LocalServer:
    """An SMTP server for this machine only, in a thread, during a `with` block."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.mark = secrets.token_hex(8)
        self.port = 0
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, name="mailbox", daemon=True)

    def __enter__(self) -> Self:
        self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        keeper = Keeper(self.directory)

        def protocol() -> SMTP:
            return SMTP(keeper, hostname="localhost", ident=self.mark, loop=self.loop)

        self.server = self.loop.run_until_complete(self.loop.create_server(protocol, LOOPBACK, 0))
        self.port = self.server.sockets[0].getsockname()[1]
        self.thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        asyncio.run_coroutine_threadsafe(self.finish(), self.loop).result(timeout=5)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(timeout=5)
        self.loop.close()

    async def finish(self) -> None:
        """Stops listening and ends open connections."""
        self.server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def announce(self) -> None:
        """Writes the port of this server into the mailbox, for the processes that send."""
        store(self.directory / ADDRESS_FILE, f"{self.port} {self.mark}".encode())

    def withdraw(self) -> None:
        """Removes the announcement, unless another server has written its own since."""
        path = self.directory / ADDRESS_FILE
        if announced(self.directory) == (self.port, self.mark):
            path.unlink(missing_ok=True)


def announced(directory: Path) -> tuple[int, str] | None:
    """The port and mark that a server announced in the mailbox, None if there is no readable announcement."""
    try:
        port, mark = (directory / ADDRESS_FILE).read_text().split()
        return int(port), mark
    except (OSError, ValueError):
        return None


def listening(directory: Path) -> int | None:
    """The port on which this mailbox's own server answers now, None if none does.

    Its greeting must have the mark: after a crash something else may use the port.
    """
    address = announced(directory)
    if address is None:
        return None
    port, mark = address
    try:
        with smtplib.SMTP(timeout=5) as client:
            _, greeting = client.connect(LOOPBACK, port)
            return port if mark.encode() in greeting else None
    except (OSError, smtplib.SMTPException):
        return None


class EmailBackend(smtp.EmailBackend):
    """Sends by SMTP to the local mailbox's server, and opens one while it sends if none is running."""

    own_server: LocalServer | None = None

    def open(self) -> bool | None:
        """Connects; True for a new connection, False for an existing one, None if `fail_silently` hid an error."""
        if self.connection:
            return False
        directory = settings.MAILBOX_DIR
        assert directory is not None, "this backend is for the embedded mode, where MAILBOX_DIR is set"
        port = listening(directory)
        if port is None:
            self.own_server = LocalServer(directory).__enter__()
            port = self.own_server.port
        self.host, self.port = LOOPBACK, port
        opened: bool | None = super().open()
        return opened

    def close(self) -> Any:
        """Closes the connection, and the server that was opened for it."""
        super().close()
        if self.own_server is not None:
            self.own_server.__exit__()
            self.own_server = None
