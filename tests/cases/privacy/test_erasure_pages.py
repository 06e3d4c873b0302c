"""Erasure as the data protection officer does it: told before what goes and what stays, then asked for a yes."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine
from django.core.management import call_command
from django.urls import reverse

from accounts.models import Role
from cases.models import Access, Child, Erasure
from cases.privacy.warning import warn
from cases.tasks import erase_due
from inspections.models import InspectionKind
from outbox.models import Message
from tests import reading
from tests.factories.applied_cases import apply_lists
from tests.factories.people import NOW, at, make_council, make_inspection, make_person

pytestmark = pytest.mark.django_db
NEED = "child-in-need"
WITHDRAWN = at("2011-04-20 09:00")
UNTIL = date(2011, 10, 17)  # 180 days after


@pytest.fixture
def inspection():
    """Withdrawn on 20 April 2011, so that its child-level data is kept until 17 October."""
    made = make_inspection(make_council(), notified=date(2011, 4, 18), title="Inspection of Fictionshire")
    made.withdrawn_at, made.withdrawn_reason = WITHDRAWN, "Deferred"
    made.save()
    return made


@pytest.fixture
def officer(inspection):
    return make_person(inspection.council, Role.DATA_PROTECTION, name="Dara Example")


@pytest.fixture
def client(officer):
    return reading.sign_in(officer)


def page(name: str, inspection, *args) -> str:
    return reverse(f"cases:{name}", args=[inspection.slug, *args])


class TestWhatIsDue:
    def test_nothing_yet_says_when(self, inspection, client) -> None:
        apply_lists(inspection, {NEED: {"A1": {}}})
        with time_machine.travel(at("2011-08-01 09:00")):
            said = reading.main(client.get(page("erasure", inspection)))
        assert "will be erased on 17 October 2011" in said
        assert "The inspection was withdrawn on 20 April 2011. Child-level data is kept for 180 days after" in said
        assert "Erase what is due" not in said

    def test_near_the_day_the_page_warns(self, inspection, client) -> None:
        apply_lists(inspection, {NEED: {"A1": {}}})
        with time_machine.travel(at("2011-10-03 09:00")):
            assert "Everything is erased on 17 October 2011." in reading.main(client.get(page("erasure", inspection)))

    def test_is_erased_once_it_is_confirmed(self, inspection, client, officer) -> None:
        apply_lists(inspection, {NEED: {"A1": {}, "A2": {}}})
        with time_machine.travel(at("2011-10-17 09:00")):
            assert "All 2 children" in reading.main(client.get(page("erase-due", inspection)))
            assert client.post(page("erase-due", inspection)).status_code == 422
            assert Child.objects.count() == 2
            answer = client.post(page("erase-due", inspection), {"sure": "on"}, follow=True)
        assert "Erased: 2 children, 1 import." in reading.main(answer)
        assert not Child.objects.exists()
        assert Erasure.objects.get().by == officer

    def test_a_second_press_of_the_button_says_that_nothing_was_due(self, inspection, client) -> None:
        answer = client.post(page("erase-due", inspection), {"sure": "on"}, follow=True)
        assert "Nothing was due." in reading.page(answer).text_content()

    def test_a_council_sees_each_of_its_inspections(self, inspection, client) -> None:
        make_inspection(inspection.council, kind=InspectionKind.REHEARSAL, title="A rehearsal")
        apply_lists(inspection, {NEED: {"A1": {}}})
        rows = reading.texts(
            client.get(reverse("cases:data-protection", args=[inspection.council.slug])), "//main//tbody/tr"
        )
        assert len(rows) == 2
        assert "Kept until 17 October 2011" in rows[1]


class TestOneChild:
    @pytest.fixture
    def child(self, inspection) -> Child:
        apply_lists(inspection, {NEED: {"Ab 17": {"gender": "1"}}})
        return Child.objects.get()

    def test_is_found_by_its_identifier_and_named_by_its_key(self, inspection, client, child) -> None:
        answer = client.post(page("find-child", inspection), {"identifier": "ab 17"})
        assert answer.url == page("erase-child", inspection, child.key)

    @pytest.mark.parametrize(("identifier", "detail"), [("aB 17", "Found"), ("Z9", "Not found")])
    def test_looking_for_one_is_logged(self, inspection, client, officer, child, identifier, detail) -> None:
        client.post(page("find-child", inspection), {"identifier": identifier})
        row = Access.objects.get(what=Access.What.ERASURE)
        assert (row.by, row.detail, row.child) == (officer, detail, child.key if detail == "Found" else "")

    def test_that_is_not_there_is_said_beside_the_field(self, inspection, client) -> None:
        answer = client.post(page("find-child", inspection), {"identifier": "Nobody"})
        assert answer.status_code == 422
        assert "No child of these lists has this identifier." in reading.main(answer)

    def test_page_says_what_goes_and_shows_nothing_of_the_child(self, inspection, client, child) -> None:
        answer = client.get(page("erase-child", inspection, child.key))
        said = reading.main(answer)
        assert "The child is on this list" in said
        assert "The files of import 1" in said
        assert "Ab 17" not in answer.content.decode()
        assert Access.objects.get(what=Access.What.ERASURE).child == child.key

    def test_is_erased_with_a_reason_and_a_yes(self, inspection, client, child) -> None:
        where = page("erase-child", inspection, child.key)
        for given in ({}, {"why": "Asked for"}, {"sure": "on"}):
            assert client.post(where, given).status_code == 422
        answer = client.post(where, {"why": "Asked for", "sure": "on"}, follow=True)
        assert "The child was erased, and comes back with the next import whose file has it." in reading.main(answer)
        assert not Child.objects.exists()
        assert client.get(where).status_code == 404


class TestByItself:
    def test_people_are_told_once_before_and_it_is_done_on_the_day(self, inspection, officer) -> None:
        casey = make_person(inspection.council, Role.CASE_OFFICER)
        make_person(inspection.council, Role.COORDINATOR)
        apply_lists(inspection, {NEED: {"Ab 17": {}}})
        with time_machine.travel(at("2011-10-02 04:00")):
            assert erase_due() == 0
        assert not Message.objects.exists()
        for day in ("2011-10-03 04:00", "2011-10-04 04:00"):
            with time_machine.travel(at(day)):
                assert erase_due() == 0
        assert sorted(Message.objects.values_list("to", flat=True)) == sorted([casey.email, officer.email])
        for mail in Message.objects.all():
            assert "17 October 2011" in mail.text
            assert "Ab 17" not in mail.subject + mail.text + mail.html
        with time_machine.travel(at("2011-10-17 04:00")):
            assert erase_due() == 1
        assert not Child.objects.exists()
        assert Erasure.objects.get().by is None

    def test_nobody_is_told_where_there_is_nothing(self, inspection, officer) -> None:
        assert warn(inspection=inspection, now=at("2011-10-10 09:00")) == 0

    def test_trouble_with_one_inspection_stops_no_other(self, inspection, monkeypatch, caplog) -> None:
        broken = make_inspection(inspection.council, framework="no-such-framework")
        apply_lists(inspection, {NEED: {"A1": {}}})
        with time_machine.travel(at("2011-10-17 04:00")):
            assert erase_due() == 1
        assert f"erasure failed for {broken.slug} (KeyError)" in caplog.text


class TestTheCommand:
    def run(self, capsys, *args: str) -> str:
        call_command("erase_cases", *args)
        return capsys.readouterr().out

    def test_says_what_went_and_until_when_the_rest_is_kept(self, inspection, capsys) -> None:
        apply_lists(inspection, {NEED: {"A1": {}}}, now=NOW)
        said = self.run(capsys, inspection.slug, "--on", "2011-10-16")
        assert said.splitlines() == ["Nothing was due.", "What is left is kept until 17 October 2011."]
        said = self.run(capsys, inspection.slug, "--on", "2011-10-17")
        assert said.startswith("Erased: 1 children")

    def test_as_json(self, inspection, capsys) -> None:
        import json

        apply_lists(inspection, {NEED: {"A1": {}}}, now=NOW)
        first = json.loads(self.run(capsys, inspection.slug, "--on", "2011-10-16", "--format", "json"))
        assert (first["erased"], first["kept_until"]) == (0, "2011-10-17")
        second = json.loads(self.run(capsys, inspection.slug, "--on", "2011-10-17", "--format", "json"))
        assert (second["erased"], second["kept_until"]) == (3, None)

    def test_an_inspection_that_is_not_there_is_refused(self, db, capsys) -> None:
        with pytest.raises(SystemExit) as ended:
            call_command("erase_cases", "nowhere")
        assert ended.value.code == 1
