"""Moving a file to another part or document: it keeps its versions, and the record says from where to where.

A move makes a new version of the same bytes. So the history says who moved it and when, and earlier reviews and
sendings still refer to exactly what they did before.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from accounts.models import User
from documents.checks import covers_in, date_of, document_and_part
from documents.evidence.actions import live_file, refuse_beside_nil_return, twin_of
from documents.evidence.versions import as_new_version
from documents.models import File, Version
from inspections import audit
from refusals import Refused


@transaction.atomic
def move_file(
    *, file: File, document: str, part: str, as_at: date | None = None, by: User | None, now: datetime
) -> Version | None:
    """Move a file to a part. Returns its new current version, or None if it is there already.

    `as_at` is the date of its content, required if the part is dated and the file has no date. Raises Refused if there
    is no such part, if the part has a nil return or has the same bytes already, and if the file was removed.
    """
    file = live_file(file)
    inspection = file.inspection
    to_document, to_part = document_and_part(inspection, document, part)
    if (file.document, file.part) == (document, part):
        return None
    from_document, from_part = document_and_part(inspection, file.document, file.part)
    refuse_beside_nil_return(inspection, document, to_part)
    current = file.versions.order_by("-number")[0]
    if twin_of(inspection, document, part, current.sha256) is not None:
        raise Refused(f"The same file is in “{to_part.label}” already, so it was not moved there.", field="target")
    dated = date_of(to_part, as_at or current.as_at, now)
    File.objects.filter(pk=file.pk).update(document=document, part=part)
    file.document, file.part = document, part
    # If the new part needs no date, the file keeps the one it has in case it is moved again.
    version = as_new_version(
        current,
        file,
        as_at=dated if to_part.dated else current.as_at,
        covers=covers_in(inspection, to_part, current.covers),
        note=f"Moved from document {from_document.number}, “{from_part.label}”"[:500],
        by=by,
        now=now,
    )
    detail = {
        "document": document,
        "part": to_part.label,
        "file": file.pk,
        "version": version.number,
        "from document": from_document.key,
        "from part": from_part.label,
    }
    audit.record(inspection, by=by, verb="file moved", subject=to_document.title, now=now, detail=detail)
    return version
