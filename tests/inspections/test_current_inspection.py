from __future__ import annotations

from datetime import date

import pytest

from inspections.models import Inspection, InspectionKind, current_inspection
from tests.factories.people import NOW, make_council, make_inspection

pytestmark = pytest.mark.django_db

TODAY = date(2011, 5, 3)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([], None),
        ([("prepared", InspectionKind.REAL, None)], "prepared"),
        ([("rehearsal", InspectionKind.REHEARSAL, None), ("real", InspectionKind.REAL, None)], "real"),
        ([("prepared", InspectionKind.REAL, None), ("runs", InspectionKind.REHEARSAL, date(2011, 4, 18))], "runs"),
        ([("over", InspectionKind.REAL, date(2009, 4, 20)), ("prepared", InspectionKind.REAL, None)], "prepared"),
        (
            [("older", InspectionKind.REAL, date(2008, 4, 21)), ("newer", InspectionKind.REAL, date(2009, 4, 20))],
            "newer",
        ),
    ],
)
def test_current_inspection_is_the_one_at_work(rows, expected) -> None:
    council = make_council()
    for title, kind, notified in rows:
        make_inspection(council, title=title, kind=kind, notified=notified)
    found = current_inspection(council, today=TODAY)
    assert (found.title if found else None) == expected


def test_a_withdrawn_inspection_is_not_at_work() -> None:
    council = make_council()
    inspection = make_inspection(council)
    Inspection.objects.filter(pk=inspection.pk).update(withdrawn_at=NOW, withdrawn_reason="Deferred")
    assert current_inspection(council, today=TODAY) is None
