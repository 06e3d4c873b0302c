"""Whoever moderates an audit learns nothing of its first grade from any page before they have given their own.

Every page is read twice, the audit's first grade being the best and then the worst: both times it is the same page.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role, User
from audits.assigning.actions import assign, end_assignment
from audits.models import Answer, Assignment, FollowUp, SelectedCase
from audits.moderating.actions import agree_grade, grade_as_moderator
from audits.moderating.blindness import hidden_from, hidden_from_anybody, is_hidden
from cases.models import Access
from cases.privacy.log import log
from inspections.models import Inspection
from refusals import Refused
from tests.access.rows import World
from tests.factories.audited import make_export
from tests.factories.moderated import Part, give, make_auditor, submitted_case
from tests.factories.people import NOW, at, make_council, make_inspection, make_person
from tests.table import ROWS, filled_world, signed_in

pytestmark = pytest.mark.django_db

# Every page of the site with LONG=1, otherwise those of the room.
IS_LONG = os.environ.get("LONG") == "1"
PAGES = [row for row in ROWS if row.method == "GET" and not row.public and (IS_LONG or row.name.startswith("audits:"))]
OF_A_CASE = re.compile(r"(/audits/cases/)\d+/")
# What is another on every page: tokens, and keys that recognise a form that is sent twice.
EVER_NEW = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]+"|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}')


@pytest.fixture(scope="module")
def filled(django_db_setup, django_db_blocker) -> Iterator[World]:
    with django_db_blocker.unblock(), time_machine.travel(at("2011-04-04 10:00"), tick=False), filled_world() as made:
        yield made


def hidden_case(world: World, moderator: User) -> SelectedCase:
    case = submitted_case(world.inspection, grade="good", moderator=moderator)
    FollowUp.objects.create(
        audit=case.audit, number=1, what="Visit", who="The team", due_on=date(2011, 4, 20), added_at=NOW
    )
    return case


def addresses(world: World, case: SelectedCase) -> dict[str, str]:
    """Every page by its name; where the address names a case, this one."""
    found = {str(row): reverse(row.name, kwargs=row.kwargs(world)) for row in PAGES}
    return {name: OF_A_CASE.sub(rf"\g<1>{case.number}/", address) for name, address in found.items()}


def read(client: Client, address: str) -> tuple[int, bytes]:
    """The answer without what is ever new; what reading did is taken back."""
    cache.clear()
    with transaction.atomic():
        response = client.get(address)
        body = b"".join(response) if response.streaming else response.content
        transaction.set_rollback(True)
    return response.status_code, EVER_NEW.sub(b"", body)


def pages_that_tell(world: World, person: User, case: SelectedCase) -> list[str]:
    """The names of the pages that are not the same for two first grades."""
    client, told = signed_in(person), []
    for name, address in addresses(world, case).items():
        read_as = []
        for grade in ("outstanding", "inadequate"):
            Answer.objects.filter(audit=case.audit, question="grade").update(text=grade)
            read_as.append(read(client, address))
        if read_as[0] != read_as[1]:
            told.append(name)
    return told


@pytest.mark.parametrize(
    "more",
    [(), (Role.CASE_OFFICER,), tuple(role for role in Role if role != Role.AUDITOR)],
    ids=["only", "officer", "all"],
)
@time_machine.travel(at("2011-04-04 10:00"), tick=False)
def test_no_page_tells_the_moderator_the_first_grade(filled: World, db, more) -> None:
    person = make_auditor(filled.inspection, *more)
    case = hidden_case(filled, person)
    client = signed_in(person)
    assert client.get(reverse("audits:moderate", args=[filled.inspection.slug, case.number])).status_code == 200
    assert pages_that_tell(filled, person, case) == []


@time_machine.travel(at("2011-04-04 10:00"), tick=False)
def test_pages_tell_others_and_the_moderator_afterwards(filled: World, db) -> None:
    """What the test above looks for is there to be found."""
    moderator, officer = make_auditor(filled.inspection, Role.CASE_OFFICER), filled.people[Role.CASE_OFFICER]
    case = hidden_case(filled, moderator)
    assert "GET audits:themes" in pages_that_tell(filled, officer, case)
    grade_as_moderator(audit=case.audit, grade="good", comments="", by=moderator, now=NOW)
    assert {"GET audits:themes", "GET audits:moderate"} <= set(pages_that_tell(filled, moderator, case))
    agree_grade(audit=case.audit, grade="good", why="Both read it again", by=moderator, now=NOW)
    assert "GET audits:moderate" in pages_that_tell(filled, moderator, case)


@time_machine.travel(at("2011-04-04 10:00"), tick=False)
def test_what_people_outside_the_case_team_see_does_not_count_it_either(filled: World, db) -> None:
    """Otherwise the figures that they see, less those that the moderator sees, would be the first grade."""
    case = hidden_case(filled, make_auditor(filled.inspection))
    assert pages_that_tell(filled, filled.people[Role.COORDINATOR], case) == []


def test_an_audit_is_hidden_from_its_present_moderator_until_they_grade_it() -> None:
    inspection = make_inspection(make_council())
    moderator, other = make_auditor(inspection), make_auditor(inspection)
    case, elsewhere = submitted_case(inspection, moderator=moderator), make_inspection(inspection.council)
    give(case, other, Part.CONTRIBUTOR)
    hidden = frozenset({case.audit.pk})
    assert (hidden_from(inspection, moderator.pk), hidden_from(inspection, other.pk)) == (hidden, frozenset())
    assert (hidden_from_anybody(inspection), hidden_from_anybody(elsewhere)) == (hidden, frozenset())
    assert (is_hidden(case.audit, moderator.pk), is_hidden(case.audit, other.pk)) == (True, False)
    grade_as_moderator(audit=case.audit, grade="good", comments="", by=moderator, now=NOW)
    assert (hidden_from(inspection, moderator.pk), hidden_from_anybody(inspection)) == (frozenset(), frozenset())


def test_an_audit_is_hidden_no_more_from_a_former_moderator() -> None:
    inspection = make_inspection(make_council())
    moderator = make_person(inspection.council, Role.AUDITOR, Role.CASE_OFFICER)
    case = submitted_case(inspection, moderator=moderator)
    Assignment.objects.filter(audit=case.audit, user=moderator).update(ended_at=NOW)
    assert (hidden_from(inspection, moderator.pk), is_hidden(case.audit, moderator.pk)) == (frozenset(), False)


def officer_who_audits(inspection: Inspection) -> User:
    return make_person(inspection.council, Role.AUDITOR, Role.CASE_OFFICER)


def name_moderator(case: SelectedCase, user: User) -> None:
    assign(audit=case.audit, user=user, part=Part.MODERATOR, by=None, now=NOW)


@pytest.mark.parametrize("page", ["case", "moderate", "case-pdf"])
@time_machine.travel(NOW, tick=False)
def test_whoever_has_read_the_first_grade_is_not_named_as_moderator(page) -> None:
    inspection = make_inspection(make_council())
    person, case = officer_who_audits(inspection), submitted_case(inspection)
    assert signed_in(person).get(reverse(f"audits:{page}", args=[inspection.slug, case.number])).status_code == 200
    with pytest.raises(Refused, match="has read the grade of Case 1"):
        name_moderator(case, person)
    name_moderator(case, officer_who_audits(inspection))


@time_machine.travel(NOW, tick=False)
def test_whoever_has_an_export_with_the_grade_is_not_named_as_moderator() -> None:
    inspection = make_inspection(make_council())
    person, case, later = officer_who_audits(inspection), submitted_case(inspection), submitted_case(inspection)
    export = make_export(inspection, "initial", [case.number])
    log(inspection, by=person, what=Access.What.AUDIT_EXPORT, now=NOW, detail=f"{export}: PDF")
    with pytest.raises(Refused, match="has read the grade of Case 1"):
        name_moderator(case, person)
    name_moderator(later, person)


def test_a_moderator_who_leaves_and_reads_cannot_come_back(time_machine) -> None:
    """Otherwise a case officer could moderate, leave, read the grade and moderate again."""
    inspection = make_inspection(make_council())
    person, case = officer_who_audits(inspection), submitted_case(inspection)
    client, address = signed_in(person), reverse("audits:case", args=[inspection.slug, case.number])
    time_machine.move_to(NOW, tick=False)
    for _ in range(2):
        name_moderator(case, person)
        client.get(address)
        time_machine.shift(60)
        part = Assignment.objects.get(audit=case.audit, user=person, ended_at=None)
        end_assignment(assignment=part, why="Away", by=None, now=timezone.now())
    assert "Good" in client.get(address).content.decode()
    with pytest.raises(Refused, match="has read the grade of Case 1"):
        name_moderator(case, person)


@time_machine.travel(NOW, tick=False)
def test_whoever_read_the_audit_before_it_had_a_grade_can_moderate() -> None:
    inspection = make_inspection(make_council())
    person, case = officer_who_audits(inspection), submitted_case(inspection, now=NOW + timedelta(hours=1))
    signed_in(person).get(reverse("audits:case", args=[inspection.slug, case.number]))
    name_moderator(case, person)
    assert is_hidden(case.audit, person.pk)
