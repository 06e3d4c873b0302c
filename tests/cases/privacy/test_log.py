"""The log of readings as the data protection officer sees it: refused first, by person, by child, as a file."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse

from accounts.models import Role
from cases.models import Access, Child
from cases.privacy.log import log
from cases.privacy.searching import entries
from inspections.models import Inspection
from tests import reading
from tests.factories.applied_cases import apply_lists
from tests.factories.imports import make_import
from tests.factories.people import NOW, make_council, make_inspection, make_person

pytestmark = pytest.mark.django_db

NEED, CARE = "child-in-need", "looked-after"
HOUR = timedelta(hours=1)
What = Access.What


@pytest.fixture
def inspection() -> Inspection:
    return make_inspection(make_council(), notified=date(2011, 4, 18))


@pytest.fixture
def officer(inspection):
    return make_person(inspection.council, Role.DATA_PROTECTION, name="Dara Example")


@pytest.fixture
def casey(inspection):
    return make_person(inspection.council, Role.CASE_OFFICER, name="Casey Example")


def address(inspection) -> str:
    return reverse("cases:log", args=[inspection.slug])


class TestEntriesOfAChild:
    """Who read the child is also who read a list while the child was on it."""

    @pytest.fixture
    def child(self, inspection) -> Child:
        """On the list from one hour after NOW to three hours after."""
        apply_lists(inspection, {NEED: {"B1": {}}}, now=NOW)
        apply_lists(inspection, {NEED: {"A1": {}, "B1": {}}}, now=NOW + HOUR, applied_at=NOW + HOUR)
        apply_lists(inspection, {NEED: {"B1": {}}}, now=NOW + 3 * HOUR, applied_at=NOW + 3 * HOUR)
        return Child.objects.get(identifier="A1")

    @pytest.mark.parametrize(
        ("what", "facts", "hours", "counts"),
        [
            (What.LIST, {"list": NEED}, 0, False),
            (What.LIST, {"list": NEED}, 1, True),
            (What.LIST, {"list": NEED}, 2, True),
            (What.LIST, {"list": NEED}, 3, False),
            (What.SEARCH, {"list": NEED}, 2, True),
            (What.LIST, {"list": CARE}, 2, False),
            (What.LIST, {"list": NEED, "was_refused": True}, 2, False),
            (What.SURVEY, {"list": NEED}, 2, True),
            (What.SURVEY, {"list": CARE}, 2, False),
            (What.SURVEY, {}, 2, True),
            (What.EXPORT, {}, 0, False),
            (What.EXPORT, {}, 5, True),
            (What.SELECTION, {}, 0, False),
            (What.SELECTION, {}, 5, True),
            (What.AUDIT, {}, 0, False),
            (What.AUDIT, {}, 5, True),
            (What.AUDIT, {"child": "0" * 32}, 5, False),
            (What.AUDIT_EXPORT, {}, 5, True),
            (What.FAULTS, {}, 0, False),
            (What.FAULTS, {}, 1, True),
            (What.SOURCE_FILE, {}, 9, True),
            (What.LOG, {}, 2, False),
            (What.CHECK, {}, 2, False),
        ],
    )
    def test_reading_counts_if_the_child_was_there(self, inspection, casey, child, what, facts, hours, counts) -> None:
        log(inspection, by=casey, what=what, now=NOW + hours * HOUR, **facts)
        assert entries(inspection, child=child).exists() == counts

    def test_a_file_that_was_never_applied_may_have_held_the_child_before(self, inspection, casey, child) -> None:
        log(inspection, by=casey, what=What.FAULTS, now=NOW + HOUR / 2)
        assert not entries(inspection, child=child).exists()
        make_import(inspection, "refused", by=casey, now=NOW, files=0)
        assert entries(inspection, child=child).count() == 1

    def test_of_its_own_record_each_attempt_counts(self, inspection, casey, child) -> None:
        for refused in (False, True):
            log(inspection, by=casey, what=What.CHILD, now=NOW, child=child.key, was_refused=refused)
        other = Child.objects.get(identifier="B1")
        log(inspection, by=casey, what=What.CHILD, now=NOW + 2 * HOUR, child=other.key)
        assert entries(inspection, child=child).count() == 2

    def test_of_a_child_that_is_on_the_list_still(self, inspection, casey, child) -> None:
        still = Child.objects.get(identifier="B1")
        log(inspection, by=casey, what=What.LIST, list=NEED, now=NOW + timedelta(days=30))
        assert entries(inspection, child=still).count() == 1
        assert not entries(inspection, child=child).exists()


class TestThePage:
    def test_shows_refused_attempts_first(self, inspection, officer, casey) -> None:
        member = make_person(inspection.council, Role.MEMBER, name="Mina Example")
        log(inspection, by=member, what=What.LIST, now=NOW, list=NEED, was_refused=True)
        log(inspection, by=casey, what=What.LIST, now=NOW + HOUR, list=NEED)
        page = reading.sign_in(officer).get(address(inspection))
        assert "1 attempt refused. 1 reading of child-level data." in reading.main(page)
        tables = reading.texts(page, "//main//tbody")
        assert "Mina Example" in tables[0]
        assert "Refused Read a list" in tables[0]
        assert "Casey Example" in tables[1]

    def test_search_by_child_is_posted_and_answered_by_its_key(self, inspection, officer, casey) -> None:
        apply_lists(inspection, {NEED: {"Ab 17": {}}})
        child = Child.objects.get()
        log(inspection, by=casey, what=What.CHILD, now=NOW, child=child.key)
        client = reading.sign_in(officer)
        answer = client.post(address(inspection), {"identifier": " aB 17 "})
        assert answer["Location"] == f"{address(inspection)}?child={child.key}"
        page = client.get(answer["Location"])
        assert "Casey Example" in reading.main(page)
        assert "Ab 17" not in page.content.decode()

    def test_reading_the_log_of_a_child_is_itself_logged(self, inspection, officer) -> None:
        apply_lists(inspection, {NEED: {"A1": {}}})
        child = Child.objects.get()
        reading.sign_in(officer).get(address(inspection), {"child": child.key})
        row = Access.objects.get(what=What.LOG)
        assert (row.by, row.child) == (officer, child.key)

    def test_an_identifier_that_is_on_no_list_is_answered_beside_the_field(self, inspection, officer) -> None:
        page = reading.sign_in(officer).post(address(inspection), {"identifier": "Nobody"})
        assert page.status_code == 422
        assert "No child of these lists has this identifier." in reading.main(page)

    @pytest.mark.parametrize(("identifier", "detail"), [("A1", "Found"), ("Z9", "Not found")])
    def test_a_search_is_logged_when_it_is_asked(self, inspection, officer, identifier, detail) -> None:
        apply_lists(inspection, {NEED: {"A1": {}}})
        reading.sign_in(officer).post(address(inspection), {"identifier": identifier})
        row = Access.objects.get(what=What.LOG)
        assert (row.by, row.detail, bool(row.child)) == (officer, detail, detail == "Found")

    def test_a_child_of_another_inspection_is_not_found(self, inspection, officer) -> None:
        other = make_inspection(inspection.council)
        apply_lists(other, {NEED: {"A1": {}}})
        client = reading.sign_in(officer)
        assert client.post(address(inspection), {"identifier": "A1"}).status_code == 422
        assert client.get(address(inspection), {"child": Child.objects.get().key}).status_code == 404

    def test_search_by_person(self, inspection, officer, casey) -> None:
        other = make_person(inspection.council, Role.CASE_OFFICER, name="Olga Example")
        for person in (casey, other):
            log(inspection, by=person, what=What.LIST, now=NOW, list=NEED)
        client = reading.sign_in(officer)
        answer = client.post(address(inspection), {"person": casey.pk})
        found = reading.texts(client.get(answer["Location"]), "//main//tbody")
        assert "Casey Example" in found[0]
        assert "Olga Example" not in found[0]

    @pytest.mark.parametrize("person", ["0", "x", "²", "9" * 30])
    def test_a_person_whom_the_log_does_not_name_is_not_found(self, inspection, officer, person) -> None:
        assert reading.sign_in(officer).get(address(inspection), {"person": person}).status_code == 404

    def test_has_pages(self, inspection, officer, casey) -> None:
        for number in range(60):
            log(inspection, by=casey, what=What.LIST, now=NOW + number * HOUR, list=NEED)
        client = reading.sign_in(officer)
        assert len(reading.texts(client.get(address(inspection)), "//main//tbody/tr")) == 50
        assert len(reading.texts(client.get(address(inspection), {"page": "2"}), "//main//tbody/tr")) == 10

    def test_a_long_run_of_refused_attempts_is_folded(self, inspection, officer, casey) -> None:
        for number in range(12):
            log(inspection, by=casey, what=What.LIST, now=NOW + number * HOUR, was_refused=True)
        client = reading.sign_in(officer)
        assert "All 12 refused attempts" in reading.main(client.get(address(inspection)))
        assert len(reading.texts(client.get(address(inspection), {"show": "refused"}), "//main//tbody/tr")) == 12


class TestTheFile:
    def get(self, inspection, officer, fmt="csv", **query):
        return reading.sign_in(officer).get(reverse("cases:export-log", args=[inspection.slug, fmt]), query)

    def test_has_who_when_and_what_and_neither_identifier_nor_key(self, inspection, officer, casey) -> None:
        apply_lists(inspection, {NEED: {"Ab 17": {}}})
        child = Child.objects.get()
        log(inspection, by=casey, what=What.LIST, now=NOW + HOUR, list=NEED)
        text = self.get(inspection, officer, child=child.key).content.decode("utf-8-sig")
        assert "Casey Example" in text
        assert casey.email in text
        assert "Read a list" in text
        assert "Ab 17" not in text
        assert child.key not in text

    def test_is_a_workbook_too(self, inspection, officer) -> None:
        assert self.get(inspection, officer, "xlsx").content.startswith(b"PK")
        assert self.get(inspection, officer, "pdf").status_code == 404

    def test_is_logged(self, inspection, officer) -> None:
        self.get(inspection, officer)
        assert Access.objects.get().detail == "Downloaded the log"
