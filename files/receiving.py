"""Receiving uploads: written and hashed as they arrive, stopped when too large, deleted when broken off.

A view that takes files must check who sends them before the first byte is read, and only then install this handler.
"""

from __future__ import annotations

import hashlib
import io
import os
import unicodedata
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO, cast

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest, HttpResponseBase, QueryDict, UnreadablePostError
from django.http.multipartparser import MultiPartParser
from django.utils.datastructures import MultiValueDict
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from files import storage

CHUNK = 256 * 1024
#: How many times the limit is read and thrown away, so that a browser without JavaScript gets an answer in words
#: instead of a broken connection.
PATIENCE = 2
MEGABYTE = 1024 * 1024
LONGEST_NAME = 255


def clean_name(name: str) -> str:
    """A file's name as it is stored: without folders, hidden characters and stray spaces, at most 255 characters.

    A name that is too long is cut in the middle, so that its ending still shows its type.
    """
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    name = " ".join("".join(sign if sign.isprintable() else " " for sign in name).split())
    # Windows drops dots and spaces at the end, so the ending that counts is the one before them.
    name = name.rstrip(". ")
    if len(name) > LONGEST_NAME:
        stem, dot, ending = name.rpartition(".")
        ending = dot + ending if stem and len(ending) < 20 else ""
        name = f"{name[: LONGEST_NAME - len(ending) - 1]}…{ending}"
    return name or "file"


def limit() -> int:
    """The most bytes one file may have."""
    return int(settings.MAX_UPLOAD_MB) * MEGABYTE


class Received(UploadedFile):
    """A file that has arrived: its bytes are at `path` until an action stores them or the request ends.

    `fault` is empty, "too large" or "storage"; with a fault there are no bytes at `path`.
    """

    def __init__(self, *, name: str, content_type: str, path: Path, size: int, sha256: str, fault: str = "") -> None:
        super().__init__(io.BytesIO(), name, content_type, size)
        self.path = path
        self.sha256 = sha256
        self.fault = fault

    def open(self, mode: str | None = None) -> Received:  # type: ignore[override]
        raise TypeError("Read the received file at its path.")

    def close(self) -> None:
        """Called by Django at the end of the request: deletes what no action has stored."""
        storage.discard(self.path)


class Reception:
    """A file on its way in: its bytes go to disk and into the hash together."""

    def __init__(self, *, name: str, content_type: str) -> None:
        self.name, self.content_type = clean_name(name), content_type
        self.size = 0
        self.fault = ""
        self._hash = hashlib.sha256()
        # Where nothing arrives. It is deleted at the end like any other, so nothing else may ever be there.
        self._path = storage.nowhere()
        self._file: BinaryIO | None = None
        try:
            self._file, self._path = storage.open_incoming()
        except storage.StorageFailed:
            self._stop("storage")

    def write(self, chunk: bytes) -> None:
        """Take the next bytes; after a fault they are only counted."""
        self.size += len(chunk)
        if self.fault or self._file is None:
            return
        if self.size > limit():
            self._stop("too large")
            return
        self._hash.update(chunk)
        try:
            rest = memoryview(chunk)
            while rest:
                rest = rest[self._file.write(rest) :]
        except OSError:
            self._stop("storage")

    def finish(self) -> Received:
        """The file as received, safely on the disk."""
        if self._file is not None and not self.fault:
            try:
                os.fsync(self._file.fileno())
                self._file.close()
            except OSError:
                self._stop("storage")
        return Received(
            name=self.name,
            content_type=self.content_type,
            path=self._path,
            size=self.size,
            sha256=self._hash.hexdigest(),
            fault=self.fault,
        )

    def abandon(self) -> None:
        """The rest will not come: delete what has arrived."""
        self._stop("broken off")

    def _stop(self, fault: str) -> None:
        self.fault = fault
        if self._file is not None:
            with suppress(OSError):
                self._file.close()
            self._file = None
            storage.discard(self._path)


def receive(stream: BinaryIO, *, name: str, content_type: str = "") -> Received:
    """A file from a stream of the software itself (a command, a demonstration), as if it had been uploaded."""
    reception = Reception(name=name, content_type=content_type)
    try:
        while chunk := stream.read(CHUNK):
            reception.write(chunk)
    except BaseException:
        reception.abandon()
        raise
    return reception.finish()


class ReceivingHandler(FileUploadHandler):
    """Puts each file of a form on disk as it arrives, hashed and limited."""

    chunk_size = CHUNK

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self._current: Reception | None = None

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, str],  # the name that Django uses for it
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> tuple[QueryDict, MultiValueDict[str, UploadedFile]] | None:
        """Parse the form here, so that a body that ends too early is recognised.

        Django's parser would take what arrived for the whole, and a file cut short would pass as a smaller file.
        """
        counting = Counting(input_data, content_length)
        try:
            post, files = MultiPartParser(META, cast("Any", counting), [Inner(self)], encoding).parse()
        except BaseException:
            if self._current is not None:
                self._current.abandon()
            raise
        if self._current is not None:  # Stopped in the middle: the view is told which file and why.
            files.appendlist(self.field_name or "", self._current.finish())
        return post, files

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._current = Reception(name=self.file_name or "", content_type=self.content_type or "")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if self._current is None:
            return
        self._current.write(raw_data)
        if self._current.fault and self._current.size > PATIENCE * limit():
            raise StopUpload(connection_reset=True)

    def file_complete(self, file_size: int) -> UploadedFile | None:
        current, self._current = self._current, None
        return current.finish() if current is not None else None


class Inner(FileUploadHandler):
    """Passes everything on to the parsing handler, without asking it to parse again."""

    chunk_size = CHUNK

    def __init__(self, outer: ReceivingHandler) -> None:
        super().__init__(outer.request)
        self._outer = outer

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        self._outer.new_file(*args, **kwargs)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self._outer.receive_data_chunk(raw_data, start)

    def file_complete(self, file_size: int) -> UploadedFile | None:
        return self._outer.file_complete(file_size)


class Counting:
    """The body of the request; raises UnreadablePostError if it ends before its announced length."""

    def __init__(self, stream: Any, length: int) -> None:
        self._stream = stream
        self._left = length

    def read(self, size: int = -1) -> bytes:
        data: bytes = self._stream.read(size)
        self._left -= len(data)
        if not data and self._left > 0:
            raise UnreadablePostError("The upload was broken off.")
        return data


def receiving_page(
    reach: Callable[[Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]], check: Callable[..., object]
) -> Callable[[Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """Decorator for a page that takes files, which are written to disk and hashed as they arrive.

    `reach` makes a page of the view, as `inspection_page(permission)` does. `check` is called with the viewer and the
    parts of the address, before the first byte is read. It raises Http404 for people who may not send files here.
    Django's own check of the form's token reads the form, so it has to come after the upload handler is in place: the
    page is exempt from the early check and protected inside.
    """

    def decorate(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        protected = csrf_protect(view)

        def page(request: HttpRequest, viewer: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
            check(viewer, *args, **kwargs)
            request.upload_handlers = [ReceivingHandler(request)]
            return protected(request, viewer, *args, **kwargs)

        # A test compares the proxy's configuration in docs/running.md with all addresses, and looks for this mark.
        page.receives_files = True  # type: ignore[attr-defined]
        page.__name__, page.__doc__ = getattr(view, "__name__", "page"), view.__doc__
        return csrf_exempt(reach(page))

    return decorate
