"""The state of each core document: always derived from files, nil returns, reviews and sendings, never stored.

`states` reads an inspection's records in a constant number of queries. The rules below it are plain functions from
records to states, which tests call with records made by hand.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from documents import wording
from documents.evidence import covering, freshness
from documents.meetings import expected
from documents.records import CurrentFile, Meeting, NilReturnFact, Records, ReviewFact, read
from documents.reviews import approvals
from documents.reviews.approvals import Approvals
from frameworks import CoreDocument, Covered, Part, covered_by
from inspections.duty import Owner
from inspections.snapshot import Snapshot

MISSING, PARTIAL, SUBMITTED, APPROVED, RETURNED, SENT = (
    "missing",
    "partial",
    "submitted",
    "approved",
    "returned",
    "sent",
)
#: Every state, worst first, in the order of the filters.
STATES = (MISSING, PARTIAL, RETURNED, SUBMITTED, APPROVED, SENT)
COMPLETE = frozenset({SUBMITTED, APPROVED, SENT})


@dataclass(frozen=True, slots=True)
class PartState:
    """The state of one part of a document.

    files    those that count, newest `as_at` first if dated
    dropped  those that no longer count, since later ones are here
    nil      the statement that there is nothing to supply, if there is one
    have     how many count (different meetings, if the part is dated)
    missing  what is missing, in words; empty if the part is in
    stale    why it is out of date, in words; empty if fresh
    turns_on the day on which it will be missing something or out of date if nothing is added, if that is known;
             turning says so in words
    remarks  what a reader should know about the dates: hints, never faults
    asked    everything that it has to cover; uncovered those that no counting file covers
    meetings the days on which something is expected, if somebody entered them; wanted are those days and those of
             files that are needed now, if there is such a calendar
    """

    part: Part
    files: tuple[CurrentFile, ...]
    dropped: tuple[CurrentFile, ...]
    nil: NilReturnFact | None
    have: int
    missing: str
    stale: str
    turns_on: date | None = None
    turning: str = ""
    remarks: tuple[str, ...] = ()
    meetings: tuple[Meeting, ...] = ()
    wanted: tuple[date, ...] = ()
    asked: tuple[Covered, ...] = ()
    uncovered: tuple[Covered, ...] = ()

    @property
    def may_expect(self) -> bool:
        """Whether meetings can be expected of it."""
        return expected.has_calendar(self.part)

    @property
    def is_in(self) -> bool:
        return not self.missing

    def has(self, each: Covered) -> bool:
        """Whether a counting file covers this."""
        return any(row.does_cover(each.key) for row in self.files)

    def covered(self, covers: str) -> str:
        """The names of these keys among the things asked for; empty if the version does not say."""
        return covering.in_words(self.asked, covers)

    @property
    def is_empty(self) -> bool:
        return not self.files and self.nil is None

    @property
    def is_stale(self) -> bool:
        return bool(self.stale)

    @property
    def state(self) -> str:
        """`missing`, `partial`, `stale`, `nil return`, `optional` (nothing there, nothing needed) or `done`."""
        if self.missing:
            return PARTIAL if self.files else MISSING
        if self.stale:
            return "stale"
        if self.nil is not None:
            return "nil return"
        return "done" if self.files else "optional"


@dataclass(frozen=True, slots=True)
class DocumentState:
    """The state of one document.

    state       missing, partial, submitted, approved, returned or sent
    missing     what is still missing, out of date or to be put right, one sentence each; empty if nothing is
    review      the review of what is there now, if any
    contents    the fingerprint of what is there now, which a review refers to
    changed_at  when anything about it last changed, and who changed it
    horizon     the last day ahead for which it is pointed out that something goes out of date
    approvals   how many it needs, and those of what is there now
    """

    document: CoreDocument
    state: str
    missing: tuple[str, ...]
    parts: tuple[PartState, ...]
    owners: tuple[Owner, ...]
    review: ReviewFact | None
    sent_at: datetime | None
    contents: str
    changed_at: datetime | None
    changed_by: str | None
    approvals: Approvals
    horizon: date | None = None

    @property
    def turns_on(self) -> date | None:
        """The first day on which a part that is in now will no longer be complete and fresh; None if none is known."""
        return min((part.turns_on for part in self.parts if part.turns_on is not None), default=None)

    @property
    def turns_rank(self) -> date:
        """For sorting: soonest first, unknown days last."""
        return self.turns_on or date.max

    @property
    def turning(self) -> tuple[str, ...]:
        """What goes out of date first, in words."""
        alone = len(self.parts) == 1
        return tuple(
            wording.about(part.part, part.turning, alone=alone)
            for part in self.parts
            if part.turns_on is not None and part.turns_on == self.turns_on
        )

    @property
    def is_turning(self) -> bool:
        """Whether something that is in goes out of date soon enough to be pointed out."""
        return self.turns_on is not None and self.horizon is not None and self.turns_on <= self.horizon

    @property
    def item(self) -> str:
        return f"document:{self.document.key}"

    @property
    def is_stale(self) -> bool:
        return any(part.is_stale for part in self.parts)

    @property
    def rank(self) -> int:
        """The place of its state among the states, worst first."""
        return STATES.index(self.state)

    @property
    def is_complete(self) -> bool:
        """Whether all parts are in, whatever a review said."""
        return all(part.is_in for part in self.parts) and not all(part.is_empty for part in self.parts)

    @property
    def is_ready(self) -> bool:
        """Whether nothing is owed on it: submitted, approved or sent, and fresh."""
        return self.state in COMPLETE and not self.is_stale

    @property
    def is_empty(self) -> bool:
        return all(part.is_empty for part in self.parts)

    @property
    def returned_reason(self) -> str:
        return self.review.reason if self.state == RETURNED and self.review else ""

    @property
    def approved_at(self) -> datetime | None:
        return self.approvals.given[-1].at if self.approvals.is_complete else None

    @property
    def approved_by(self) -> str:
        return self.approvals.names if self.approvals.is_complete else ""

    def part(self, key: str) -> PartState:
        """The part with this key; raises KeyError."""
        return {state.part.key: state for state in self.parts}[key]


def states(snapshot: Snapshot) -> dict[str, DocumentState]:
    """Every core document of the framework by its key, in the framework's order."""
    records = read(snapshot.inspection)
    return {document.key: document_state(document, records, snapshot) for document in snapshot.framework.documents}


def document_state(document: CoreDocument, records: Records, snapshot: Snapshot) -> DocumentState:
    """The state of one document, from the inspection's records."""
    files = records.files_of(document.key)
    nils = records.nils_of(document.key)
    parts = tuple(
        part_state(
            part,
            [row for row in files if row.part == part.key],
            nils.get(part.key),
            snapshot,
            records.meetings_of(document.key, part.key),
        )
        for part in document.parts
    )
    contents = records.contents_of(document.key)
    reviews = records.reviews_of(document.key)
    review = reviews.latest
    if review is not None and review.contents != contents:
        review = None
    given = approvals.count(
        reviews, contents, approvals.needed_for(document.key, reviews, snapshot.plan), _authors(parts)
    )
    sent_at = _sent_at(parts, records)
    state = state_of(parts, review, sent_at, is_approved=given.is_complete)
    change = records.last_change(document.key)
    return DocumentState(
        document=document,
        state=state,
        missing=missing_in(parts, state),
        parts=parts,
        owners=snapshot.owners_of(f"document:{document.key}"),
        review=review,
        sent_at=sent_at,
        contents=contents,
        changed_at=change[0] if change else None,
        changed_by=change[1] if change else None,
        horizon=freshness.horizon(snapshot),
        approvals=given,
    )


def _authors(parts: Iterable[PartState]) -> Iterator[int | None]:
    """The people who added what counts now, or stated that there is nothing to supply.

    The person who sent the bytes still counts after somebody else restores, moves or redates them.
    """
    for part in parts:
        yield from (author for row in part.files for author in (row.uploader, row.sender))
        if part.nil is not None:
            yield part.nil.stater


def state_of(
    parts: Iterable[PartState], review: ReviewFact | None, sent_at: datetime | None, *, is_approved: bool
) -> str:
    """The word for the state of a document.

    `review` is about what is there now; `sent_at` is when exactly that was sent; `is_approved` means it has all the
    approvals it needs.
    """
    parts = tuple(parts)
    is_empty = all(part.is_empty for part in parts)
    if review is not None and not review.is_approval and not is_empty and (sent_at is None or review.at > sent_at):
        return RETURNED
    if is_empty:
        return MISSING
    if not all(part.is_in for part in parts):
        return PARTIAL
    if sent_at is not None:
        return SENT
    return APPROVED if is_approved else SUBMITTED


def part_state(
    part: Part,
    files: Iterable[CurrentFile],
    nil: NilReturnFact | None,
    snapshot: Snapshot,
    meetings: tuple[Meeting, ...] = (),
) -> PartState:
    """The state of one part, from its current files, its nil return and the meetings expected of it."""
    files = list(files)
    calendar = _calendar(part, files, meetings, snapshot)
    counting, dropped = freshness.sort_out(part, files, calendar.wanted if calendar else None)
    have = len({row.as_at for row in counting}) if part.dated and part.needed > 1 else len(counting)
    missing = _shortage(part, calendar, have, len(counting)) if nil is None and not part.optional else ""
    asked = covered_by(part, snapshot.plan)
    uncovered = covering.uncovered(asked, counting) if nil is None and not part.optional else ()
    if counting:  # Without any file that has been said already.
        missing = f"{missing} {covering.shortage(uncovered)}".strip()
    if faulty := sum(bool(row.fault) for row in counting):
        missing = f"{missing} {wording.faulty(faulty)}".strip()
    stale = "" if nil is not None or not counting else freshness.why_stale(part, counting, snapshot)
    # Having too few has been said already; "out of date" is for a part that is in.
    stale = "" if missing or part.optional else stale
    turn = None
    if nil is None and not (missing or stale or part.optional):
        turn = _turning(part, calendar, counting, snapshot)
    return PartState(
        part=part,
        files=tuple(counting),
        dropped=tuple(dropped),
        nil=nil,
        have=have,
        missing=missing,
        stale=stale,
        turns_on=turn[0] if turn else None,
        turning=turn[1] if turn else "",
        remarks=_remarks(part, calendar, counting, snapshot, asked) if nil is None else (),
        meetings=meetings,
        wanted=calendar.wanted if calendar else (),
        asked=asked,
        uncovered=uncovered,
    )


def _calendar(
    part: Part, files: list[CurrentFile], meetings: tuple[Meeting, ...], snapshot: Snapshot
) -> expected.Calendar | None:
    """The calendar of the part at this time; None if it has none. No meeting has passed before the day after it."""
    if not meetings or part.freshness is None or not expected.has_calendar(part):
        return None
    counted_from = freshness.reference(part.freshness, snapshot)
    is_called = snapshot.inspection.notified_on is not None
    return expected.calendar(
        part, files, meetings, min(counted_from, snapshot.today), counted_from if is_called else date.max
    )


def _shortage(part: Part, calendar: expected.Calendar | None, have: int, files: int) -> str:
    """What is missing, in words: which days if a calendar names them, otherwise how many."""
    return expected.shortage(part, calendar) if calendar else wording.shortage(part, have, files)


def _turning(
    part: Part, calendar: expected.Calendar | None, files: list[CurrentFile], snapshot: Snapshot
) -> tuple[date, str] | None:
    return expected.turning(part, calendar) if calendar else freshness.turning(part, files, snapshot)


def _remarks(
    part: Part,
    calendar: expected.Calendar | None,
    counting: list[CurrentFile],
    snapshot: Snapshot,
    asked: tuple[Covered, ...],
) -> tuple[str, ...]:
    """Remarks about its days (unexpected in the calendar, or a gap in the rhythm) and about what it covers."""
    covers = covering.remarks(part, asked, counting)
    if calendar is not None:
        return (*calendar.remarks, *covers)
    if part.freshness is None or not expected.has_calendar(part):
        return covers
    days = [row.as_at for row in counting if row.as_at is not None]
    hint = expected.gap_hint(days, freshness.reference(part.freshness, snapshot))
    return (hint, *covers) if hint else covers


def missing_in(parts: tuple[PartState, ...], state: str) -> tuple[str, ...]:
    """What is missing, out of date or to be put right in a document of this state, one sentence each."""
    alone = len(parts) == 1
    said = [
        wording.about(part.part, words, alone=alone, names=part.uncovered)
        for part in parts
        for words in (part.missing or part.stale,)
        if words
    ]
    if state == RETURNED:
        said.insert(0, "Returned to be put right.")
    return tuple(said)


def _sent_at(parts: tuple[PartState, ...], records: Records) -> datetime | None:
    """When everything that counts now had been sent; None if any of it has not."""
    moments: list[datetime | None] = []
    for part in parts:
        moments += [records.sent_versions.get(row.version) for row in part.files]
        if part.nil is not None:
            moments.append(records.sent_nils.get(part.nil.pk))
    sent = [moment for moment in moments if moment is not None]
    return max(sent) if sent and len(sent) == len(moments) else None


def summary(states: Mapping[str, DocumentState]) -> dict[str, int]:
    """How many documents are in each state; every state is listed."""
    return {name: sum(state.state == name for state in states.values()) for name in STATES}
