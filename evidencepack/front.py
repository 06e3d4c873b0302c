"""The front matter of a pack: cover, contents with page numbers, readiness, owners, timetable, focus groups."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.template.loader import render_to_string

from evidencepack.contents import Contents
from evidencepack.material import Material, label_of, owner_line
from evidencepack.models import Pack
from printing.pdf import render


def title_of(pack: Pack, *, children: bool) -> str:
    """The title of the pack's PDF: the inspection, the number, and what the part of its own holds."""
    title = f"{pack.inspection.title}: evidence pack {pack.number}"
    return f"{title}, files that name children" if children else title


def render_front(pack: Pack, made_from: Material, contents: Contents, *, children: bool) -> bytes:
    """The front matter as an accessible PDF, with the page numbers of what follows it."""
    template = "evidencepack/front_children.html" if children else "evidencepack/front.html"
    html = render_to_string(template, front_context(pack, made_from, contents, children=children))
    return render(html, title=title_of(pack, children=children), made_at=pack.requested_at)


def render_page(heading: str, lines: Sequence[str], *, made_at: datetime) -> bytes:
    """A page of words that stands in the place of a file."""
    html = render_to_string("evidencepack/page.html", {"heading": heading, "lines": lines})
    return render(html, title=heading, made_at=made_at)


def front_context(pack: Pack, made_from: Material, contents: Contents, *, children: bool) -> dict[str, Any]:
    """What the templates of the front matter show."""
    standing = made_from.standing
    steps = {duty.key: duty for duty in made_from.duties if duty.kind == "step"}
    dates = standing.schedule or standing.if_called_today
    strands = {strand.key: strand.title for strand in standing.framework.strands}
    return {
        "pack": pack,
        "inspection": pack.inspection,
        "council": pack.inspection.council,
        "standing": standing,
        "title": title_of(pack, children=children),
        "contents": _contents(made_from, contents, children=children),
        "pages": contents.pages,
        "documents": [
            {"document": row, "owners": owner_line(row.owners), "missing": row.missing} for row in made_from.documents
        ],
        "ready": sum(not row.missing for row in made_from.documents),
        "damaged": [placed for placed in contents.placed if placed.state == "damaged"],
        "listed": [placed for placed in contents.placed if placed.state == "listed"],
        "is_forecast": standing.schedule is None,
        "steps": [{"dated": dated, "duty": steps.get(f"step:{dated.step.key}")} for dated in dates.steps if dated.last],
        "groups": [
            {
                "strand": title,
                "rows": [
                    {
                        "group": state.group,
                        "owners": owner_line(state.owners),
                        "attendees": len(state.attendees),
                        "missing": state.missing,
                    }
                    for state in made_from.groups
                    if state.group.strand == key
                ],
            }
            for key, title in strands.items()
        ],
        "has_children_part": made_from.has_children_part,
    }


def _contents(made_from: Material, contents: Contents, *, children: bool) -> list[dict[str, Any]]:
    rows = []
    for document in made_from.documents:
        parts = [
            {
                "label": label_of(document, part),
                "title": part.part.label,
                "page": contents.first_pages[label_of(document, part)],
                "pages": contents.page_counts[label_of(document, part)],
                "is_empty": not part.files and part.nil_return is None,
            }
            for part in document.parts
            if label_of(document, part) in contents.first_pages
        ]
        if parts:
            rows.append({"document": document.document, "parts": parts, "page": parts[0]["page"]})
    return rows
