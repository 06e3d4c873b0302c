"""The demonstration's evidence with a history: brought forward, moved, with macros, damaged, sent and replaced.

`Paper` draws a sample page for a part.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from uuid import uuid4

from django.db import transaction

import documents.evidence.actions
import documents.reviews.actions
import intake.actions
from accounts.models import User
from documents.evidence.carrying import bring_forward
from documents.evidence.moving import move_file
from documents.models import File
from documents.reviews.comments import add_comment
from documents.state import RETURNED, states
from documents.wording import listed
from evidencepack.actions import record_sent, request_pack
from evidencepack.building import build
from files.receiving import Received, receive
from frameworks import CoreDocument, Covered, Part, covered_by
from inspections.actions import open_inspection, withdraw
from inspections.models import Inspection, InspectionKind
from inspections.snapshot import Snapshot, snapshot_of

Paper = Callable[..., bytes]
#: A part, the date of one of its files, and what the file covers.
Piece = tuple[Part, date | None, tuple[Covered, ...]]


def met(today: date, ago: int) -> date:
    """The day of the board's meeting so many meetings ago: every four weeks and never at a weekend."""
    day = today - timedelta(days=28 * ago + 20)
    return day - timedelta(days=max(0, day.weekday() - 4))


def _shares(part: Part, asked: tuple[Covered, ...]) -> list[tuple[Covered, ...]]:
    """Which files a part gets: one for each thing it has to cover if it asks for that, otherwise one for most and one
    for the rest.
    """
    if part.each:
        return [(each,) for each in asked] or [()]
    return [asked[:-1], asked[-1:]] if len(asked) > 1 else [asked]


def pieces_of(document: CoreDocument, fill_with: str, snapshot: Snapshot) -> Iterator[Piece]:
    """The files that a document gets: all that it needs, one part or two files short, or out of date."""
    if fill_with == "empty":
        return
    wanted = [
        (part, (met(snapshot.today, copy) if part.dated else None), covers)
        for part in document.parts
        if not part.optional
        for copy in range(part.needed)
        for covers in _shares(part, covered_by(part, snapshot.plan))
    ]
    if fill_with == "short":
        # A part with something that no file covers is a better example than an empty one.
        wanted = wanted[: max(1, len(wanted) - (1 if any(covers for *_, covers in wanted) else 2))]
    if fill_with == "old":
        wanted = [(part, dated and dated - timedelta(days=3 * 365), covers) for part, dated, covers in wanted]
    yield from wanted


def name_of(part: Part, dated: date | None, covers: tuple[Covered, ...]) -> str:
    """The name of the file of a piece."""
    label = " ".join([part.label[:60], listed([each.label for each in covers])]).strip()
    return f"{label}{f' {dated}' if dated else ''}.pdf".replace("/", " ")


def bring_from_rehearsal(
    snapshot: Snapshot, document: CoreDocument, pieces: Iterable[Piece], *, paper: Paper, by: User, now: datetime
) -> None:
    """A rehearsal of long ago, now over, from which the files of one document were brought forward."""
    inspection, at = snapshot.inspection, now - timedelta(days=100)
    rehearsal = open_inspection(
        council=inspection.council,
        title="Rehearsal",
        slug=f"{inspection.slug}-rehearsal",
        kind=InspectionKind.REHEARSAL,
        framework_key=inspection.framework_key,
        plan_key=inspection.plan_key,
        by=by,
        now=at - timedelta(days=30),
    )
    for part, dated, covers in pieces:
        earlier = dated and min(dated, at.date())
        pdf = receive(io.BytesIO(paper(document, part, earlier, at, covers)), name=name_of(part, None, covers))
        _add(rehearsal, document, part, earlier, pdf, by=by, at=at, covers=covers)
    bring_forward(inspection=inspection, source=rehearsal, by=by, now=now)
    withdraw(inspection=rehearsal, reason="The rehearsal is over.", by=by, now=now)


def move_one(snapshot: Snapshot, *, paper: Paper, by: User) -> None:
    """A file that was added to the last document but one by mistake, and is now in the right place."""
    *_, wrong, right = snapshot.framework.documents
    part, at = right.parts[-1], snapshot.now - timedelta(days=5)
    received = receive(io.BytesIO(paper(right, part, at.date(), at)), name="Chart of partners.pdf")
    dated = at.date() if wrong.parts[0].dated else None
    file = _add(snapshot.inspection, wrong, wrong.parts[0], dated, received, by=by, at=at)
    at += timedelta(hours=2)
    dated = at.date() if part.dated else None
    move_file(file=file, document=right.key, part=part.key, as_at=dated, by=by, now=at)


def add_macros(snapshot: Snapshot, document: CoreDocument, *, by: User) -> None:
    """Adds a workbook with macros to a document."""
    part, at = document.parts[0], snapshot.now - timedelta(days=6)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as workbook:
        for name, content in (("[Content_Types].xml", "<Types/>"), ("xl/workbook.xml", "<workbook/>")):
            workbook.writestr(name, content)
        workbook.writestr("xl/vbaProject.bin", "A sample of macros, which does nothing.")
    packed.seek(0)
    received = receive(packed, name="Performance figures.xlsm")
    _add(snapshot.inspection, document, part, at.date() if part.dated else None, received, by=by, at=at)


def add_damaged(snapshot: Snapshot, document: CoreDocument, *, paper: Paper, by: User) -> None:
    """Adds a paper that arrived with its end cut off to a document."""
    part, at = document.parts[0], snapshot.now - timedelta(days=5)
    dated = at.date() if part.dated else None
    whole = paper(document, part, dated, at)
    received = receive(io.BytesIO(whole[: len(whole) // 2]), name="Cut short on its way.pdf")
    _add(snapshot.inspection, document, part, dated, received, by=by, at=at)


def drop_files(snapshot: Snapshot, lead: User, now: datetime) -> None:
    """Files from a shared drive that wait to be sorted: some that are recognised, and one that is not."""
    folder = "Core documents"
    known = [
        f"{folder}/{document.number:02}/{document.parts[-1].label[:60].replace('/', ' ')}.txt"
        for document in list(snapshot.framework.documents)[-3:]
    ]
    for path in (*known, f"{folder}/scan0001.txt"):
        name = path.rpartition("/")[2]
        text = io.BytesIO(f"Sample text of {name}, which exists for the demonstration alone.".encode())
        received = receive(text, name=name, content_type="text/plain")
        intake.actions.take_in(inspection=snapshot.inspection, received=received, path=path, by=lead, now=now)


def talk(snapshot: Snapshot, lead: User) -> None:
    """A conversation between the coordinator and the owner on the first document that was returned."""
    returned = next((state for state in states(snapshot).values() if state.state == RETURNED), None)
    if returned is None:
        return
    holder = next((owner.holder for owner in returned.owners if owner.holder), None)
    owner = User.objects.get(pk=holder) if holder else lead
    for number, (by, text) in enumerate(
        (
            (lead, "The second table still has last year’s figures. Can you replace it before the group meets?"),
            (owner, "Yes. The new figures are being checked and will be here on Thursday."),
        )
    ):
        add_comment(
            inspection=snapshot.inspection,
            document=returned.document.key,
            text=text,
            once=uuid4(),
            by=by,
            now=snapshot.now - timedelta(days=2, hours=-number),
        )


def send_pack(inspection: Inspection, *, paper: Paper, by: User, lead: User, now: datetime) -> None:
    """Once it was due, the pack was sent; two documents were replaced afterwards, so that a supplement can be made.

    Returned documents were sent as they were, and are returned again.
    """
    snapshot = snapshot_of(inspection, now=now)
    steps = snapshot.schedule.steps if snapshot.schedule else ()
    due = next((dated.due for dated in steps if dated.step.duty == "send-documents"), None)
    if due is None or due >= now:
        return
    at = due - timedelta(hours=2)
    returned = [key for key, state in states(snapshot).items() if state.state == RETURNED]
    with transaction.atomic():  # No worker sees the pack before it is ready.
        pack, _ = request_pack(inspection=inspection, by=by, now=at)
        build(pack.pk, now=lambda: at)
        record_sent(
            pack=pack,
            sent_at=at + timedelta(minutes=30),
            recipient="Lena Inspector, lead inspector",
            how="Secure email",
            once=uuid4(),
            by=by,
            now=at + timedelta(minutes=35),
        )
    approved, submitted = snapshot.framework.documents[-4], snapshot.framework.documents[-1]
    after = min(due + timedelta(hours=1), now)
    for document in (approved, submitted):
        _replace_one(snapshot, document, paper=paper, by=lead, at=after)
    now_there = states(snapshot_of(inspection, now=now))
    documents.reviews.actions.approve(
        inspection=inspection, document=approved.key, contents=now_there[approved.key].contents, by=lead, now=after
    )
    for key in returned:
        documents.reviews.actions.return_document(
            inspection=inspection,
            document=key,
            contents=now_there[key].contents,
            reason="It went to the inspectors with last year’s figures. Please replace them for the supplement.",
            by=lead,
            now=after,
        )


def _replace_one(snapshot: Snapshot, document: CoreDocument, *, paper: Paper, by: User, at: datetime) -> None:
    file = File.objects.filter(inspection=snapshot.inspection, document=document.key, archived_at=None).first()
    if file is None:
        return
    part = document.part(file.part)
    dated = file.versions.order_by("-number")[0].as_at and at.date()
    documents.evidence.actions.replace_file(
        file=file,
        received=_pdf(paper(document, part, at.date(), at), part),
        as_at=dated,
        note="The inspectors asked for the last page, which was missing",
        by=by,
        now=at,
    )


def _pdf(content: bytes, part: Part) -> Received:
    return receive(io.BytesIO(content), name=f"{part.label[:60]}.pdf".replace("/", " "))


def _add(
    inspection: Inspection, document: CoreDocument, part: Part, dated: date | None, received: Received, *, by: User,
    at: datetime, covers: tuple[Covered, ...] = (),
) -> File:  # fmt: skip
    added = documents.evidence.actions.add_file(
        inspection=inspection,
        document=document.key,
        part=part.key,
        received=received,
        as_at=dated,
        by=by,
        now=at,
        covers=[each.key for each in covers],
    )
    return added.version.file
