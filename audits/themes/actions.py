"""Offer the grades and themes of the audits as evidence for the document whose part takes them."""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.timezone import localdate

from accounts.models import User
from audits.themes.paper import figures_for_all, paper, seal
from documents.evidence import actions as evidence
from documents.evidence.actions import Added
from documents.models import Version
from files.receiving import receive
from frameworks import covered_by
from govuk.dates import long_date
from inspections.models import Inspection
from refusals import Refused

NAME = "Themes of case file audits "


def earlier_paper(inspection: Inspection) -> Version | None:
    """The newest of these PDFs that the part which takes them has, by the name that they are given here."""
    taker = inspection.framework.part_that_takes("audit-themes")
    if taker is None:
        return None
    document, part = taker
    here = {"file__inspection": inspection, "file__document": document.key, "file__part": part.key}
    rows = evidence.current_versions().filter(**here, original_name__startswith=NAME, original_name__endswith=".pdf")
    return rows.order_by("-uploaded_at", "-pk").first()


def offer_themes(
    *,
    inspection: Inspection,
    covers: Iterable[str],
    seen: str,
    by: User | None,
    now: datetime,
    replaces: Version | None = None,
) -> Added:
    """Add the grades and themes to the part that takes them, as a PDF of today with small numbers hidden.

    `covers` are keys of what the part asks for; `seen` is the seal of the figures that the person was shown. With
    `replaces`, an `earlier_paper`, the PDF is the next version of that file, otherwise it stands beside it. Raises
    Refused if no part takes them, the figures have changed, or all of them are hidden, and for whatever `add_file` and
    `replace_file` of `documents.evidence.actions` refuse. The same figures on the same day are one file.
    """
    taker = inspection.framework.part_that_takes("audit-themes")
    if taker is None:
        raise Refused("No document of this inspection’s framework takes the themes of audits.")
    document, part = taker
    figures = figures_for_all(inspection)
    if figures.says_nothing:
        raise Refused("Too few audits are finished: every number would be hidden.")
    if seal(figures) != seen:
        raise Refused("The figures have changed in the meantime. Look at them again, then add them.")
    chosen = [each for each in covers if each]
    if covered_by(part, inspection.plan) and not chosen:
        raise Refused("Choose what the audits are about.", field="covers")
    name = f"{NAME}{long_date(localdate(now))}.pdf"
    content = paper(inspection, figures, now=now)
    with receive(io.BytesIO(content), name=name, content_type="application/pdf") as received:
        facts: dict[str, Any] = {"as_at": localdate(now), "by": by, "now": now, "covers": chosen}
        if replaces is not None:
            return evidence.replace_file(file=replaces.file, received=received, seen=replaces.number, **facts)
        return evidence.add_file(
            inspection=inspection, document=document.key, part=part.key, received=received, **facts
        )
