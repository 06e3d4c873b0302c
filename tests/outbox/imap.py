"""An IMAP server with one mailbox on loopback, with the commands that a client needs to read it; a real connection."""

from __future__ import annotations

import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Box(socketserver.ThreadingTCPServer):
    """`messages` by uid; `seen` are the uids marked so; `said` every command with its arguments."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, messages: list[bytes], password: str) -> None:
        self.messages = dict(enumerate(messages, start=11))
        self.password = password
        self.seen: set[int] = set()
        self.said: list[str] = []
        super().__init__(("127.0.0.1", 0), Session)

    @property
    def url(self) -> str:
        return f"imap://bounces:{self.password}@127.0.0.1:{self.server_address[1]}/"


class Session(socketserver.StreamRequestHandler):
    server: Box

    def handle(self) -> None:
        self.reply("* OK ready")
        while line := self.rfile.readline().decode().strip():
            tag, _, command = line.partition(" ")
            self.server.said.append(command)
            verb, _, rest = command.partition(" ")
            if verb == "UID":
                verb, _, rest = rest.partition(" ")
            if not self.obey(verb.upper(), rest, tag):
                return

    def obey(self, verb: str, rest: str, tag: str) -> bool:
        box = self.server
        answer = f"{tag} OK done"
        if verb == "CAPABILITY":
            self.reply("* CAPABILITY IMAP4REV1")
        elif verb == "LOGIN":
            answer = answer if rest == f'bounces "{box.password}"' else f"{tag} NO wrong password"
        elif verb == "SELECT":
            self.reply(f"* {len(box.messages)} EXISTS")
            answer = f"{tag} OK [READ-WRITE] done" if rest == '"INBOX"' else f"{tag} NO no such mailbox"
        elif verb == "SEARCH":
            self.reply(" ".join(["* SEARCH", *(str(uid) for uid in sorted(set(box.messages) - box.seen))]))
        elif verb == "FETCH":
            found = re.fullmatch(r"(\d+) \(BODY\.PEEK\[\]<0\.(\d+)>\)", rest)
            assert found
            uid, content = int(found[1]), box.messages[int(found[1])][: int(found[2])]
            self.wfile.write(f"* 1 FETCH (UID {uid} BODY[]<0> {{{len(content)}}}\r\n".encode() + content + b")\r\n")
        elif verb == "STORE":
            box.seen.add(int(rest.partition(" ")[0]))
        elif verb == "LOGOUT":
            self.reply("* BYE")
        self.reply(answer)
        return verb != "LOGOUT"

    def reply(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@contextmanager
def imap_box(*messages: bytes, password: str = "s3cret word") -> Iterator[Box]:
    """The server with these messages in its mailbox, on a port of its own."""
    with Box(list(messages), password) as box:
        thread = threading.Thread(target=box.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield box
        finally:
            box.shutdown()
            thread.join(5)
