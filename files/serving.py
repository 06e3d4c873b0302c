"""Responses that are downloads, sent by the fastest of three ways once the page has checked who asks.

These are the application itself, the web server in front (`settings.SENDFILE_PREFIX`), and the object storage, at an
address that works for a minute. The browser is told the same each time: a file of this type, to be saved and not shown.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.http import FileResponse, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils.http import content_disposition_header

from files import disk_store, storage

#: An address is used at once, by the browser that it was given to.
SECONDS = 60
_NOT_KEPT = "private, no-store"


def download_of(stored_name: str, *, name: str, mime: str, size: int, by_address: bool) -> HttpResponseBase:
    """The bytes of a stored file, to be saved as `name`.

    `by_address` is whether an object storage may serve them itself. Raises OSError if they are not there or cannot be
    read.
    """
    bucket = storage.objects()
    if bucket is None:
        path = storage.path_of(stored_name)
        return from_disk(path, Path(settings.UPLOADS_DIR) / disk_store.KEPT, "files", name=name, mime=mime)
    if by_address and bucket.gives_out:
        return _redirect(bucket.address(stored_name, headers=_signed(name, mime), seconds=SECONDS))
    stream = storage.open_stored(stored_name)
    response = FileResponse(stream, as_attachment=True, filename=name, content_type=mime)
    response["Content-Length"] = str(size)
    return _guarded(response)


def from_disk(path: Path, root: Path, place: str, *, name: str, mime: str) -> HttpResponseBase:
    """A file below `root`, which the web server in front knows as `place` below its internal location.

    Raises OSError if it is not there or cannot be read.
    """
    if not settings.SENDFILE_PREFIX:
        return _guarded(FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type=mime))
    with path.open("rb"):
        pass
    response = HttpResponse(content_type=mime)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["X-Accel-Redirect"] = quote(f"{settings.SENDFILE_PREFIX}/{place}/{path.relative_to(root)}")
    return _guarded(response)


def _signed(name: str, mime: str) -> dict[str, str]:
    """The headers that the object storage is to send. They are signed, so that nobody can change them."""
    return {
        "ResponseContentDisposition": content_disposition_header(True, name) or "attachment",
        "ResponseContentType": mime,
        "ResponseCacheControl": _NOT_KEPT,
    }


def _redirect(address: str) -> HttpResponse:
    response = HttpResponseRedirect(address)
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = _NOT_KEPT
    return response


def _guarded(response: HttpResponseBase) -> HttpResponseBase:
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = _NOT_KEPT
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
