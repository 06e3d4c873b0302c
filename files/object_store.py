"""Bytes in an object storage that speaks S3, through django-storages, configured by `settings.OBJECT_STORAGE`.

Uploads are received, hashed and checked on the local disk and carried over before the transaction that refers to them,
so that a slow connection keeps nobody waiting for a lock.
"""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Container, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, cast

from boto3.exceptions import Boto3Error
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.base import ContentFile, File
from storages.backends.s3 import S3Storage

from files.store import StorageFailed

STEP = 1024 * 1024
_FAULTS = (BotoCoreError, Boto3Error, ClientError)
_ABSENT = {"404", "NoSuchKey", "NotFound"}


@contextmanager
def _spoken() -> Iterator[None]:
    """Turns faults of the storage and its connection into this package's exceptions; each is worth only a later try."""
    try:
        yield
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") in _ABSENT:
            raise FileNotFoundError("The storage has no such object.") from error
        raise StorageFailed("the object storage refuses") from error
    except _FAULTS as error:
        raise StorageFailed("the object storage does not answer") from error


class Objects:
    """A bucket, or a part of one under a prefix."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        #: Whether browsers can reach it, so that it can serve files itself.
        self.gives_out: bool = options["downloads"] == "signed"
        self._storage = S3Storage(
            access_key=options["access_key"] or None,
            secret_key=options["secret_key"] or None,
            bucket_name=options["bucket"],
            endpoint_url=options["endpoint"] or None,
            region_name=options["region"] or None,
            location=options["prefix"],
            object_parameters=options["parameters"],
            client_config=Config(
                connect_timeout=5,
                read_timeout=30,
                retries={"mode": "standard", "total_max_attempts": 2},
                signature_version="s3v4",
                s3={"addressing_style": options["addressing"]},
            ),
        )

    def bring(self, incoming: Path, name: str) -> None:
        try:
            with _spoken(), incoming.open("rb") as file:
                self._storage.save(name, File(file))
        except BaseException:
            self.undo(name)
            raise

    def take(self, incoming: Path, name: str) -> None:
        """Does nothing: the bytes were carried over already."""

    def undo(self, name: str) -> None:
        with suppress(*_FAULTS):
            self._storage.delete(name)

    def open(self, name: str) -> BinaryIO:
        """A stream straight from the storage; the first bytes are requested here, so that a fault shows here."""
        with _spoken():
            found = self._client.get_object(Bucket=self._storage.bucket_name, Key=self._key(name))
        return cast("BinaryIO", Body(found["Body"]))

    @contextmanager
    def local(self, name: str) -> Iterator[Path]:
        """A copy that is gone after the block."""
        with tempfile.TemporaryDirectory(prefix="readiness-") as folder:
            path = Path(folder) / name
            with self.open(name) as source, path.open("wb") as copy:
                while chunk := source.read(STEP):
                    copy.write(chunk)
            yield path

    def address(self, name: str, *, headers: Mapping[str, str], seconds: int) -> str:
        """An address at which a browser gets these bytes, for this long, with these headers, which are signed too."""
        with _spoken():
            self._client.head_object(Bucket=self._storage.bucket_name, Key=self._key(name))
        return str(self._storage.url(name, parameters=dict(headers), expire=seconds, http_method="GET"))

    def sweep(self, *, before: datetime, known: Container[str]) -> int:
        taken = 0
        with _spoken():
            pages = self._client.get_paginator("list_objects_v2")
            for page in pages.paginate(Bucket=self._storage.bucket_name, Prefix=self._key("")):
                for found in page.get("Contents", ()):
                    name = found["Key"].rpartition("/")[2]
                    if name not in known and found["LastModified"] < before:
                        self._storage.delete(name)
                        taken += 1
        return taken

    def probe_kept(self) -> None:
        """Does nothing: a missing bucket is reported as such, not as a missing object."""

    def probe(self) -> None:
        name = f"health-{secrets.token_hex(8)}"
        with _spoken():
            try:
                self._storage.save(name, ContentFile(name.encode()))
                with self.open(name) as file:
                    if file.read(STEP) != name.encode():
                        raise StorageFailed("what is read is not what was written")
            finally:
                self._storage.delete(name)

    @property
    def _client(self) -> Any:
        return self._storage.connection.meta.client

    def _key(self, name: str) -> str:
        return "/".join(part for part in (self._storage.location.strip("/"), name) if part)


class Body:
    """The bytes of an object as they arrive; a broken connection raises StorageFailed, so it cannot pass as a short
    file.
    """

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def read(self, size: int = -1) -> bytes:
        with _spoken():
            data: bytes = self._stream.read(size if size >= 0 else None)
        return data

    def __iter__(self) -> Iterator[bytes]:
        while chunk := self.read(STEP):
            yield chunk

    def close(self) -> None:
        self._stream.close()

    def __enter__(self) -> Body:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
