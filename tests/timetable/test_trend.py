"""The daily figures and their trend: kept once, never guessed, drawn with their gaps."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse
from lxml import html

from accounts.models import Event, Role
from documents.models import NilReturn
from govuk.charts import trend_chart
from inspections.actions import withdraw
from inspections.models import Inspection
from tests import reading
from tests.factories.documents import complete
from tests.factories.people import at, make_inspection, make_person
from tests.reading import sign_in
from tests.timetable.worked import duty, owner, stands, worked_example
from timetable.daily import keep_all, keep_day
from timetable.forecast import forecast
from timetable.models import ReadinessDay
from timetable.trend import trend_of

pytestmark = pytest.mark.django_db

EVENING = at("2011-04-18 18:00")


def _kept(inspection, days: list[date], **figures: int) -> None:
    counts = {"documents": 13, "documents_ready": 4, "groups": 37, "groups_ready": 0, "unowned": 0, "late": 0}
    ReadinessDay.objects.bulk_create(
        ReadinessDay(inspection=inspection, day=day, made_at=EVENING, **{**counts, **figures}) for day in days
    )


def _days(number: int, first: date = date(2011, 1, 1)) -> list[date]:
    return [first + timedelta(days=place) for place in range(number)]


def test_day_is_kept_once_and_never_changed() -> None:
    inspection = worked_example(None)
    complete(inspection, "3", now=at("2011-04-18 09:00"))
    version = Inspection.objects.get(pk=inspection.pk).version
    assert keep_day(inspection, now=EVENING) is True
    complete(inspection, "4", now=at("2011-04-18 19:00"))
    assert keep_day(inspection, now=at("2011-04-18 20:00")) is False
    row = ReadinessDay.objects.get()
    assert (row.day, row.documents, row.documents_ready, row.groups, row.groups_ready) == (EVENING.date(), 13, 1, 37, 0)
    assert (row.unowned, row.late) == (49, 0)
    assert Inspection.objects.get(pk=inspection.pk).version > version
    assert NilReturn.objects.count() == 0


def test_days_are_kept_of_inspections_that_run_or_are_prepared_for_alone() -> None:
    called, prepared = worked_example(), worked_example(None)
    over, gone = worked_example(date(2009, 3, 2)), worked_example(None)
    withdraw(inspection=gone, reason="Deferred", by=None, now=EVENING)
    events = Event.objects.count()
    assert keep_all(now=at("2011-04-20 18:00")) == 2
    assert keep_all(now=at("2011-04-20 18:01")) == 0
    assert {row.inspection_id: row.late for row in ReadinessDay.objects.all()} == {called.pk: 17, prepared.pk: 0}
    assert over.readiness_days.count() == 0
    assert Event.objects.count() == events


@pytest.mark.parametrize(
    ("number", "said", "step", "rows"),
    [
        (0, "No day has been kept yet. The figures of each day are kept at six in the evening.", "day", 0),
        (
            1,
            "4 of 13 documents were ready on the first day that was kept. The trend shows from the second day on.",
            "day",
            1,
        ),
        (3, "4 of 13 documents are ready, as many as 2 days before.", "day", 3),
        (60, "4 of 13 documents are ready, as many as 59 days before.", "week", 10),
        (400, "4 of 13 documents are ready, as many as 399 days before.", "month", 14),
    ],
)
def test_trend_of_any_length_is_said_and_tabled(number, said, step, rows) -> None:
    inspection = worked_example(None)
    _kept(inspection, _days(number))
    found = trend_of(stands(inspection, "2012-04-20 09:00"))
    assert (found.said, found.step, len(found.table)) == (said, step, rows)
    assert len(found.rows()) == number + 1
    member = make_person(inspection.council, Role.BOARD)
    page = sign_in(member).get(reverse("summary", args=[inspection.slug]))
    assert said in reading.texts(page, "//main//p")
    assert len(reading.page(page).xpath("//main//*[contains(@class, 'house-trend__drawing')]")) == int(number > 1)


def test_missed_days_are_gaps_and_a_day_alone_is_a_dot() -> None:
    days = [*_days(3), *_days(2, date(2011, 1, 10)), date(2011, 1, 20)]
    drawn = html.fromstring(str(trend_chart([("Documents", [(day, 50.0) for day in days])], "Said")))
    lines = drawn.xpath(".//polyline[contains(@class, 'house-trend__line')]/@points")
    assert [len(points.split()) for points in lines] == [3, 2]
    assert len(drawn.xpath(".//circle")) == 1
    assert drawn.xpath(".//svg/@aria-label") == ["Said"]


def test_trend_is_exported_day_by_day() -> None:
    inspection = worked_example(None)
    _kept(inspection, _days(2), documents_ready=9)
    client = sign_in(make_person(inspection.council, Role.BOARD))
    address = reverse("timetable:trend-export", args=[inspection.slug, "csv"])
    rows = list(csv.reader(io.StringIO(client.get(address).content.decode("utf-8-sig"))))
    assert rows[0][:3] == ["Day", "Documents ready", "Documents"]
    assert rows[1:] == [["2011-01-01", "9", "13", "0", "37", "0", "0"], ["2011-01-02", "9", "13", "0", "37", "0", "0"]]
    workbook = client.get(reverse("timetable:trend-export", args=[inspection.slug, "xlsx"]))
    assert workbook.content[:2] == b"PK"
    assert client.get(reverse("timetable:trend-export", args=[inspection.slug, "pdf"])).status_code == 404


def test_gap_says_how_long_there_is_and_how_late_it_would_be() -> None:
    """Called on 18 April, documents are due on the 19th, groups on 5 May, and fieldwork begins on 6 May."""
    snapshot = stands(worked_example(None), "2011-04-18 09:00")
    document = duty("document:1", owner(), due=at("2011-04-19 17:00"))
    group = duty("focus-group:x-1", owner(), due=at("2011-05-05 17:00"))
    found = forecast(snapshot, [document, group, duty("document:2", owner(), done=True)])
    assert [(gap.duty.key, gap.left, gap.late_by, gap.begins) for gap in found.gaps] == [
        ("document:1", 1, 9, "Fieldwork"),
        ("focus-group:x-1", 9, 1, "Fieldwork"),
    ]


@time_machine.travel(at("2011-04-18 09:00"), tick=False)
def test_before_the_call_says_what_would_be_late_by_how_much() -> None:
    inspection = make_inspection(worked_example(None).council)
    client = sign_in(make_person(inspection.council, Role.COORDINATOR))
    page = client.get(reverse("timetable:before-the-call", args=[inspection.slug]))
    found = reading.rows(page, "What is missing, in the order in which it would be due")
    assert len(found) == 50
    assert found[0][4].endswith("when the next phase, Fieldwork, begins 1 working day to put it right")
