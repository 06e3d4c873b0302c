"""Files of every kind, and documents in every state, for the tests; plainly fictional."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import count

import pikepdf

from accounts.models import User
from documents.evidence import actions
from documents.evidence.actions import Added
from documents.models import File, Version
from files.receiving import Received, receive
from frameworks import covered_by
from inspections.models import Inspection
from tests.factories.people import NOW

_numbers = count(1)


def pdf_bytes(pages: int = 1, words: str = "") -> bytes:
    """A small real PDF; no two are alike, unless `words` are given."""
    pdf = pikepdf.new()
    for _ in range(pages):
        pdf.add_blank_page(page_size=(595, 842))
    pdf.docinfo["/Title"] = words or f"Fictional minutes {next(_numbers)}"
    out = io.BytesIO()
    pdf.save(out, deterministic_id=True)
    return out.getvalue()


def encrypted_pdf_bytes(user: str = "secret") -> bytes:
    """A PDF that needs a password to open (or, with an empty one, forbids printing)."""
    pdf = pikepdf.new()
    pdf.add_blank_page()
    out = io.BytesIO()
    pdf.save(out, encryption=pikepdf.Encryption(owner="owner-secret", user=user))
    return out.getvalue()


def zip_bytes(*names: str, **contents: str) -> bytes:
    """A zip with entries of these names."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, contents.get(name, f"entry {next(_numbers)}"))
    return out.getvalue()


def docx_bytes(*more: str) -> bytes:
    return zip_bytes("[Content_Types].xml", "word/document.xml", *more)


def received(
    content: bytes | None = None, name: str = "minutes.pdf", content_type: str = "application/pdf"
) -> Received:
    """A file as it stands after it has arrived."""
    body = pdf_bytes() if content is None else content
    return receive(io.BytesIO(body), name=name, content_type=content_type)


def add(
    inspection: Inspection,
    document: str,
    part: str,
    *,
    as_at: date | None = None,
    content: bytes | None = None,
    name: str = "minutes.pdf",
    by: User | None = None,
    now: datetime = NOW,
    names_children: bool = False,
    covers: Iterable[str] | None = None,
) -> Added:
    """A file uploaded to a part, through the real action; it covers all that the part asks for unless it is said."""
    asked = covered_by(inspection.framework.document(document).part(part), inspection.plan)
    return actions.add_file(
        inspection=inspection,
        document=document,
        part=part,
        received=received(content, name),
        as_at=as_at,
        by=by,
        now=now,
        names_children=names_children,
        covers=[each.key for each in asked] if covers is None else covers,
    )


def complete(
    inspection: Inspection, document: str, *, by: User | None = None, now: datetime = NOW, last: date | None = None
) -> None:
    """Everything that the framework asks of a document, the newest content of the day before `now`, or of `last`."""
    last = last or now.date() - timedelta(days=1)
    for part in inspection.framework.document(document).parts:
        if part.optional:
            continue
        for number in range(max(part.needed, 1)):
            as_at = last - timedelta(days=30 * number) if part.dated else None
            add(inspection, document, part.key, as_at=as_at, name=f"{part.key}-{number + 1}.pdf", by=by, now=now)


def make_version(
    inspection: Inspection,
    document: str = "1",
    part: str = "minutes",
    *,
    as_at: date | None = None,
    file: File | None = None,
    by: User | None = None,
    now: datetime = NOW,
    label: str | None = None,
    names_children: bool = False,
    covers: Iterable[str] | None = None,
) -> Version:
    """Rows alone, without bytes: the first version of a new file, or the next of `file`."""
    number = next(_numbers)
    if covers is None and inspection.framework_key:
        covers = [each.key for each in covered_by(inspection.framework.document(document).part(part), inspection.plan)]
    if file is None:
        file = File.objects.create(
            inspection=inspection,
            document=document,
            part=part,
            label=label or f"file-{number}.pdf",
            names_children=names_children,
        )
    return Version.objects.create(
        file=file,
        number=file.versions.count() + 1,
        stored_name=f"{number:032x}",
        original_name=file.label,
        size=number,
        sha256=f"{number:064x}",
        detected_type="application/pdf",
        as_at=as_at,
        covers=" ".join(covers or ()),
        uploaded_at=now,
        uploaded_by=by,
    )
