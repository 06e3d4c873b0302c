"""The front matter: cover, contents with page numbers, changes, readiness, owners, timetable, focus groups."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.template.loader import render_to_string

from cases.pack import PackList
from documents.pack import PackDocument
from documents.state import COMPLETE
from evidencepack.changes import NEW, REPLACED, PackChange
from evidencepack.contents import Contents, PlacedEntry
from evidencepack.material import MARKS, Material, label_of, owner_line, remarks_on
from evidencepack.models import Pack
from evidencepack.numbering import Numbering
from govuk.dates import long_date, weekday_date
from inspections.duty import Owner
from inspections.schedule import DatedStep
from printing.pdf import render


def pack_title(pack: Pack, *, children: bool) -> str:
    """The title of the pack's PDF: the inspection, the number, and what the separate part holds."""
    title = f"{pack.inspection.title}: evidence pack {pack.number}"
    if pack.supplements is not None:
        title += f", a supplement to pack {pack.supplements.number}"
    return f"{title}, files that name children" if children else title


def render_front(
    pack: Pack, made_from: Material, shown: dict[str, Any], contents: Contents, likely: int, *, children: bool
) -> bytes:
    """The front matter as an accessible PDF, with the page numbers of what follows it.

    `shown` is what does not depend on page numbers: `matter`, and the changes. In `contents` pages are counted from the
    end of the front matter, which is expected to have `likely` pages.
    """
    template = "evidencepack/front_children.html" if children else "evidencepack/front.html"
    numbers = Numbering(likely)
    context = {
        **shown,
        "pack": pack,
        "pages": numbers.after(contents.pages),
        "children_changes": [change for change in shown["changes"] if change["names_children"]],
        "contents": contents_rows(made_from, contents, numbers, shown["changes"], children=children),
        "damaged": [placed for placed in contents.placed if placed.state == "damaged"],
        "listed": [placed for placed in contents.placed if placed.state == "listed"],
    }
    html = numbers.style + render_to_string(template, context)
    return render(html, title=pack_title(pack, children=children), made_at=pack.requested_at)


def render_page(heading: str, lines: Sequence[str], *, made_at: datetime) -> bytes:
    """A page of words in place of a file."""
    html = render_to_string("evidencepack/page.html", {"heading": heading, "lines": lines})
    return render(html, title=heading, made_at=made_at)


def matter(made_from: Material) -> dict[str, Any]:
    """Everything that the front matter says except page numbers and the time, in words."""
    snapshot = made_from.snapshot
    return {
        "inspection_title": snapshot.inspection.title,
        "council": snapshot.inspection.council.name,
        "framework": snapshot.framework.title,
        "is_rehearsal": snapshot.inspection.is_rehearsal,
        "is_withdrawn": snapshot.inspection.is_withdrawn,
        "notified_on": long_date(snapshot.inspection.notified_on),
        "documents": [_document(row) for row in made_from.documents],
        "ready": sum(is_ready(row) for row in made_from.documents),
        "has_children_part": made_from.has_children_part,
        "is_forecast": snapshot.schedule is None,
        "steps": _steps(made_from),
        "groups": _groups(made_from),
        "case_lists": [_case_list(row) for row in made_from.case_lists],
    }


def is_ready(row: PackDocument) -> bool:
    """Whether nothing is owed on the document: it is complete, current and was not returned."""
    return row.state in COMPLETE and not row.is_stale


def _document(row: PackDocument) -> dict[str, Any]:
    return {
        "number": row.document.number,
        "title": row.document.title,
        "state": row.state,
        "is_stale": row.is_stale,
        "is_ready": is_ready(row),
        "missing": list(row.missing),
        "owners": [_owner(owner) for owner in row.owners],
    }


def _owner(owner: Owner) -> dict[str, str]:
    return {"post": owner.name, "organisation": owner.organisation, "holder": owner.holder_name or ""}


def _steps(made_from: Material) -> list[dict[str, Any]]:
    snapshot = made_from.snapshot
    dates = snapshot.schedule or snapshot.if_called_today
    recorded = [
        (dated, next((duty.done for duty in made_from.steps if duty.kind.is_for(dated.step, duty.key)), None))
        for dated in dates.steps
    ]
    return [
        {
            "days": _days(dated),
            "dates": _dates(dated),
            "title": dated.step.title,
            "party": dated.step.party[:1].upper() + dated.step.party[1:],
            # The pack is made for sending the set, so it cannot say of itself that the set was sent.
            "done": "" if is_done is None or dated.step.duty == "send-documents" else "Done" if is_done else "To do",
        }
        for dated, is_done in recorded
    ]


def _days(dated: DatedStep) -> str:
    if dated.last_day is None:
        return ""
    if dated.first_day in (None, dated.last_day):
        return str(dated.last_day)
    return f"{dated.first_day}\N{NO-BREAK SPACE}to\N{NO-BREAK SPACE}{dated.last_day}"


def _dates(dated: DatedStep) -> str:
    if dated.last is None:
        return "No date yet"
    if dated.first in (None, dated.last):
        return weekday_date(dated.last)
    return f"{weekday_date(dated.first)} to {weekday_date(dated.last)}"


def _groups(made_from: Material) -> list[dict[str, Any]]:
    """The groups by strand. Attendees are counted, not named: some of them are children and parents."""
    found = []
    for strand in made_from.snapshot.framework.strands:
        states = [state for state in made_from.groups if state.group.strand == strand.key]
        if states:
            found.append(
                {
                    "strand": strand.title,
                    "marks": [mark.label for mark in states[0].preparation],
                    "rows": [
                        {
                            "number": state.group.number,
                            "title": state.group.title,
                            "owners": owner_line(state.owners),
                            "attendees": len(state.attendees),
                            "marks": ["yes" if mark.done else "no" for mark in state.preparation],
                        }
                        for state in states
                    ],
                }
            )
    return found


def _case_list(row: PackList) -> dict[str, Any]:
    """One of the case lists in numbers; a list that was never imported has none."""
    return {
        "number": row.case_list.number,
        "title": row.case_list.title,
        "count": None if row.count is None else f"{row.count:,}",
        "on": long_date(row.on),
        "is_suppressed": any(breakdown.is_suppressed for breakdown in row.breakdowns),
        "breakdowns": [
            {
                "title": breakdown.title,
                "rows": [] if breakdown.is_hidden else [[part.label, part.shown] for part in breakdown.parts],
            }
            for breakdown in row.breakdowns
        ],
    }


def contents_rows(
    made_from: Material, contents: Contents, numbers: Numbering, changes: Sequence[PackChange], *, children: bool
) -> list[dict[str, Any]]:
    """Each document, part and file that is bound, the page on which it begins, and remarks about it."""
    found = []
    for document in made_from.documents:
        parts = [
            {
                "label": label,
                "title": part.part.label,
                "page": numbers.after(contents.first_pages[label]),
                "marks": [] if children else [mark for mark in MARKS if mark in remarks_on(part)],
                "is_partial": bool(part.missing and part.files),
                "files": [_placed(placed, numbers) for placed in contents.placed if _is_file_of(placed, label)],
                "changes": [] if children else [told for change in changes if (told := _told(change, label))],
            }
            for part in document.parts
            if (label := label_of(document, part)) in contents.first_pages
        ]
        if parts:
            row = {"number": document.document.number, "title": document.document.title}
            found.append({**row, "parts": parts, "page": parts[0]["page"]})
    return found


def _is_file_of(placed: PlacedEntry, label: str) -> bool:
    return placed.label == label and placed.path is not None


def _placed(placed: PlacedEntry, numbers: Numbering) -> dict[str, Any]:
    return {"heading": placed.heading, "change": placed.change, "page": numbers.after(placed.first_page)}


def _told(change: PackChange, label: str) -> str:
    """The changes in this part, except for files that are in the pack, which say it themselves."""
    if change["part"] != label or change["what"] in (NEW, REPLACED):
        return ""
    name = "a file that names children" if change["names_children"] else change["name"]
    return f"{change['what']}: {name}" if name else change["what"]
