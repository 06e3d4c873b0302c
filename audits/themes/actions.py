"""Offer the grades and themes of the audits as evidence for the document whose part takes them."""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import datetime

from django.utils.timezone import localdate

from accounts.models import User
from audits.themes.paper import figures_for_all, paper, seal
from documents.evidence import actions as evidence
from documents.evidence.actions import Added
from files.receiving import receive
from frameworks import covered_by
from govuk.dates import long_date
from inspections.models import Inspection
from refusals import Refused


def offer_themes(*, inspection: Inspection, covers: Iterable[str], seen: str, by: User | None, now: datetime) -> Added:
    """Add the grades and themes to the part that takes them, as a PDF of today with small numbers hidden.

    `covers` are keys of what the part asks for; `seen` is the seal of the figures that the person was shown. Raises
    Refused if no part takes them, the figures have changed, or all of them are hidden, and for whatever
    `documents.evidence.actions.add_file` refuses. The same figures on the same day are one file.
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
    name = f"Themes of case file audits {long_date(localdate(now))}.pdf"
    content = paper(inspection, figures, now=now)
    with receive(io.BytesIO(content), name=name, content_type="application/pdf") as received:
        return evidence.add_file(
            inspection=inspection,
            document=document.key,
            part=part.key,
            received=received,
            as_at=localdate(now),
            by=by,
            now=now,
            covers=chosen,
        )
