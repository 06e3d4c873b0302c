"""Whoever tries something on a case that is not theirs to do is in the log of readings, with the child's key."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from accounts.models import Role, User
from audits.models import AuditExportFile, SelectedCase
from cases.models import Access
from inspections.models import Inspection
from tests.factories.audited import add_file, give_part, make_export
from tests.factories.audits import make_selected_case
from tests.factories.moderated import Part, make_auditor, moderated_case, submitted_case
from tests.factories.people import NOW, make_council, make_inspection, make_person
from tests.table import signed_in

pytestmark = pytest.mark.django_db
What = Access.What


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
        yield


@pytest.fixture
def inspection() -> Inspection:
    return make_inspection(make_council())


def refused() -> list[tuple[str, str, str, int]]:
    rows = Access.objects.filter(was_refused=True).order_by("pk")
    return list(rows.values_list("what", "child", "detail", "by"))


def status(user: User, case: SelectedCase, page: str, *args: Any, data: dict[str, str] | None = None) -> int:
    address = reverse(f"audits:{page}", args=[case.inspection.slug, case.number, *args])
    client = signed_in(user)
    return (client.get(address) if data is None else client.post(address, data)).status_code


TRIED = [
    ("file", ["file"], None, What.AUDIT_FILE),
    ("case-pdf", [], None, What.AUDIT_EXPORT),
    ("moderate", [], None, What.AUDIT),
    ("case", [], {"answer-strengths": "Mine"}, What.AUDIT),
    ("submit", [], {}, What.AUDIT),
    ("assign", [], None, What.AUDIT),
    ("extend", [], None, What.AUDIT),
    ("agree-grade", [], {"grade": "good"}, What.AUDIT),
    ("add-follow-up", [], None, What.AUDIT),
    ("reopen-follow-up", [1], {}, What.AUDIT),
]


@pytest.mark.parametrize(("page", "args", "data", "what"), TRIED, ids=[page for page, *_ in TRIED])
def test_what_a_contributor_must_not_do_with_their_own_case_is_logged(inspection, page, args, data, what) -> None:
    case = make_selected_case(inspection)
    contributor, file = make_auditor(inspection), add_file(case)
    give_part(case, contributor, Part.CONTRIBUTOR, agency="Police")
    args = [file.pk if each == "file" else each for each in args]
    assert status(contributor, case, page, *args, data=data) == 404
    assert refused() == [(what, case.child.key, "Case 1", contributor.pk)]


def test_a_file_of_another_case_is_not_given_under_ones_own_and_logged(inspection) -> None:
    own, other = make_selected_case(inspection), make_selected_case(inspection)
    auditor, file = make_auditor(inspection), add_file(other)
    give_part(own, auditor)
    assert status(auditor, own, "file", file.pk) == 404
    assert refused() == [(What.AUDIT_FILE, own.child.key, "Case 1", auditor.pk)]
    assert status(auditor, own, "file", file.pk + 1) == 404
    assert len(refused()) == 1


def test_a_moderator_who_clicks_twice_is_not_logged_as_refused(inspection) -> None:
    moderator = make_auditor(inspection)
    case = moderated_case(inspection, "good", "good", moderator=moderator)
    assert status(moderator, case, "moderate", data={"grade": "good"}) == 404
    assert refused() == []


def test_a_blind_moderators_attempt_at_the_papers_is_logged(inspection) -> None:
    person = make_person(inspection.council, Role.AUDITOR, Role.CASE_OFFICER)
    case = submitted_case(inspection, moderator=person)
    export = make_export(inspection, "initial", [case.number])
    AuditExportFile.objects.create(export=export, kind="pdf", name="audits.pdf", stored_name="a" * 32, size=1)
    address = reverse("audits:export-file", args=[inspection.slug, export.number, "pdf"])
    assert signed_in(person).get(address).status_code == 302
    assert status(person, case, "case-pdf") == 302
    assert refused() == [
        (What.AUDIT_EXPORT, "", "Audit export 1: PDF", person.pk),
        (What.AUDIT_EXPORT, case.child.key, "Case 1: PDF", person.pk),
    ]
