"""The history of one file: its versions side by side, the differences between them, and what else was done to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from accounts.models import Event
from documents.models import File, SentItem, Version
from documents.wording import spelled_out
from inspections.access import InspectionViewer

#: Events on the record about a file that do not make a version.
WITHOUT_A_VERSION = ("file removed", "file put back", "file described", "file that names children opened")


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One version as the history shows it, with what differs from the one before it.

    size     "+12 %", "the same contents" or empty for the first
    as_at    "1 month later", "the same date" or empty
    sent_at  when it was sent to the lead inspector, if it was
    """

    version: Version
    size: str
    as_at: str
    sent_at: datetime | None

    @property
    def hash_short(self) -> str:
        return self.version.sha256[:8]


def versions(file: File) -> list[VersionRow]:
    """The versions of a file, latest first."""
    rows = list(file.versions.select_related("uploaded_by").order_by("number"))
    sent: dict[int, datetime] = {}
    items = SentItem.objects.filter(version__file=file).order_by("sending__sent_at")
    for version, at in items.values_list("version", "sending__sent_at"):
        sent.setdefault(version or 0, at)
    found = []
    before: Version | None = None
    for row in rows:
        found.append(VersionRow(row, size_change(before, row), date_change(before, row), sent.get(row.pk)))
        before = row
    return found[::-1]


def size_change(before: Version | None, after: Version) -> str:
    """How much larger or smaller a version is than the one before it, in words."""
    if before is None:
        return ""
    if before.sha256 == after.sha256:
        return "the same contents"
    percent = round((after.size - before.size) * 100 / before.size)
    if percent == 0:
        return "about the same size"
    if percent >= 1000:
        return f"{round(after.size / before.size)} times as large"
    return f"{'+' if percent > 0 else '−'}{abs(percent)} %"


def date_change(before: Version | None, after: Version) -> str:
    """How much later or earlier the content of a version is than that of the one before it, in words."""
    if before is None or before.as_at is None or after.as_at is None:
        return ""
    if before.as_at == after.as_at:
        return "the same date"
    first, last = sorted((before.as_at, after.as_at))
    return f"{_span(first, last)} {'later' if after.as_at > before.as_at else 'earlier'}"


def _span(first: date, last: date) -> str:
    days = (last - first).days
    for length, word in ((365, "year"), (30, "month")):
        if days >= 2 * length or (word == "month" and days >= 28):
            count = max(round(days / (365.25 if word == "year" else 30.44)), 1)
            return f"{spelled_out(count)} {word}{'' if count == 1 else 's'}"
    return f"{spelled_out(days)} day{'' if days == 1 else 's'}"


def also_done(viewer: InspectionViewer, file: File) -> list[Event]:
    """What was done to a file apart from its versions, latest first, from the record."""
    rows = Event.objects.filter(inspection=viewer.inspection.slug, verb__in=WITHOUT_A_VERSION, detail__file=file.pk)
    return list(rows.select_related("by").order_by("-at", "-pk")[:100])
