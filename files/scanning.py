"""Scanning for viruses with clamd, if `settings.CLAMD` names one.

If a scanner is configured but cannot answer, the upload is refused: no file is accepted unscanned. A file that is too
large for the scanner is refused too, since clamd says nothing about what is beyond its own limits.
"""

from __future__ import annotations

import struct
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

from clamav_client.clamd import BufferTooLongError, ClamdError, ClamdNetworkSocket, ClamdUnixSocket, CommunicationError
from django.conf import settings

from refusals import Refused

CHUNK = 256 * 1024
MEGABYTE = 1024 * 1024
SECONDS_TO_REACH, SECONDS_TO_SCAN = 5, 180
#: What clamd reports when it stopped scanning, if it is set to say so (AlertExceedsMax).
_NOT_LOOKED_THROUGH = "Heuristics.Limits.Exceeded"
_TOO_LONG = "size limit exceeded"


class ScannerFailed(Exception):
    """The scanner cannot be reached, or does not answer like one."""


class TooLarge(Exception):
    """The file is larger than the scanner accepts."""


class _Patient:
    """Gives up quickly if clamd cannot be reached, allows it time to scan, and reads why it closes the connection."""

    clamd_socket: Any

    def _init_socket(self) -> None:
        try:
            super()._init_socket()  # type: ignore[misc]
        except CommunicationError:
            self.clamd_socket.close()
            raise
        self.clamd_socket.settimeout(SECONDS_TO_SCAN)

    def instream(self, buff: BinaryIO) -> dict[str, tuple[str, str | None]]:
        self._init_socket()
        try:
            with suppress(ConnectionError):  # It has said why, and that is read below.
                self._send_command("INSTREAM")  # type: ignore[attr-defined]
                while chunk := buff.read(CHUNK):
                    self.clamd_socket.sendall(struct.pack("!L", len(chunk)) + chunk)
                self.clamd_socket.sendall(struct.pack("!L", 0))
            said = self._recv_response()  # type: ignore[attr-defined]
            if _TOO_LONG in said:
                raise BufferTooLongError(said)
            name, reason, status = self._parse_response(said)  # type: ignore[attr-defined]
            return {name: (status, reason)}
        finally:
            self.clamd_socket.close()


class _ByNetwork(_Patient, ClamdNetworkSocket):
    pass


class _BySocket(_Patient, ClamdUnixSocket):
    pass


def _scanner(options: dict[str, Any]) -> Any:
    if options["socket"]:
        return _BySocket(path=options["socket"], timeout=SECONDS_TO_REACH)
    return _ByNetwork(host=options["host"], port=options["port"], timeout=SECONDS_TO_REACH)


def virus_in(path: Path) -> str:
    """The name of the virus in a file; empty if there is none, or no scanner is configured.

    Raises ScannerFailed, and TooLarge for a file that the scanner does not scan to the end.
    """
    options: dict[str, Any] | None = settings.CLAMD
    if not options:
        return ""
    if path.stat().st_size > options["most_mb"] * MEGABYTE:
        raise TooLarge
    try:
        with path.open("rb") as file:
            ((status, virus),) = _scanner(options).instream(file).values()
    except BufferTooLongError:
        raise TooLarge from None
    except (ClamdError, OSError, ValueError) as error:
        raise ScannerFailed from error
    if status == "OK":
        return ""
    if status != "FOUND" or not virus:
        raise ScannerFailed(virus or status)
    if virus.startswith(_NOT_LOOKED_THROUGH):
        raise TooLarge
    return str(virus)


def refuse_virus(path: Path, name: str) -> None:
    """Raises Refused, with the file's name and a plain reason, unless the scanner finds no virus."""
    try:
        virus = virus_in(path)
    except TooLarge:
        raise Refused(
            f"{name} was not added: it is too large, or holds too much, to be looked through for viruses. Send it in "
            "smaller parts, or ask whoever looks after this service.",
            field="file",
        ) from None
    except ScannerFailed as error:
        raise Refused(
            f"{name} was not added: it could not be looked through for viruses at the moment. Nothing was kept. Try "
            "again later, and tell whoever looks after this service.",
            field="file",
        ) from error
    if virus:
        raise Refused(
            f"{name} was not added: a virus was found in it ({virus}). Do not open or send it; tell your IT service.",
            field="file",
        )


def check() -> None:
    """Raises ScannerFailed unless the configured scanner answers."""
    if not settings.CLAMD:
        return
    try:
        said = _scanner(settings.CLAMD).ping().strip()
    except (ClamdError, OSError) as error:
        raise ScannerFailed from error
    if said != "PONG":
        raise ScannerFailed(said)
