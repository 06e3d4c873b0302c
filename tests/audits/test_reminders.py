"""Reminders about audits: whoever runs the preparation sees that they went, and never who audits which case."""

from __future__ import annotations

import re
from datetime import date

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import Role, User
from audits.models import Assignment, SelectedCase
from inspections.models import Inspection
from outbox.models import Message
from reminders.tick import tick
from tests.factories.audits import make_selected_case
from tests.factories.moderated import give, make_auditor, submitted_case
from tests.factories.people import at, make_council, make_inspection, make_person
from tests.table import signed_in

pytestmark = pytest.mark.django_db

Part = Assignment.Part
LATE = at("2011-04-18 12:00")
OF_A_CASE = re.compile(r"[Cc]ase \d+")
LEADERS = [Role.COORDINATOR, Role.MEMBER, Role.DCS_OFFICE]


@pytest.fixture
def reminded() -> Inspection:
    """An inspection whose auditor, contributor and moderator were reminded of one case each, late or coming."""
    inspection = make_inspection(make_council(), notified=date(2011, 4, 4))
    for name, part in (("Ada", Part.AUDITOR), ("Con", Part.CONTRIBUTOR)):
        give(make_selected_case(inspection), make_auditor(inspection, name=f"{name} Auditor"), part)
    submitted_case(inspection, moderator=make_auditor(inspection, name="Mo Auditor"))
    tick(LATE)
    return inspection


def people_told(inspection: Inspection) -> set[str]:
    return set(Message.objects.filter(to_name__contains="Auditor").values_list("to_name", flat=True))


def lines_with(page: str, *names: str) -> list[str]:
    """Each row of a page or table that names one of the people, as text."""
    parts = re.split(r"<tr|\n(?=[A-Z][a-z]+ Auditor,)", page)
    return [re.sub(r"<[^>]+>|\s+", " ", part) for part in parts if any(name in part for name in names)]


@pytest.mark.parametrize("role", LEADERS)
@pytest.mark.parametrize("page", ["reminders:ledger", "reminders:coming", "reminders:export"])
def test_no_page_of_reminders_says_who_has_a_part_in_which_case(reminded: Inspection, role: Role, page: str) -> None:
    client = signed_in(make_person(reminded.council, role))
    told = people_told(reminded)
    assert told == {"Ada Auditor", "Con Auditor", "Mo Auditor"}
    address = reverse(page, args=[reminded.slug, *(["csv"] if page.endswith("export") else [])])
    with time_machine.travel(LATE, tick=False):
        rows = lines_with(client.get(address).content.decode(), *told)
    assert len(rows) >= 3
    assert [row for row in rows if OF_A_CASE.search(row)] == []


def coming_mails(client: Client, inspection: Inspection, person: User) -> list[str]:
    page = client.get(reverse("reminders:coming", args=[inspection.slug]), {"person": person.pk}).content.decode()
    return sorted(set(re.findall(rf'href="([^"]*/coming/[\d-]+/{person.pk}/\d+/)"', page)))


@time_machine.travel(LATE, tick=False)
def test_coming_email_about_a_case_is_shown_to_its_reader_alone(reminded: Inspection) -> None:
    auditor = make_auditor(reminded, Role.COORDINATOR, name="Cora Auditor")
    case: SelectedCase = make_selected_case(reminded)
    give(case, auditor, Part.AUDITOR)
    other, own = signed_in(make_person(reminded.council, Role.COORDINATOR)), signed_in(auditor)
    first = coming_mails(other, reminded, auditor)[0]
    hidden, shown = other.get(first).content.decode(), own.get(first).content.decode()
    title = f"Audit of case {case.number}"
    assert (title in hidden, title in shown, "so the email is\n      not shown here" in hidden) == (False, True, True)
    assert (other.get(f"{first}html").status_code, own.get(f"{first}html").status_code) == (404, 200)
