"""The grades and themes on paper, for people outside the case team: no child, no auditor, no small number."""

from __future__ import annotations

import hashlib
from datetime import datetime, time

from django.utils.timezone import localtime

from audits.moderating.blindness import hidden_from_anybody
from audits.themes.counting import figures
from audits.themes.presenting import Shown, shown
from govuk.dates import long_date
from inspections.models import Inspection
from printing.pdf import render_template


def figures_for_all(inspection: Inspection) -> Shown:
    """What people outside the case team may see.

    Audits whose moderator has not graded them yet are left out for everybody: two versions, with them and without,
    would give their grades away.
    """
    return shown(figures(inspection, without=hidden_from_anybody(inspection)), is_whole=False)


def seal(found: Shown) -> str:
    """A short text that is another one for other figures."""
    said = [
        (table.key, table.title, table.total, [(each.label, each.count) for each in table.groups])
        for table in found.tables
    ]
    return hashlib.sha256(repr((found.total, found.latest, said)).encode()).hexdigest()[:16]


def paper(inspection: Inspection, found: Shown, *, now: datetime) -> bytes:
    """The PDF. It is dated with the day alone, so that the same figures give the same bytes all day long."""
    day = localtime(now)
    made_at = datetime.combine(day.date(), time(), day.tzinfo)
    title = f"Themes of case file audits, {long_date(day.date())}"
    context = {
        "title": title,
        "inspection": inspection,
        "council": inspection.council.name,
        "figures": found,
        "day": day.date(),
    }
    return render_template("audits/themes_on_paper.html", context, title=title, made_at=made_at)
