"""Making the next version of a file: its number, and a version with the bytes of an earlier one."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Exists, Max, OuterRef

from accounts.models import User
from documents.models import File, Version


def a_later_one(*, file: str, number: str) -> Exists:
    """Whether a later version of the file exists. A version is current if there is none.

    The arguments name the query's fields for the file and the number. Both databases answer this sooner than they look
    up the newest version of each file.
    """
    return Exists(Version.objects.filter(file=OuterRef(file), number__gt=OuterRef(number)))


def next_number(file: File) -> int:
    """The number of the next version; call it under the inspection's lock."""
    return (file.versions.aggregate(last=Max("number"))["last"] or 0) + 1


def as_new_version(
    version: Version,
    file: File,
    *,
    as_at: date | None,
    covers: str | None = None,
    note: str,
    by: User | None,
    now: datetime,
) -> Version:
    """A new version with the bytes of an earlier one, and the same coverage unless another is given."""
    return Version.objects.create(
        file=file,
        number=next_number(file),
        stored_name=version.stored_name,
        original_name=version.original_name,
        size=version.size,
        sha256=version.sha256,
        declared_type=version.declared_type,
        detected_type=version.detected_type,
        remark=version.remark,
        as_at=as_at,
        note=note,
        covers=version.covers if covers is None else covers,
        restores=version,
        uploaded_at=now,
        uploaded_by=by,
    )
