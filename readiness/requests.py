"""How a request is read before any view sees it: as UTF-8, and storing no more of its files than a page may take."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.http import HttpRequest

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

# A little more than the largest spreadsheet allowed, so that a page can see that one is too large.
MOST_KEPT = 6 * 1024 * 1024
_CHARSET = re.compile(r";\s*charset\*?\s*=[^;]*", re.IGNORECASE)


def as_utf8(application: WSGIApplication) -> WSGIApplication:
    """The WSGI application, reading every request as UTF-8, which all our forms use, whatever the request claims.

    An encoding that does not decode text (Python's "hex", say) would make Django fail while it creates the request:
    before its own error pages, and before the log that leaves out what people typed.
    """

    def reading(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if "CONTENT_TYPE" in environ:
            environ["CONTENT_TYPE"] = _CHARSET.sub("", environ["CONTENT_TYPE"])
        return application(environ, start_response)

    return reading


class SmallFiles(TemporaryFileUploadHandler):
    """Receives files for pages that are not made for large ones, including sign-in; documents have their own.

    Only the first 6 MB of all files together are stored, and the rest is read and dropped: otherwise anybody could fill
    the disk, signed in or not. A file's `size` is still that of everything that was sent.
    """

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self._left = MOST_KEPT

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.file.write(raw_data[: self._left])
        self._left = max(0, self._left - len(raw_data))
