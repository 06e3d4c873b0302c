"""Documents, packs and files to be sorted: one part, one file or one pack, and two people at it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from accounts.models import Event, Role, User
from documents.evidence import actions, carrying, moving
from documents.meetings import actions as meetings
from documents.models import Comment, ExpectedMeeting, File, NilReturn, Review, Version
from documents.reviews import actions as reviewing
from documents.reviews import comments
from documents.state import states
from inspections.models import Inspection
from inspections.snapshot import snapshot_of
from intake import actions as intake
from intake import unpacking
from intake.models import Archive, WaitingFile
from tests.factories.documents import add, complete, pdf_bytes, received
from tests.factories.intake import archive, folder_zip, wait
from tests.factories.people import NOW, make_council, make_inspection, make_person
from tests.racing import Race

WHO: dict[str, Any] = {"by": None, "now": NOW}
UNDATED, DATED, MAY_BE_NIL = ("10", "reports"), ("1", "minutes"), ("11", "adoption")
DAY = date(2011, 3, 1)


def _inspection() -> Inspection:
    return make_inspection(make_council())


def _file(inspection: Inspection, part: tuple[str, str] = UNDATED, **given: Any) -> File:
    return add(inspection, *part, **given).version.file


def _add(inspection: Inspection, part: tuple[str, str], content: bytes | None = None) -> Callable[[], object]:
    taken = received(content)
    document, key = part
    return lambda: actions.add_file(
        inspection=inspection, document=document, part=key, received=taken, as_at=None, **WHO
    )


def _again(file: File) -> File:
    """The file as another page has it."""
    return File.objects.select_related("inspection").get(pk=file.pk)


def _move(file: File, part: tuple[str, str] = DATED, as_at: date | None = DAY) -> Callable[[], object]:
    document, key = part
    return lambda: moving.move_file(file=_again(file), document=document, part=key, as_at=as_at, **WHO)


def file_is_replaced_twice() -> Race:
    file = _file(_inspection())

    def replace() -> Callable[[], object]:
        taken = received()
        return lambda: actions.replace_file(file=file, received=taken, as_at=None, **WHO)

    return Race(replace(), replace(), lambda: file.versions.count() == 3)


def same_bytes_are_added_twice() -> Race:
    inspection, content = _inspection(), pdf_bytes()
    one, other = (_add(inspection, UNDATED, content) for _ in range(2))
    return Race(one, other, lambda: File.objects.filter(inspection=inspection).count() == 1)


def file_is_added_while_a_nil_return_is_stated() -> Race:
    inspection = _inspection()
    document, part = MAY_BE_NIL
    state = lambda: reviewing.state_nil_return(  # noqa: E731
        inspection=inspection, document=document, part=part, reason="None.", **WHO
    )

    def holds() -> bool:
        files = File.objects.filter(inspection=inspection).exists()
        return files != NilReturn.objects.filter(inspection=inspection).exists()

    return Race(_add(inspection, MAY_BE_NIL), state, holds)


def nil_return_is_stated_twice() -> Race:
    inspection = _inspection()
    document, part = MAY_BE_NIL
    state = lambda: reviewing.state_nil_return(  # noqa: E731
        inspection=inspection, document=document, part=part, reason="None.", **WHO
    )
    return Race(state, state, lambda: NilReturn.objects.filter(inspection=inspection).count() == 1)


def file_is_put_back_while_its_bytes_are_added() -> Race:
    inspection, content = _inspection(), pdf_bytes()
    file = _file(inspection, content=content)
    actions.remove_file(file=file, **WHO)
    return Race(
        lambda: actions.put_back_file(file=file, **WHO),
        _add(inspection, UNDATED, content),
        lambda: File.objects.filter(inspection=inspection, archived_at=None).count() == 1,
    )


def same_bytes_are_moved_to_one_part() -> Race:
    inspection, content = _inspection(), pdf_bytes()
    one, other = (_file(inspection, part, content=content) for part in (UNDATED, MAY_BE_NIL))
    return Race(
        _move(one),
        _move(other),
        lambda: File.objects.filter(inspection=inspection, document="1", part="minutes").count() == 1,
    )


def _has_dates(inspection: Inspection) -> Callable[[], bool]:
    """Whether no file of the dated part is without its date."""
    files = File.objects.filter(inspection=inspection, document="1", archived_at=None)
    return lambda: all(file.versions.order_by("-number")[0].as_at is not None for file in files.all())


def file_is_described_while_moved_to_where_a_date_is_asked_for() -> Race:
    inspection = _inspection()
    file = _file(inspection)
    describe = lambda: actions.describe_file(  # noqa: E731
        file=_again(file), label="Another name.pdf", names_children=False, as_at=None, **WHO
    )
    return Race(_move(file), describe, _has_dates(inspection))


def file_is_replaced_while_moved_to_where_a_date_is_asked_for() -> Race:
    inspection = _inspection()
    file, taken = _file(inspection), received()
    replace = lambda: actions.replace_file(file=_again(file), received=taken, as_at=None, **WHO)  # noqa: E731
    return Race(_move(file), replace, _has_dates(inspection))


def file_is_removed_while_moved() -> Race:
    inspection = _inspection()
    file = _file(inspection)
    remove = lambda: actions.remove_file(file=_again(file), **WHO)  # noqa: E731

    def holds() -> bool:
        """The record says that it was removed from the document that it was in."""
        removed = Event.objects.get(inspection=inspection.slug, verb="file removed")
        return removed.detail["document"] == File.objects.get(pk=file.pk).document

    return Race(_move(file), remove, holds)


def evidence_is_brought_forward_while_a_file_is_removed() -> Race:
    council = make_council()
    source, inspection = make_inspection(council), make_inspection(council)
    file = _file(source)
    return Race(
        lambda: carrying.bring_forward(inspection=inspection, source=source, **WHO),
        lambda: actions.remove_file(file=_again(file), **WHO),
        lambda: all(row.versions.exists() for row in File.objects.filter(inspection=inspection)),
    )


def evidence_is_brought_forward_twice() -> Race:
    council = make_council()
    source, inspection = make_inspection(council), make_inspection(council)
    _file(source)
    bring = lambda: carrying.bring_forward(inspection=inspection, source=source, **WHO)  # noqa: E731
    return Race(bring, bring, lambda: File.objects.filter(inspection=inspection).count() == 1)


def evidence_is_brought_forward_both_ways() -> Race:
    council = make_council()
    one, other = make_inspection(council), make_inspection(council)
    _file(one)
    _file(other)
    return Race(
        lambda: carrying.bring_forward(inspection=one, source=other, **WHO),
        lambda: carrying.bring_forward(inspection=other, source=one, **WHO),
        lambda: Version.objects.filter(file__inspection__in=[one, other]).count() == 4,
    )


def damaged_bytes_are_mended_from_two_inspections() -> Race:
    council, content = make_council(), pdf_bytes()
    one, other = make_inspection(council), make_inspection(council)
    _file(one, content=content)
    carrying.bring_forward(inspection=other, source=one, **WHO)
    Version.objects.filter(file__inspection__in=[one, other]).update(fault=Version.Fault.DAMAGED)
    return Race(
        _add(one, UNDATED, content),
        _add(other, UNDATED, content),
        lambda: not Version.objects.filter(file__inspection__in=[one, other]).exclude(fault="").exists(),
    )


# Approval


def _to_approve(needed: int = 1) -> tuple[Inspection, str]:
    inspection = _inspection()
    complete(inspection, "1", now=NOW)
    if needed > 1:
        reviewing.ask_for_approvals(inspection=inspection, document="1", needed=needed, **WHO)
    return inspection, states(snapshot_of(inspection, now=NOW))["1"].contents


def _approve(inspection: Inspection, contents: str, by: User) -> Callable[[], object]:
    return lambda: reviewing.approve(inspection=inspection, document="1", contents=contents, by=by, now=NOW)


def _person(inspection: Inspection) -> User:
    return make_person(inspection.council, Role.COORDINATOR)


def _approvals(inspection: Inspection) -> int:
    return Review.objects.filter(inspection=inspection, verdict=Review.Verdict.APPROVED).count()


def document_is_approved_twice_where_once_will_do() -> Race:
    inspection, seen = _to_approve()
    one, other = (_approve(inspection, seen, _person(inspection)) for _ in range(2))
    return Race(one, other, lambda: _approvals(inspection) == 1)


def one_person_approves_twice_where_two_people_have_to() -> Race:
    inspection, seen = _to_approve(2)
    approve = _approve(inspection, seen, _person(inspection))
    return Race(approve, approve, lambda: _approvals(inspection) == 1)


def whoever_approves_lets_one_approval_do() -> Race:
    inspection, seen = _to_approve(2)
    by = _person(inspection)
    one_will_do = lambda: reviewing.ask_for_approvals(  # noqa: E731
        inspection=inspection, document="1", needed=1, by=by, now=NOW
    )

    def holds() -> bool:
        return not (_approvals(inspection) and Review.objects.filter(inspection=inspection, verdict="one").exists())

    return Race(_approve(inspection, seen, by), one_will_do, holds)


def whoever_adds_a_version_approves_where_two_people_have_to() -> Race:
    inspection, seen = _to_approve(2)
    by, taken = _person(inspection), received()
    file = File.objects.filter(inspection=inspection, document="1").order_by("pk")[0]
    as_at = file.versions.get().as_at
    replace = lambda: actions.replace_file(file=file, received=taken, as_at=as_at, by=by, now=NOW)  # noqa: E731

    def holds() -> bool:
        """What was approved is what was there before, and says nothing of the version that came."""
        return not states(snapshot_of(inspection, now=NOW))["1"].approvals.given

    return Race(_approve(inspection, seen, by), replace, holds)


def document_is_approved_while_returned() -> Race:
    inspection, seen = _to_approve()
    back = lambda: reviewing.return_document(  # noqa: E731
        inspection=inspection, document="1", contents=seen, reason="Out of date", **WHO
    )
    state = lambda: states(snapshot_of(inspection, now=NOW))["1"]  # noqa: E731
    approve = _approve(inspection, seen, _person(inspection))
    return Race(approve, back, lambda: bool(state().returned_reason) != state().approvals.is_complete)


# Meetings and comments


def _expect(inspection: Inspection, *days: date) -> list[ExpectedMeeting]:
    return meetings.expect_meetings(inspection=inspection, document="1", part="minutes", days=days, **WHO)


def meeting_is_expected_twice() -> Race:
    inspection = _inspection()
    expect = lambda: _expect(inspection, DAY)  # noqa: E731
    return Race(expect, expect, lambda: ExpectedMeeting.objects.filter(inspection=inspection).count() == 1)


def meetings_are_moved_to_one_day() -> Race:
    inspection = _inspection()
    one, other = _expect(inspection, DAY, DAY + timedelta(days=7))
    to = DAY + timedelta(days=1)
    move = lambda row: meetings.change_meeting(meeting=row, held_on=to, **WHO)  # noqa: E731
    rows = ExpectedMeeting.objects.filter(inspection=inspection, held_on=to)
    return Race(lambda: move(one), lambda: move(other), lambda: rows.count() == 1)


def most_meetings_are_not_exceeded() -> Race:
    inspection = _inspection()
    _expect(inspection, *(DAY + timedelta(days=number) for number in range(meetings.MOST_MEETINGS - 1)))
    rows = ExpectedMeeting.objects.filter(inspection=inspection)
    return Race(
        lambda: _expect(inspection, DAY - timedelta(days=1)),
        lambda: _expect(inspection, DAY - timedelta(days=2)),
        lambda: rows.count() == meetings.MOST_MEETINGS,
    )


def comment_is_sent_twice() -> Race:
    inspection, once = _inspection(), uuid.uuid4()
    by = _person(inspection)
    say = lambda: comments.add_comment(  # noqa: E731
        inspection=inspection, document="1", text="Looks right.", once=once, by=by, now=NOW
    )
    return Race(say, say, lambda: Comment.objects.filter(once=once).count() == 1)


# Files to be sorted


def _waiting() -> tuple[Inspection, User, WaitingFile]:
    inspection = _inspection()
    by = _person(inspection)
    return inspection, by, wait(inspection, "CYPP.pdf", by=by)


def _sort(waiting: WaitingFile, by: User, document: str, part: str) -> Callable[[], object]:
    choice = intake.Choice(document, part, DAY, False)
    return lambda: intake.add(waiting=waiting, choice=choice, by=by, now=NOW)


def waiting_file_is_sorted_into_two_parts() -> Race:
    inspection, by, waiting = _waiting()
    return Race(
        _sort(waiting, by, *UNDATED),
        _sort(waiting, by, *MAY_BE_NIL),
        lambda: File.objects.filter(inspection=inspection).count() == 1,
    )


def waiting_file_is_sorted_while_left_out() -> Race:
    inspection, by, waiting = _waiting()
    left: list[int] = []

    def leave() -> None:
        left.append(intake.leave_out(inspection=inspection, files=[waiting.pk], by=by, now=NOW))

    return Race(
        _sort(waiting, by, *UNDATED), leave, lambda: File.objects.filter(inspection=inspection).count() + left[0] == 1
    )


def file_is_taken_in_twice() -> Race:
    inspection, content = _inspection(), pdf_bytes()
    by = _person(inspection)
    taken = [received(content, "CYPP.pdf") for _ in range(2)]
    one, other = (
        lambda arrived=arrived: intake.take_in(inspection=inspection, received=arrived, path="CYPP.pdf", by=by, now=NOW)
        for arrived in taken
    )
    return Race(one, other, lambda: WaitingFile.objects.filter(inspection=inspection).count() == 1)


def zip_is_taken_in_twice() -> Race:
    inspection, content = _inspection(), folder_zip("a.pdf")
    by = _person(inspection)
    take = lambda: archive(inspection, content, by=by)  # noqa: E731
    return Race(take, take, lambda: Archive.objects.filter(inspection=inspection).count() == 1)


def zip_is_unpacked_by_two_workers() -> Race:
    inspection = _inspection()
    found = archive(inspection, folder_zip("a.pdf", "b.pdf"), by=_person(inspection))
    unpack = lambda: unpacking.unpack(found.pk, now=lambda: NOW)  # noqa: E731
    return Race(unpack, unpack, lambda: WaitingFile.objects.filter(inspection=inspection).count() == 2)


RACES = (
    file_is_replaced_twice,
    same_bytes_are_added_twice,
    file_is_added_while_a_nil_return_is_stated,
    nil_return_is_stated_twice,
    file_is_put_back_while_its_bytes_are_added,
    same_bytes_are_moved_to_one_part,
    file_is_described_while_moved_to_where_a_date_is_asked_for,
    file_is_replaced_while_moved_to_where_a_date_is_asked_for,
    file_is_removed_while_moved,
    evidence_is_brought_forward_while_a_file_is_removed,
    evidence_is_brought_forward_twice,
    evidence_is_brought_forward_both_ways,
    damaged_bytes_are_mended_from_two_inspections,
    document_is_approved_twice_where_once_will_do,
    one_person_approves_twice_where_two_people_have_to,
    whoever_approves_lets_one_approval_do,
    whoever_adds_a_version_approves_where_two_people_have_to,
    document_is_approved_while_returned,
    meeting_is_expected_twice,
    meetings_are_moved_to_one_day,
    most_meetings_are_not_exceeded,
    comment_is_sent_twice,
    waiting_file_is_sorted_into_two_parts,
    waiting_file_is_sorted_while_left_out,
    file_is_taken_in_twice,
    zip_is_taken_in_twice,
    zip_is_unpacked_by_two_workers,
)
