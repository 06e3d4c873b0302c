"""The made-up second framework, as different from the paper's as possible, on every page of inspections."""

from __future__ import annotations

import json
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse

from accounts.models import Role
from inspections.actions import open_inspection
from inspections.models import Inspection
from inspections.owners_cells import items_of
from inspections.snapshot import owners_of
from tests.factories.people import at, make_council, make_person
from tests.spreadsheets.sheets import csv_of

NOW = at("2030-06-05 10:00")  # a Wednesday
FOLDER = Path(__file__).parents[1] / "data" / "frameworks"


@pytest.fixture(autouse=True)
def other_framework(settings):
    settings.FRAMEWORK_DIRS = [FOLDER]
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def inspection(db):
    return open_inspection(
        council=make_council(),
        title="Short visit",
        framework_key="tiny-2030",
        plan_key="tinytown",
        by=None,
        now=NOW,
    )


@pytest.fixture
def coordinator(client, inspection):
    user = make_person(inspection.council, Role.COORDINATOR, Role.DCS_OFFICE, Role.ADMINISTRATOR)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_timetable_command_follows_the_framework() -> None:
    out = StringIO()
    call_command("timetable", "--notified", "2030-06-05", "--framework", "tiny-2030", "--format", "json", stdout=out)
    shown = json.loads(out.getvalue())
    dates = {step["key"]: day["date"] for day in shown["days"] for step in day["steps"]}
    # On site from the first Monday after the call.
    assert (dates["call"], date.fromisoformat(dates["visit"]).isoformat()[:8]) == ("2030-06-05", "2030-06-")
    firsts = [day["date"] for day in shown["days"] if "visit" in [step["key"] for step in day["steps"]]]
    assert firsts[0] == "2030-06-10"


def test_opening_brings_its_owners(inspection) -> None:
    plan = inspection.plan
    assert {item: tuple(owner.name for owner in owners) for item, owners in owners_of(inspection).items()} == {
        row.item: row.owners for row in plan.ownerships if row.owners
    }


def test_notification_is_checked_recorded_and_shown(coordinator, inspection) -> None:
    address = reverse("inspections:notification", args=[inspection.slug])
    form = {"notified_on_day": "5", "notified_on_month": "6", "notified_on_year": "2030"}
    shown = coordinator.post(address, form).content.decode()
    assert [step.title for step in inspection.framework.steps if step.title.replace("'", "&#x27;") not in shown] == []
    assert "Not known yet" in shown
    coordinator.post(address, {**form, "confirmed": "2030-06-05"})
    assert Inspection.objects.get().notified_on == date(2030, 6, 5)
    listed = coordinator.get(reverse("inspections:list", args=[inspection.council.slug])).content.decode()
    assert inspection.framework.phases[0].title in listed


def test_owners_shows_every_item_and_every_strand(coordinator, inspection) -> None:
    shown = coordinator.get(reverse("inspections:owners", args=[inspection.slug])).content.decode()
    titles = [item.title for item in items_of(inspection.framework)]
    titles += [strand.title for strand in inspection.framework.strands if inspection.framework.groups_of(strand.key)]
    assert [title for title in titles if title.replace("'", "&#x27;") not in shown] == []


@pytest.mark.parametrize("by", ["", "post"])
def test_every_item_can_be_opened_and_posts_name_them(coordinator, inspection, by) -> None:
    assert coordinator.get(reverse("inspections:owners", args=[inspection.slug]), {"by": by}).status_code == 200
    for item in items_of(inspection.framework):
        shown = coordinator.get(reverse("inspections:own-item", args=[inspection.slug, item.key])).content.decode()
        assert item.short in shown


def test_spreadsheet_is_read_in_its_words(coordinator, inspection) -> None:
    group = inspection.framework.focus_groups[1]
    strand = inspection.framework.strand(group.strand)
    owner = inspection.plan.posts[0].name
    content = csv_of(("Strand", "No", "Owner"), (strand.title, str(group.number), owner))
    sent = coordinator.post(
        reverse("inspections:import-owners", args=[inspection.slug]),
        {"file": SimpleUploadedFile("owners.csv", content)},
    )
    shown = coordinator.get(sent.url).content.decode()
    assert sent.status_code == 302
    assert group.title.replace("'", "&#x27;") in shown or "changes nothing" in shown
