"""Files that wait to be sorted, and ZIPs of every kind; plainly fictional."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from datetime import datetime

from accounts.models import User
from files.receiving import receive
from inspections.models import Inspection
from intake import actions
from intake.models import Archive, WaitingFile
from tests.factories.documents import pdf_bytes, received
from tests.factories.people import NOW


def wait(
    inspection: Inspection, path: str, *, by: User, now: datetime = NOW, content: bytes | None = None
) -> WaitingFile:
    """A file that was dropped and waits, through the real action."""
    name = path.rpartition("/")[2]
    return actions.take_in(inspection=inspection, received=received(content, name), path=path, by=by, now=now)


def zip_of(entries: Mapping[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP with these entries."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return out.getvalue()


def folder_zip(*paths: str) -> bytes:
    """A ZIP of small PDFs under these paths."""
    return zip_of({path: pdf_bytes() for path in paths})


def archive(inspection: Inspection, content: bytes, *, by: User, now: datetime = NOW, name: str = "set.zip") -> Archive:
    """A ZIP that was received and is not unpacked yet."""
    arrived = receive(io.BytesIO(content), name=name)
    return actions.take_archive(inspection=inspection, received=arrived, by=by, now=now)
