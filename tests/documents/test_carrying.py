"""Evidence brought forward from a former inspection: the history is copied, the original unchanged."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse

from accounts.models import Event, Role
from documents.evidence import actions, carrying
from documents.meetings import actions as meetings
from documents.models import ExpectedMeeting, File, NilReturn, Review, Version
from documents.reviews import actions as reviewing
from documents.state import states
from inspections.models import Inspection
from inspections.snapshot import snapshot_of
from refusals import Refused
from tests import reading
from tests.factories.documents import add, make_version, pdf_bytes, received
from tests.factories.people import NOW, at, make_council, make_inspection, make_person

pytestmark = pytest.mark.django_db

LATER = at("2014-04-01 09:00")
TINY = Path(settings.BASE_DIR) / "tests" / "data" / "frameworks"


@pytest.fixture
def former() -> Inspection:
    return make_inspection(make_council(), title="The one before")


@pytest.fixture
def inspection(former) -> Inspection:
    return make_inspection(former.council, title="The next one")


def bring(inspection: Inspection, former: Inspection) -> carrying.BroughtForward:
    return carrying.bring_forward(inspection=inspection, source=former, by=None, now=LATER)


def facts(version: Version) -> tuple:
    return (version.number, version.stored_name, version.sha256, version.note, version.uploaded_at, version.as_at)


def test_files_come_with_their_history_and_no_byte_twice(former, inspection, on_disk):
    version = add(former, "3", "review", as_at=date(2011, 1, 1), names_children=True).version
    second = actions.replace_file(
        file=version.file, received=received(), as_at=date(2011, 2, 1), note="Typing errors", by=None, now=NOW
    ).version
    restored = actions.restore_version(version=version, by=None, now=NOW).version
    gone = add(former, "10", "reports").version.file
    actions.remove_file(file=gone, by=None, now=NOW)
    stored, before = on_disk(), Inspection.objects.get(pk=former.pk).version
    brought = bring(inspection, former)
    assert (brought.files, brought.versions, on_disk()) == (1, 3, stored)
    file = File.objects.get(inspection=inspection)
    assert (file.document, file.part, file.label, file.names_children) == ("3", "review", version.file.label, True)
    assert file.carried_from == version.file
    here = list(file.versions.order_by("number"))
    assert [facts(row) for row in here] == [facts(row) for row in (version, second, restored)]
    assert [row.restores for row in here] == [None, None, here[0]]
    assert Inspection.objects.get(pk=former.pk).version == before
    event = Event.objects.get(inspection=inspection.slug)
    assert (event.verb, event.detail) == (
        "evidence brought forward",
        {"from": former.slug, "files": 1, "versions": 3, "meetings": 0},
    )


def test_bytes_stay_while_either_inspection_speaks_of_them(former, inspection, on_disk):
    version = add(former, "10", "reports").version
    actions.replace_file(file=version.file, received=received(), as_at=None, by=None, now=NOW)
    actions.restore_version(version=version, by=None, now=NOW)
    bring(inspection, former)
    former.delete()
    assert Version.objects.get(number=3).stored_name == version.stored_name
    assert actions.sweep(now=LATER) == 0
    assert on_disk() == ["files", "files"]
    inspection.delete()
    assert (actions.sweep(now=LATER + timedelta(days=3650 * 5)), on_disk()) == (2, [])


def test_brought_twice_changes_nothing_and_takes_what_is_new(former, inspection):
    file = add(former, "10", "reports").version.file
    assert bring(inspection, former).files == 1
    actions.remove_file(file=File.objects.get(carried_from=file), by=None, now=NOW)
    rows, events = Version.objects.count(), Event.objects.count()
    again = bring(inspection, former)
    assert (again.files, again.versions, again.load.here) == (0, 0, 1)
    assert (Version.objects.count(), Event.objects.count()) == (rows, events)
    add(former, "10", "reports")
    assert (bring(inspection, former).files, Version.objects.count()) == (1, rows + 2)


def test_same_bytes_in_the_part_are_not_brought_again(former, inspection):
    body = pdf_bytes()
    add(former, "10", "reports", content=body)
    add(inspection, "10", "reports", content=body)
    assert (bring(inspection, former).files, File.objects.filter(inspection=inspection).count()) == (0, 1)


def test_nil_returns_reviews_and_sendings_stay_where_they_are(former, inspection):
    version = add(former, "10", "reports").version
    contents = states(snapshot_of(former, now=NOW))["10"].contents
    reviewing.approve(inspection=former, document="10", contents=contents, by=None, now=NOW)
    reviewing.record_sent(inspection=former, version_ids=[version.pk], by=None, now=NOW)
    reviewing.state_nil_return(inspection=former, document="9", part="summaries", reason="None.", by=None, now=NOW)
    bring(inspection, former)
    found = states(snapshot_of(inspection, now=LATER))
    assert (found["10"].state, found["9"].state) == ("submitted", "missing")
    assert (NilReturn.objects.filter(inspection=inspection).count(), Review.objects.count()) == (0, 1)
    assert states(snapshot_of(former, now=NOW))["10"].state == "sent"


def test_what_is_too_old_for_the_new_inspection_is_out_of_date_at_once(former, inspection):
    add(former, "9", "summaries", as_at=date(2011, 3, 1))
    assert states(snapshot_of(former, now=NOW))["9"].is_stale is False
    bring(inspection, former)
    assert states(snapshot_of(inspection, now=LATER))["9"].is_stale is True


def test_expected_meetings_come_once_with_what_was_cancelled(former, inspection):
    days = [date(2011, 2, 8), date(2011, 3, 8), date(2011, 4, 12)]
    rows = meetings.expect_meetings(inspection=former, document="1", part="minutes", days=days, by=None, now=NOW)
    meetings.cancel_meeting(meeting=rows[0], reason="Snow", by=None, now=NOW)
    meetings.remove_meeting(meeting=rows[1], by=None, now=NOW)
    assert bring(inspection, former).meetings == 2
    here = ExpectedMeeting.objects.filter(inspection=inspection)
    assert list(here.values_list("held_on", "cancelled_reason")) == [(days[0], "Snow"), (days[2], "")]
    meetings.remove_meeting(meeting=here[0], by=None, now=NOW)
    assert bring(inspection, former).meetings == 0


def test_what_has_no_place_is_listed_and_left(former, settings):
    settings.FRAMEWORK_DIRS = [TINY, *settings.FRAMEWORK_DIRS]
    target = make_inspection(former.council, framework="tiny-2030")
    make_version(former, "1", "minutes", as_at=date(2011, 3, 1))
    make_version(former, "10", "reports")
    found = carrying.load(inspection=target, source=former)
    assert [(place.number, place.files, place.why) for place in found.left_out] == [
        (1, 1, carrying.NO_PLACE),
        (10, 1, carrying.NO_PLACE),
    ]
    assert (found.files, bring(target, former).files, File.objects.filter(inspection=target).count()) == ((), 0, 0)


def test_part_with_a_nil_return_takes_nothing(former, inspection):
    make_version(former, "9", "summaries", as_at=date(2011, 3, 1))
    reviewing.state_nil_return(inspection=inspection, document="9", part="summaries", reason="None.", by=None, now=NOW)
    assert [place.why for place in bring(inspection, former).load.left_out] == [carrying.NIL_RETURN]
    assert File.objects.filter(inspection=inspection).count() == 0


def test_another_councils_evidence_is_refused(inspection):
    stranger = make_inspection(make_council("Elsewhere"))
    for source in (stranger, inspection):
        with pytest.raises(Refused, match="Choose another inspection of this council"):
            bring(inspection, source)


def test_two_thousand_files_with_ten_thousand_versions_take_seconds(former, inspection, django_assert_max_num_queries):
    files = File.objects.bulk_create(
        File(inspection=former, document="10", part="reports", label=f"{number}.pdf") for number in range(2000)
    )
    Version.objects.bulk_create(
        (
            Version(
                file=file,
                number=number,
                stored_name=f"{file.pk:026x}{number:06x}",
                original_name="a.pdf",
                size=1,
                sha256=f"{file.pk:058x}{number:06x}",
                detected_type="application/pdf",
                uploaded_at=NOW,
            )
            for file in files
            for number in range(1, 6)
        ),
        batch_size=500,
    )
    with django_assert_max_num_queries(250):
        brought = bring(inspection, former)
    assert (brought.files, brought.versions) == (2000, 10000)


def test_page_shows_what_would_come_then_brings_it(former, inspection):
    add(former, "10", "reports")
    client = reading.sign_in(make_person(former.council, Role.COORDINATOR))
    address = reverse("documents:bring-forward", args=[inspection.slug])
    assert "1 file would come. " in reading.main(client.get(address, {"from": former.slug})) + " "
    assert File.objects.filter(inspection=inspection).count() == 0
    said = reading.main(client.post(address, {"from": former.slug}, follow=True))
    assert "1 file with 1 version brought forward from “The one before”." in said
    assert File.objects.filter(inspection=inspection).count() == 1
    assert client.post(address, {"from": "nowhere"}).status_code == 404


def test_bringing_forward_from_no_inspection_says_what_to_choose(former, inspection):
    client = reading.sign_in(make_person(former.council, Role.COORDINATOR))
    response = client.post(reverse("documents:bring-forward", args=[inspection.slug]), {"from": ""})
    assert response.status_code == 422
    assert "Choose the inspection that evidence is to come from." in reading.main(response)


def test_opening_an_inspection_brings_evidence_forward(former):
    add(former, "10", "reports")
    client = reading.sign_in(make_person(former.council, Role.COORDINATOR))
    form = {"title": "Three years on", "kind": "real", "framework_key": "slac-2009", "plan_key": ""}
    address = reverse("open-inspection", args=[former.council.slug])
    said = reading.main(client.post(address, form | {"bring_from": former.slug}, follow=True))
    assert "1 file with 1 version brought forward from “The one before”." in said
    opened = Inspection.objects.get(title="Three years on")
    assert File.objects.filter(inspection=opened).count() == 1
    assert client.post(address, form | {"bring_from": former.slug}).status_code == 302
    assert (Inspection.objects.count(), File.objects.filter(inspection=opened).count()) == (2, 1)
