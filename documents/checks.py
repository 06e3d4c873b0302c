"""The checks that every action on documents starts with. Each returns what it found or raises Refused."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.utils import timezone

from documents.models import Version
from frameworks import CoreDocument, Part, covered_by
from govuk.dates import long_date
from inspections.locks import locked_together
from inspections.models import Inspection
from refusals import Refused


def document_and_part(inspection: Inspection, document: str, part: str = "") -> tuple[CoreDocument, Part]:
    """The document of the inspection's framework and the part of it (the first part if none is named)."""
    try:
        asked = inspection.framework.document(document)
        return asked, asked.part(part) if part else asked.parts[0]
    except KeyError:
        raise Refused("There is no such document or part in this inspection's framework.") from None


def locked_for_change(inspection: Inspection, *, and_source: Inspection | None = None, sha256: str = "") -> Inspection:
    """The inspection, locked: two people who change its documents wait for each other, so what was checked stays true.

    Other inspections that the action reads or changes are locked with it: the one that evidence is brought forward
    from, and those in which the bytes with this SHA-256 are damaged, since a file that arrives repairs them everywhere.
    Call it inside a transaction. Raises Refused for an inspection that was withdrawn.
    """
    others = [and_source] if and_source else []
    if sha256:
        damaged = Version.objects.filter(sha256=sha256).exclude(fault="")
        others += Inspection.objects.filter(pk__in=damaged.values("file__inspection"))
    row = locked_together(inspection, *others)[0]
    if row.is_withdrawn:
        raise Refused("This inspection was withdrawn, so its documents stay as they are.")
    return row


def date_of(part: Part, as_at: date | None, now: datetime) -> date | None:
    """The date of the content, ready to be stored: required for a dated part, dropped for any other, never in the
    future.
    """
    if not part.dated:
        return None
    if as_at is None:
        raise Refused("Enter the date that the file is of, such as the day of the meeting.", field="as_at")
    today = timezone.localdate(now)
    if as_at > today:
        raise Refused(f"The date of the file must be {long_date(today)} or earlier.", field="as_at")
    return as_at


def covers_of(inspection: Inspection, part: Part, covers: Iterable[str]) -> str:
    """What a file covers, ready to be stored: those of the keys that the part asks for, in the part's order.

    Raises Refused for a key that the part does not ask for.
    """
    asked = [each.key for each in covered_by(part, inspection.plan)]
    said = set(covers)
    if said - set(asked):
        raise Refused("Choose what the file covers from the list.", field="covers")
    return " ".join(key for key in asked if key in said)


def covers_in(inspection: Inspection, part: Part, covers: str) -> str:
    """What a file that moves here from another part covers: what it covered there, as far as this part asks for it."""
    asked = {each.key for each in covered_by(part, inspection.plan)}
    return " ".join(key for key in covers.split() if key in asked)
