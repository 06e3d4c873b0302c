"""The follow-up actions of an audit, for its own page and for the list over all cases."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from audits.access import CaseViewer
from audits.models import FollowUp
from govuk.addresses import address_of
from govuk.dates import long_date
from inspections.models import Inspection


@dataclass(frozen=True, slots=True)
class FollowUpLine:
    """A follow-up action as a page shows it."""

    row: FollowUp
    slug: str
    today: date

    @property
    def close_href(self) -> str:
        return self._address("audits:close-follow-up")

    @property
    def reopen_href(self) -> str:
        return self._address("audits:reopen-follow-up")

    @property
    def file_href(self) -> str:
        return address_of("audits:file", self.slug, self.row.audit.case.number, self.row.file_id or 0)

    def _address(self, name: str) -> str:
        return address_of(name, self.slug, self.row.audit.case.number, self.row.number)

    @property
    def is_open(self) -> bool:
        return self.row.closed_at is None

    @property
    def is_late(self) -> bool:
        return self.is_open and self.row.due_on is not None and self.row.due_on < self.today

    @property
    def state(self) -> str:
        """A key of `govuk.components.STATES`."""
        if not self.is_open:
            return "done"
        if self.row.due_on == self.today:
            return "due today"
        return "late" if self.is_late else "open"

    @property
    def due(self) -> str:
        return long_date(self.row.due_on) if self.row.due_on else ""

    @property
    def is_evidence_removed(self) -> bool:
        """Whether the file that closed it was removed from the audit since."""
        return self.row.file is not None and self.row.file.removed_at is not None


def follow_ups_of(inspection: Inspection) -> QuerySet[FollowUp]:
    """Those of every case that is still selected and whose audit was not erased."""
    rows = FollowUp.objects.filter(
        audit__case__inspection=inspection, audit__case__removed_at=None, audit__erased_at=None
    )
    return rows.select_related("audit__case", "file", "closed_by", "added_by")


def lines(rows: Iterable[FollowUp], slug: str, today: date) -> list[FollowUpLine]:
    """Open ones first, by the day on which they are due, so that the late ones lead; then closed ones, latest first."""
    found = [FollowUpLine(row, slug, today) for row in rows]
    open_ones = [line for line in found if line.is_open]
    closed = [line for line in found if not line.is_open]
    open_ones.sort(key=lambda line: (line.row.due_on or date.max, line.row.audit.case.number, line.row.number))
    closed.sort(key=lambda line: (line.row.closed_at, line.row.pk), reverse=True)
    return [*open_ones, *closed]


def may_change(seen: CaseViewer) -> bool:
    """Whether the person may add, close and reopen them: the auditor and case officers."""
    return (seen.is_officer or seen.is_auditor) and not seen.viewer.inspection.is_withdrawn


def follow_ups_context(seen: CaseViewer) -> dict[str, Any]:
    """What the include `audits/_follow_ups.html` needs. Whoever may not read the answers gets none."""
    slug = seen.viewer.inspection.slug
    if seen.audit is None or seen.audit.erased_at is not None or not seen.reads_answers:
        return {"follow_ups": [], "shows_follow_ups": False, "may_change_follow_ups": False}
    rows = FollowUp.objects.filter(audit=seen.audit).select_related("audit__case", "file", "closed_by", "added_by")
    return {
        "follow_ups": lines(rows, slug, seen.viewer.snapshot.today),
        "shows_follow_ups": True,
        "add_follow_up_href": address_of("audits:add-follow-up", slug, seen.case.number),
        "may_change_follow_ups": may_change(seen),
    }
