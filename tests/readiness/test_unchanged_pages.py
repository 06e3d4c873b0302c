"""Pages that are looked at again: not worked out again, and never stale, nor anybody else's, nor without a token."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.actions import change_own_details, change_person, give_post, remove_person, set_roles, vacate_post
from accounts.models import Membership, Role
from documents import records
from documents.actions import approve, remove_file, state_nil_return
from documents.moving import move_file
from documents.state import states
from focusgroups.actions import add_attendee
from inspections import unchanged
from inspections.actions import correct_notification, withdraw
from inspections.closures import add_closure
from inspections.standing import standing_of
from tests.factories.documents import add, complete
from tests.factories.people import at, make_inspection, make_ownership, make_person, make_post
from tests.reading import sign_in
from tests.timetable.worked import worked_example
from timetable.actions import record_step
from timetable.duties import all_duties

pytestmark = pytest.mark.django_db(transaction=True)

MORNING = at("2011-04-20 09:00")
PAGES = ("dashboard", "timetable:countdown", "timetable:my-work", "documents:list")
#: The session, the person, and the inspection with its council's version and the person's roles.
WARM = 3


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(MORNING + timedelta(seconds=10), tick=False) as traveller:
        yield traveller


class Scene:
    """The worked example with a person who sees every page and owns three things, and another who owns nothing."""

    def __init__(self) -> None:
        self.inspection = worked_example()
        self.council = self.inspection.council
        self.person = make_person(self.council, Role.COORDINATOR, Role.OWNER, Role.DCS_OFFICE, name="Cora Sample")
        self.other = make_person(self.council, Role.COORDINATOR, Role.OWNER, name="Otto Sample")
        self.post = make_post(self.council, "Head of Testing", self.person)
        make_ownership(self.inspection, "document:1", self.post)
        make_ownership(self.inspection, f"focus-group:{self.inspection.framework.focus_groups[0].key}", self.post)
        self.file = add(self.inspection, "1", "minutes", as_at=date(2011, 3, 1), by=self.other).version.file
        self.client = sign_in(self.person)

    @property
    def here(self) -> dict:
        return {"inspection": self.inspection, "by": self.person, "now": MORNING}

    def page(self, name: str, client=None) -> str:
        response = (client or self.client).get(reverse(name, args=[self.inspection.slug]))
        assert response.status_code == 200
        assert response.headers["Cache-Control"] == "private, no-store"
        return response.content.decode()

    def pages(self) -> dict[str, str]:
        return {name: without_tokens(self.page(name)) for name in PAGES}


@pytest.fixture
def scene() -> Scene:
    return Scene()


TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w{64})"')


def without_tokens(text: str) -> str:
    return TOKEN.sub("", text)


@pytest.mark.parametrize("name", PAGES)
def test_page_is_worked_out_once(scene, name, django_assert_num_queries) -> None:
    """How many queries it takes the first time stands in the tests of each page."""
    first = scene.page(name)
    with django_assert_num_queries(WARM):
        again = scene.page(name)
    assert without_tokens(first) == without_tokens(again)


@pytest.mark.parametrize(("name", "queries"), [(PAGES[0], 5), (PAGES[1], 4), (PAGES[2], 4), (PAGES[3], 3)])
def test_what_it_follows_from_is_not_read_again_in_a_later_minute(
    scene, clock, name, queries, django_assert_num_queries
) -> None:
    scene.page(name)
    clock.shift(60)
    with django_assert_num_queries(queries):
        scene.page(name)


def test_duties_that_one_page_read_serve_the_others(scene, django_assert_num_queries) -> None:
    scene.page("dashboard")
    with django_assert_num_queries(4):
        scene.page("timetable:my-work")


def _approve(scene: Scene) -> None:
    complete(scene.inspection, "8", by=scene.person, now=MORNING)
    found = states(standing_of(scene.inspection, now=MORNING))["8"]
    approve(document="8", contents=found.contents, **scene.here)


def _recorded(scene: Scene) -> None:
    step = next(step for step in scene.inspection.framework.steps if step.duty == "record")
    record_step(step_key=step.key, **scene.here)


def _nil(scene: Scene) -> None:
    framework = scene.inspection.framework
    document, part = next((d.key, p.key) for d in framework.documents for p in d.parts if p.nil_return)
    state_nil_return(document=document, part=part, reason="There was none.", **scene.here)


#: name -> (what happens, the pages that say something else afterwards, at least); one after another
CHANGES = {
    "file added": (lambda s: add(s.inspection, "1", "minutes", as_at=date(2011, 2, 1), now=MORNING), PAGES),
    "file removed": (lambda s: remove_file(file=s.file, by=s.person, now=MORNING), PAGES),
    "document approved": (_approve, PAGES[:2] + PAGES[3:]),
    "nil return": (_nil, PAGES[:2] + PAGES[3:]),
    "step recorded": (_recorded, PAGES[:3]),
    "attendee added": (
        lambda s: add_attendee(group=s.inspection.framework.focus_groups[0].key, name="Ann Example", **s.here),
        PAGES[:1] + PAGES[2:3],
    ),
    "holder renamed": (
        lambda s: change_person(
            council=s.council, user=s.person, full_name="Cora Newname", telephone="1", by=s.other, now=MORNING
        ),
        PAGES,
    ),
    "post given away": (lambda s: give_post(post=s.post, user=s.other, by=s.other, now=MORNING), PAGES),
    "post vacated": (lambda s: vacate_post(post=s.post, by=s.other, now=MORNING), PAGES[:2] + PAGES[3:]),
    "role taken away": (
        lambda s: set_roles(council=s.council, user=s.person, roles=[Role.MEMBER, Role.OWNER], by=s.other, now=MORNING),
        PAGES[:3],
    ),
    "closure added": (
        lambda s: add_closure(council=s.council, date=date(2011, 4, 26), reason="Flood", by=s.other, now=MORNING),
        PAGES[:2],
    ),
    "notification corrected": (
        lambda s: correct_notification(notified_on=date(2011, 4, 19), reason="As written", **s.here),
        PAGES[:3],
    ),
    "withdrawn": (lambda s: withdraw(reason="Deferred", **s.here), PAGES),
}


def test_what_was_done_shows_at_once(scene) -> None:
    """Each page is the one that is drawn where nothing was kept; and those change that have something to say."""
    for name, (act, changed) in CHANGES.items():
        before = scene.pages()
        act(scene)
        after = scene.pages()
        unchanged.forget()
        assert after == scene.pages(), name
        assert set(changed) <= {page for page in PAGES if after[page] != before[page]}, name


#: What the clock alone does -> (seconds, the pages that say something else afterwards, at least)
LATER = {
    "a minute": (60, PAGES[:2]),
    "until the deadline": (8 * 3600 - 10, PAGES[:2]),
    "a moment after the deadline": (8 * 3600 - 9, PAGES[:3]),
    "a day": (86400, PAGES[:3]),
    "a year": (366 * 86400, PAGES[:3]),
}


def test_what_the_clock_does_shows_at_once(scene, clock) -> None:
    for name, (seconds, changed) in LATER.items():
        clock.move_to(MORNING + timedelta(seconds=10))
        before = scene.pages()
        clock.shift(seconds)
        scene.client = sign_in(scene.person)  # a session ends in ten hours
        after = scene.pages()
        unchanged.forget()
        assert after == scene.pages(), name
        assert set(changed) <= {page for page in PAGES if after[page] != before[page]}, name


def test_deadline_that_passes_within_a_minute_is_late_in_that_minute(scene, clock) -> None:
    clock.move_to(at("2011-04-19 17:00"))
    assert re.search(r"<title>(.*?)Dashboard", scene.page("dashboard"))[1] == ""
    clock.shift(1)
    assert re.search(r"<title>(.*?)Dashboard", scene.page("dashboard"))[1] == "14 late – "


def test_everybody_gets_a_page_of_their_own(scene) -> None:
    mine = scene.page("timetable:my-work")
    others = scene.page("timetable:my-work", sign_in(scene.other))
    assert "Cora Sample" in mine
    assert "Cora Sample" not in others
    assert "Otto Sample" in others
    assert without_tokens(scene.page("timetable:my-work")) == without_tokens(mine)


def test_page_is_gone_for_somebody_who_has_left(scene) -> None:
    leaver = sign_in(scene.other)
    address = reverse("dashboard", args=[scene.inspection.slug])
    assert [leaver.get(address).status_code for _ in range(2)] == [200, 200]
    make_person(scene.council, Role.ADMINISTRATOR)
    remove_person(council=scene.council, user=scene.other, by=scene.person, now=MORNING)
    assert leaver.get(address).status_code == 404


def test_somebody_who_left_and_is_renamed_elsewhere_has_one_name_everywhere(scene) -> None:
    """What they did here is still shown here, and the council that renames them does not know of it."""
    elsewhere = make_inspection(worked_example().council).council
    remove_person(council=scene.council, user=scene.other, by=scene.person, now=MORNING)
    Membership.objects.create(council=elsewhere, user=scene.other, role=Role.OWNER)
    assert "Otto Sample" in scene.page("documents:list")
    change_own_details(user=scene.other, full_name="Otto Newname", telephone="", now=MORNING)
    page = scene.page("documents:list")
    assert ("Otto Sample" in page, "Otto Newname" in page) == (False, True)


def test_forms_have_a_token_that_works_each_time_and_none_is_kept(scene) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(scene.person, backend="django.contrib.auth.backends.ModelBackend")
    tokens = [TOKEN.findall(scene.page("dashboard", client)) for _ in range(3)]
    assert [len(found) for found in tokens] == [1, 1, 1]
    assert len({found[0] for found in tokens}) == 3
    kept = str([row.answer for row in unchanged._STORE._rows.values()])
    assert "Cora Sample" in kept
    assert not any(found[0] in kept for found in tokens)
    assert client.post(reverse("accounts:sign-out")).status_code == 403
    assert client.post(reverse("accounts:sign-out"), {"csrfmiddlewaretoken": tokens[-1][0]}).status_code == 302


def test_banner_is_shown_once_and_is_on_nobody_elses_page(scene) -> None:
    quiet = scene.page("timetable:countdown")
    step = next(step for step in scene.inspection.framework.steps if step.duty == "record")
    scene.page("dashboard")
    scene.client.post(reverse("timetable:record", args=[scene.inspection.slug, step.key]), {"note": ""})
    first, second = (scene.page("dashboard") for _ in range(2))
    assert ("Recorded as done" in first, "Recorded as done" in second) == (True, False)
    assert "Recorded as done" not in quiet + scene.page("dashboard", sign_in(scene.other))


def test_narrowed_register_is_its_own(scene) -> None:
    address = reverse("documents:list", args=[scene.inspection.slug])
    everything = scene.page("documents:list")
    narrowed = scene.client.get(address, {"mine": "on"}).content.decode()
    assert "13 shown" in everything
    assert "1 of 13 shown" in narrowed
    assert without_tokens(scene.page("documents:list")) == without_tokens(everything)


def test_page_that_changes_something_reads_what_it_changed(scene) -> None:
    """Its banner says what follows from the state after the change, though the page before was kept."""
    framework = scene.inspection.framework
    document, part = next(
        (d.key, p.key) for d in framework.documents for p in d.parts if p.nil_return and len(d.parts) == 1
    )
    scene.page("documents:list")
    address = reverse("documents:nil-return", args=[scene.inspection.slug, document, part])
    text = scene.client.post(address, {"reason": "There was none."}, follow=True).content.decode()
    assert re.search(r"Nil return recorded for .*? Nothing is missing\.", text)


def test_what_was_rolled_back_is_on_no_page(scene, monkeypatch) -> None:
    before = scene.pages()

    def broken(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr("inspections.audit.Event.objects.create", broken)
    with pytest.raises(RuntimeError):
        _recorded(scene)
    monkeypatch.undo()
    assert scene.pages() == before


@pytest.mark.parametrize("notified", [date(2011, 4, 18), None])
def test_what_a_duty_says_follows_from_the_day_and_not_from_the_hour(notified) -> None:
    """It is kept for the day."""
    inspection = worked_example(notified)
    add(inspection, "1", "minutes", as_at=date(2011, 3, 1))
    told = [
        all_duties(standing_of(inspection, now=at(f"2011-04-20 {hour}")))
        for hour in ("00:00", "16:59", "17:01", "23:59")
    ]
    assert told[0] == told[1] == told[2] == told[3]


def test_records_are_read_once_for_all_who_look(scene, monkeypatch) -> None:
    reads = []

    def read(inspection, seen):
        reads.append(inspection)
        return records.read(inspection, seen)

    monkeypatch.setattr("documents.state.read", read)
    for client in (scene.client, sign_in(scene.other)):
        for name in PAGES:
            scene.page(name, client)
    assert len(reads) == 1


def test_files_are_read_again_of_the_documents_alone_where_one_has_changed(scene, monkeypatch) -> None:
    asked = []

    def watched(name: str) -> None:
        query = getattr(records, name)

        def asks(*values):
            asked.append(values[1:] or "all")
            return query(*values)

        monkeypatch.setattr(records, name, asks)

    for name in ("_CURRENT_VERSIONS", "_OF_ONE_DOCUMENT"):
        watched(name)
    scene.page("documents:list")
    record_step(step_key="case-list", **scene.here)
    scene.page("documents:list")
    assert asked == ["all"]
    add(scene.inspection, "10", "reports", by=scene.person)
    scene.page("documents:list")
    assert asked == ["all", ("10",)]
    move_file(file=scene.file, document="10", part="reports", by=scene.person, now=MORNING)
    scene.page("documents:list")
    assert asked == ["all", ("10",), "all"]


@pytest.mark.parametrize("name", PAGES)
def test_whoever_is_called_otherwise_is_so_on_files_that_have_not_changed(scene, name) -> None:
    scene.page(name)
    change_own_details(user=scene.other, full_name="Olive Sample", telephone="", now=MORNING)
    document = scene.client.get(reverse("documents:document", args=[scene.inspection.slug, "1"]))
    assert "Olive Sample" in document.content.decode()
    assert "Otto Sample" not in document.content.decode()
