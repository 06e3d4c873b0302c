"""Where reports of returned mail are read: an IMAP mailbox or a Maildir folder, named by BOUNCES_URL.

Nothing is ever deleted there. A message is marked as seen only once it has been dealt with, so that it is read again
after an interruption; reading it twice has one effect.

The library imap-tools is not used: it fetches every message whole, whatever its size (a message of 38 MB took 333 MB of
memory; here only its beginning is fetched), and importing it raises imaplib's limit on a line to 20 MB everywhere.
"""

from __future__ import annotations

import contextlib
import imaplib
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

from outbox.bounces import LARGEST

TIMEOUT = 30
MOST_AT_ONCE = 500
PORTS = {"imap": 143, "imap+tls": 143, "imap+ssl": 993}

Deal = Callable[[bytes], None]


class MailboxUnreachable(Exception):
    """The mailbox cannot be read; the text says why in a line."""


def read_new(url: str, deal: Deal) -> int:
    """Hands every new message to `deal`, oldest first, and marks it as seen. Returns how many there were.

    Raises MailboxUnreachable if the mailbox cannot be read; messages handed over by then stay marked as seen.
    """
    try:
        return _read_maildir(url, deal) if url.startswith("maildir:") else _read_imap(url, deal)
    except (imaplib.IMAP4.error, OSError) as error:
        raise MailboxUnreachable(f"The mailbox for mail that came back cannot be read: {error}") from None


def _read_maildir(url: str, deal: Deal) -> int:
    folder = Path(unquote(urlsplit(url).path))
    if not folder.is_dir():
        raise MailboxUnreachable(f"There is no folder {folder} to read mail that came back from.")
    count = 0
    # Only by their names: a stranger wrote the content, and a library that parsed it here could fail on the same
    # message every time, so that nothing after it would ever be read.
    found = [path for place in ("new", "cur") for path in (folder / place).glob("[!.]*")]
    for path in sorted(found, key=lambda path: path.name):
        name, _, flags = path.name.partition(":2,")
        if "S" in flags:
            continue
        with path.open("rb") as file:
            deal(file.read(LARGEST))
        path.rename(folder / "cur" / f"{name}:2,{''.join(sorted({*flags, 'S'}))}")
        count += 1
        if count == MOST_AT_ONCE:
            break
    return count


def _read_imap(url: str, deal: Deal) -> int:
    with _signed_in(url) as server:
        _, found = server.uid("SEARCH", "UNSEEN")
        uids = found[0].split()[:MOST_AT_ONCE] if found and found[0] else []
        for uid in uids:
            # PEEK, so that it stays unseen until it has been dealt with; and no more is fetched than is read.
            _, parts = server.uid("FETCH", uid.decode(), f"(BODY.PEEK[]<0.{LARGEST}>)")
            for part in parts:
                if isinstance(part, tuple):
                    deal(part[1])
            server.uid("STORE", uid.decode(), "+FLAGS", r"(\Seen)")
    return len(uids)


@contextmanager
def _signed_in(url: str) -> Iterator[imaplib.IMAP4]:
    """The mailbox at the address, opened; INBOX unless its path names another."""
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
    kind = imaplib.IMAP4_SSL if parts.scheme == "imap+ssl" else imaplib.IMAP4
    server = kind(host, port, timeout=TIMEOUT)
    try:
        if parts.scheme == "imap+tls":
            server.starttls()
        server.login(unquote(parts.username or ""), unquote(parts.password or ""))
        name = unquote(parts.path.strip("/")) or "INBOX"
        answer, said = server.select('"' + re.sub(r'(["\\])', r"\\\1", name) + '"')
        if answer != "OK":
            raise MailboxUnreachable(f"The mailbox {name} cannot be opened: {said}")
        yield server
    finally:
        with contextlib.suppress(imaplib.IMAP4.error, OSError):
            server.logout()
