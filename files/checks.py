"""The checks that every received file goes through before it is stored, whatever it is for.

Raises Refused, in plain words.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

from files import storage
from files.receiving import Received
from files.scanning import refuse_virus
from files.types import Recognised, recognise
from refusals import Refused


@contextmanager
def received_as(received: Received) -> Iterator[tuple[storage.StorageTransaction, Recognised]]:
    """The received file, checked; its bytes are stored only if the block takes them and ends without an exception."""
    with storage.kept(received) as storing:
        try:
            recognised = looked_through(received)
            storing.bring()
            yield storing, recognised
        except (storage.StorageFailed, OSError) as error:
            raise Refused(_storage_failed(received.name or "The file"), field="file") from error


def looked_through(received: Received) -> Recognised:
    """What a received file is. Raises Refused, with the file's name and a plain reason, if it is not accepted."""
    name = received.name or "The file"
    if received.fault == "too large":
        most = f"{settings.MAX_UPLOAD_MB} MB"
        raise Refused(f"{name} was not added: it is larger than {most}, the most one file may have.", field="file")
    if received.fault:
        raise Refused(_storage_failed(name), field="file")
    if not received.size:
        raise Refused(f"{name} was not added: it is empty.", field="file")
    recognised = recognise(received.path, name)
    refuse_virus(received.path, name)
    return recognised


def _storage_failed(name: str) -> str:
    return (
        f"{name} was not added: there is no room for it, or the storage cannot be written at the moment. Nothing was "
        "kept. Try again later, and tell whoever looks after this service."
    )
