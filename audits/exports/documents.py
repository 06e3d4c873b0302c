"""Audits as accessible PDFs: one of them, or all of a selection with those that are missing named."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from audits.exports.content import AuditContent
from frameworks import CaseSelection
from inspections.models import Inspection
from printing.pdf import render_template


def one_audit(inspection: Inspection, content: AuditContent, *, made_at: datetime) -> bytes:
    """The PDF of one audit. One that is not submitted yet says so."""
    title = f"{inspection.title}: audit of {content.title.lower()}"
    context = {"inspection": inspection, "audit": content, "made_at": made_at}
    return render_template("audits/exports/pdf_one.html", context, title=title, made_at=made_at)


def all_audits(
    inspection: Inspection,
    selection: CaseSelection,
    contents: Sequence[AuditContent],
    lacking: Sequence[int],
    *,
    number: int,
    made_at: datetime,
) -> bytes:
    """The PDF of an export: a cover, the contents, and each audit on pages of its own. `lacking` are the numbers of the
    cases whose audits are not submitted.
    """
    by_number = {content.number: content for content in contents}
    context = {
        "inspection": inspection,
        "selection": selection,
        "number": number,
        "made_at": made_at,
        "lines": [(case, by_number.get(case)) for case in sorted([*by_number, *lacking])],
        "audits": contents,
    }
    title = f"{inspection.title}: audits, {selection.title.lower()}"
    return render_template("audits/exports/pdf_all.html", context, title=title, made_at=made_at)
