"""The rows from which states are derived, read for a whole inspection at once and held as plain values."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from operator import attrgetter
from typing import Any, NamedTuple

from django.db.models import Case, Max, OuterRef, QuerySet, Subquery, When

from database.prepared import Prepared, PreparedTogether
from documents.evidence.versions import a_later_one
from documents.models import ExpectedMeeting, File, NilReturn, Review, SentItem, Version
from inspections.models import Inspection

#: Shown in place of the name of a file that names children, to people who may not open it.
NAMELESS = "A file that names children"


class CurrentFile(NamedTuple):
    """A file that is not archived, with its current version. It is a plain row, since there are thousands."""

    file: int
    version: int
    document: str
    part: str
    label: str
    names_children: bool
    number: int
    original_name: str
    stored_name: str
    size: int
    sha256: str
    detected_type: str
    remark: str
    as_at: date | None
    note: str
    uploaded_at: datetime
    uploaded_by: str | None
    uploader: int | None = None
    fault: str = ""
    # Who sent the bytes, if this version only restores, moves or redates an earlier version of the file.
    sender: int | None = None
    # Keys of what it says it covers, separated by spaces.
    covers: str = ""

    def does_cover(self, key: str) -> bool:
        return key in self.covers.split()


@dataclass(frozen=True, slots=True)
class NilReturnFact:
    """A nil return; `withdrawn_at` is None if it still counts."""

    pk: int
    document: str
    part: str
    reason: str
    stated_at: datetime
    stated_by: str | None
    withdrawn_at: datetime | None = None
    withdrawn_by: str | None = None
    stater: int | None = None


@dataclass(frozen=True, slots=True)
class ReviewFact:
    """One review of a document, and the contents that it was about."""

    is_approval: bool
    reason: str
    contents: str
    at: datetime
    by: str | None
    person: int | None = None


class Decision(NamedTuple):
    """A decision about how many approvals a document needs from then on, and whose it was."""

    needed: int
    person: int | None = None


@dataclass(frozen=True, slots=True)
class Reviews:
    """The reviews of one document, and the decisions about how many approvals it needs; oldest first."""

    said: tuple[ReviewFact, ...] = ()
    decisions: tuple[Decision, ...] = ()

    @property
    def latest(self) -> ReviewFact | None:
        return self.said[-1] if self.said else None


class Meeting(NamedTuple):
    """A day on which something is expected; `cancelled` is the reason for a cancellation, else empty."""

    pk: int
    held_on: date
    cancelled: str = ""


Change = tuple[datetime, str | None]


@dataclass(frozen=True)
class Records:
    """Everything that people did on an inspection's documents, as far as states depend on it."""

    files: Mapping[str, list[CurrentFile]] = field(default_factory=dict)
    nils: Iterable[NilReturnFact] = ()
    reviews: Mapping[str, Reviews] = field(default_factory=dict)
    archived: Mapping[str, Change] = field(default_factory=dict)
    sent_versions: Mapping[int, datetime] = field(default_factory=dict)
    sent_nils: Mapping[int, datetime] = field(default_factory=dict)
    meetings: Mapping[tuple[str, str], tuple[Meeting, ...]] = field(default_factory=dict)

    def files_of(self, document: str) -> list[CurrentFile]:
        return self.files.get(document, [])

    def meetings_of(self, document: str, part: str) -> tuple[Meeting, ...]:
        """The calendar of a part in the order of its days; empty if nobody entered one."""
        return self.meetings.get((document, part), ())

    def contents_of(self, document: str) -> str:
        """The fingerprint of what is there now: computed once for each document, since there can be many files."""
        if document not in self._contents:
            nils = (nil.pk for nil in self.nils_of(document).values())
            self._contents[document] = fingerprint((row.version for row in self.files_of(document)), nils)
        return self._contents[document]

    @cached_property
    def _contents(self) -> dict[str, str]:
        return {}

    def nils_of(self, document: str) -> dict[str, NilReturnFact]:
        """The nil returns that still count, by part."""
        return {nil.part: nil for nil in self.nils if nil.document == document and nil.withdrawn_at is None}

    def reviews_of(self, document: str) -> Reviews:
        return self.reviews.get(document, Reviews())

    def last_change(self, document: str) -> Change | None:
        """When a document was last changed and by whom. A sending covers the whole set and does not change a
        document.
        """
        # Of thousands of files only the last matters.
        last = max(self.files_of(document), key=attrgetter("uploaded_at"), default=None)
        changes: list[Change] = [] if last is None else [(last.uploaded_at, last.uploaded_by)]
        for nil in self.nils:
            if nil.document == document:
                changes.append((nil.stated_at, nil.stated_by))
                if nil.withdrawn_at is not None:
                    changes.append((nil.withdrawn_at, nil.withdrawn_by))
        if (review := self.reviews_of(document).latest) is not None:
            changes.append((review.at, review.by))
        if (removal := self.archived.get(document)) is not None:
            changes.append(removal)
        return max(changes, key=lambda change: change[0], default=None)


def fingerprint(versions: Iterable[int], nils: Iterable[int]) -> str:
    """One word for exactly these versions and nil returns (row ids), in any order."""
    text = f"{sorted(versions)} {sorted(nils)}"
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def read(inspection: Inspection) -> Records:
    """The records of an inspection."""
    nils, reviews, removals, sent, meetings = _OTHERS(inspection.pk)
    return Records(
        files=_files(inspection),
        nils=[NilReturnFact(*row) for row in sorted(nils)],
        reviews=_reviews(reviews),
        archived=_archived(removals),
        sent_versions={version: at for version, _, at in sent if version is not None},
        sent_nils={nil: at for _, nil, at in sent if nil is not None},
        meetings=_meetings(meetings),
    )


def _current_versions(inspection: int) -> QuerySet[File, tuple[Any, ...]]:
    """Each file with its current version."""
    later = a_later_one(file="pk", number="versions__number")
    rows = File.objects.filter(~later, inspection=inspection, archived_at=None, versions__isnull=False)
    same = Version.objects.filter(file=OuterRef("pk"), sha256=OuterRef("versions__sha256")).order_by("number")
    # Asked for only a few files, since few versions restore another.
    sender = Case(When(versions__restores__isnull=False, then=Subquery(same.values("uploaded_by")[:1])))
    return rows.order_by("pk").values_list(
        "pk",
        "versions__pk",
        "document",
        "part",
        "label",
        "names_children",
        "versions__number",
        "versions__original_name",
        "versions__stored_name",
        "versions__size",
        "versions__sha256",
        "versions__detected_type",
        "versions__remark",
        "versions__as_at",
        "versions__note",
        "versions__uploaded_at",
        "versions__uploaded_by__full_name",
        "versions__uploaded_by",
        "versions__fault",
        sender,
        "versions__covers",
    )


_CURRENT_VERSIONS = Prepared(_current_versions)


def _files(inspection: Inspection) -> dict[str, list[CurrentFile]]:
    """The files of each document."""
    files: dict[str, list[CurrentFile]] = {}
    for row in _CURRENT_VERSIONS(inspection.pk):
        current = CurrentFile._make(row)
        files.setdefault(current.document, []).append(current)
    return files


#: Decisions about how many approvals a document needs.
NEEDED: dict[str, int] = {Review.Verdict.ONE: 1, Review.Verdict.TWO: 2}
#: Nil returns, reviews, removals, when each version or nil return (the one or the other) was last sent, and meetings.
_OTHERS = PreparedTogether(
    lambda inspection: NilReturn.objects.filter(inspection=inspection).values_list(
        "pk",
        "document",
        "part",
        "reason",
        "stated_at",
        "stated_by__full_name",
        "withdrawn_at",
        "withdrawn_by__full_name",
        "stated_by",
    ),
    lambda inspection: Review.objects.filter(inspection=inspection).values_list(
        "at", "pk", "document", "verdict", "reason", "contents", "by__full_name", "by"
    ),
    lambda inspection: File.objects.filter(inspection=inspection, archived_at__isnull=False).values_list(
        "archived_at", "pk", "document", "archived_by__full_name"
    ),
    lambda inspection: (
        SentItem.objects.filter(sending__inspection=inspection)
        .values_list("version", "nil_return")
        .annotate(at=Max("sending__sent_at"))
        .values_list("version", "nil_return", "at")
    ),
    lambda inspection: ExpectedMeeting.objects.filter(inspection=inspection, removed_at=None).values_list(
        "held_on", "pk", "document", "part", "cancelled_reason"
    ),
)


def _meetings(rows: Iterable[tuple[Any, ...]]) -> dict[tuple[str, str], tuple[Meeting, ...]]:
    """The meetings of each part, in the order of their days."""
    found: dict[tuple[str, str], tuple[Meeting, ...]] = {}
    for held_on, pk, document, part, cancelled in sorted(rows):
        found[document, part] = (*found.get((document, part), ()), Meeting(pk, held_on, cancelled))
    return found


def _reviews(rows: Iterable[tuple[Any, ...]]) -> dict[str, Reviews]:
    """The reviews of each document, and what was decided about its approvals."""
    said: dict[str, list[ReviewFact]] = {}
    decided: dict[str, list[Decision]] = {}
    for at, _, document, verdict, reason, contents, name, by in sorted(rows):
        if verdict in NEEDED:
            decided.setdefault(document, []).append(Decision(NEEDED[verdict], by))
        else:
            is_approval = verdict == Review.Verdict.APPROVED
            said.setdefault(document, []).append(ReviewFact(is_approval, reason, contents, at, name, by))
    return {key: Reviews(tuple(said.get(key, ())), tuple(decided.get(key, ()))) for key in {*said, *decided}}


def _archived(rows: Iterable[tuple[Any, ...]]) -> dict[str, Change]:
    """When a file of each document was last removed, and by whom."""
    return {document: (at, by) for at, _, document, by in sorted(rows)}
