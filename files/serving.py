"""Answers that are downloads: after the page has looked who asks, sent by whoever does it best.

The application itself, or the web server in front (`settings.SENDFILE_PREFIX`), or the object storage, at an address
that is good for a minute. Each way the browser is told the same: a file to be kept, of this type, not to be shown.
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
    """The bytes of a kept file, to be saved as `name`; `by_address` whether an object storage may give them out itself.

    Raises OSError where they are not there or cannot be read.
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

    Raises OSError where it is not there or cannot be read.
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
    """What the object storage is to say; it is part of what is signed, so that nobody can have it say anything else."""
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
