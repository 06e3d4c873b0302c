"""Calendar feeds as a calendar program reads them: what they say, when they change, and who gets none."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from icalendar import Calendar

import feeds.calendar_events
from accounts.actions import change_address, give_post, remove_person, set_roles, vacate_post
from accounts.models import Event, Role, User
from feeds.actions import end_feed, make_feed, renew_feed
from feeds.calendar_events import CalendarEvent
from feeds.models import Feed, FeedKind, PublishedEvent
from feeds.secret import address_of_feed, token_of
from feeds.views import MOST_A_MINUTE
from feeds.writing import uid_of
from inspections.actions import correct_notification, record_notification, reinstate, withdraw
from inspections.closures import add_closure
from inspections.dates_actions import move_step
from inspections.models import Inspection
from readiness.logs import DiscreetFormatter
from tests.factories.crowd import crowd
from tests.factories.documents import complete
from tests.factories.people import NOW, at, make_council, make_inspection, make_ownership, make_person, make_post
from tests.reading import by_class, page, sign_in, words
from tests.timetable.made_up import made_up_kind
from tests.timetable.worked import duty, owner

pytestmark = pytest.mark.django_db

LONDON, UTC = ZoneInfo("Europe/London"), ZoneInfo("UTC")
MORNING = at("2011-04-18 10:00")


@dataclass
class Scene:
    """Olive holds the post that owns documents 1 and 3, Cora is the coordinator; the call comes on 18 April 2011."""

    inspection: Inspection
    olive: User
    cora: User
    time: Any

    def feed(self, user: User, kind: FeedKind = FeedKind.WORK) -> Feed:
        make_feed(council=self.inspection.council, user=user, kind=kind, now=NOW)
        return Feed.objects.get(user=user, kind=kind)

    def act(self, verb: Any, **given: Any) -> None:
        """Does it an hour after what was done before."""
        self.time.shift(timedelta(hours=1))
        verb(by=self.cora, now=datetime.now(UTC), **given)


@pytest.fixture
def scene(time_machine) -> Scene:
    time_machine.move_to(MORNING)
    council = make_council()
    olive = make_person(council, Role.OWNER, name="Olive Secretname")
    cora = make_person(council, Role.COORDINATOR, name="Cora Secretname")
    inspection = make_inspection(council, notified=date(2011, 4, 18), title="Full inspection")
    post = make_post(council, "Chair, of all; boards", olive)
    make_ownership(inspection, "document:1", post)
    make_ownership(inspection, "document:3", post)
    return Scene(inspection, olive, cora, time_machine)


def fetch(feed: Feed, **headers: str):
    return Client().get(reverse("feeds:feed", args=[feed.pk, token_of(feed)]), headers=headers)


def told(feed: Feed) -> dict[str, Any]:
    """The events of the feed by their keys, as a calendar program parses them."""
    feed.refresh_from_db()
    response = fetch(feed)
    assert response.status_code == 200
    keys = {_uid(feed, row): row.key for row in PublishedEvent.objects.filter(feed=feed).select_related("inspection")}
    return {keys[str(event["uid"])]: event for event in Calendar.from_ical(response.content).walk("VEVENT")}


def _uid(feed: Feed, row: PublishedEvent) -> str:
    return uid_of(feed, CalendarEvent(row.inspection, row.key, "", NOW, NOW))


def facts(event: Any) -> tuple[str, str, int, str]:
    """What it is, when it ends in London, how often it changed, and how it stands."""
    end = event.decoded("dtend")
    when = f"{end.astimezone(LONDON):%Y-%m-%d %H:%M}" if isinstance(end, datetime) else end.isoformat()
    return str(event["summary"]), when, event["sequence"], str(event["status"])


def test_feed_of_my_work_has_my_duties_with_their_deadlines_and_marks_what_is_done(scene) -> None:
    titles = {key: scene.inspection.framework.document(key).title for key in ("1", "3")}
    complete(scene.inspection, "3", now=MORNING)
    feed = scene.feed(scene.olive)
    events = told(feed)
    assert {key: facts(event) for key, event in events.items()} == {
        "document:1": (f"Due: {titles['1']}", "2011-04-19 17:00", 0, "CONFIRMED"),
        "document:3": (f"Done: {titles['3']}", "2011-04-19 17:00", 0, "CONFIRMED"),
    }
    first = events["document:1"]
    assert first.decoded("dtstart") == at("2011-04-19 16:30")
    assert first["dtstart"].params["TZID"] == "Europe/London"
    assert str(first["url"]) == f"http://testserver{reverse('documents:document', args=[scene.inspection.slug, '1'])}"
    assert (first["transp"], first["categories"].cats) == ("TRANSPARENT", ["Inspection", "Deadline"])
    assert "Owed by: Chair, of all; boards." in first["description"]


def test_feed_of_the_office_has_what_the_role_owes_and_ends_with_the_role(scene) -> None:
    council = scene.inspection.council
    dina = make_person(council, Role.DCS_OFFICE, name="Dina Secretname")
    make_ownership(scene.inspection, "document:4", make_post(council, "Head of Testing", dina))
    feed, mine = scene.feed(dina, FeedKind.OFFICE), scene.feed(dina)
    of_office, of_dina = told(feed), told(mine)
    assert of_dina.keys() - of_office.keys() == {"document:4"}
    assert {key.partition(":")[0] for key in of_office} == {"step", "survey"}
    send = of_office["step:send-documents"]
    assert facts(send)[1:] == ("2011-04-19 17:00", 0, "CONFIRMED")
    assert str(send["description"]) == ("Day 2 of Full inspection. Owed by: DCS office. Its page says what is missing.")
    set_roles(council=council, user=dina, roles=[Role.OWNER], by=None, now=MORNING)
    assert (fetch(feed).status_code, fetch(mine).status_code) == (404, 200)


def test_feed_of_the_timetable_has_whole_days_and_deadlines(scene) -> None:
    events = told(scene.feed(scene.cora, FeedKind.TIMETABLE))
    fieldwork = [e for e in events.values() if e.decoded("dtend") - e.decoded("dtstart") > timedelta(days=5)]
    assert all(type(event.decoded("dtstart")) is date for event in fieldwork)
    steps = scene.inspection.framework.steps
    assert {key for key in events if key.startswith("deadline:")} == {
        f"deadline:{step.key}" for step in steps if step.deadline or step.duty
    }
    assert facts(events["deadline:case-list"])[1] == "2011-04-21 17:00"
    assert {str(event["uid"]) for event in events.values()} & {
        str(event["uid"]) for event in told(scene.feed(scene.cora)).values()
    } == set()


def test_file_is_as_outlook_wants_it(scene) -> None:
    Inspection.objects.update(title="Ÿ" * 90 + ", a; b \\ c\nd")
    response = fetch(scene.feed(scene.olive))
    body = response.content
    assert body.count(b"\r\n") == body.count(b"\n")
    assert max(len(line) for line in body.split(b"\r\n")) <= 75
    head = body.split(b"BEGIN:VTIMEZONE")[0].decode().split("\r\n")
    assert {"METHOD:PUBLISH", "REFRESH-INTERVAL;VALUE=DURATION:PT1H", "VERSION:2.0"} <= set(head)
    assert any(line.startswith("X-WR-CALNAME:What I owe – Fictionshire") for line in head)
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert (response["Cache-Control"], response["Referrer-Policy"]) == ("private, no-cache", "no-referrer")
    assert b"VALARM" not in body
    assert "Secretname" not in body.decode()


def test_run_of_changes_keeps_identifiers_counts_up_and_cancels_what_goes(scene) -> None:
    scene.inspection = inspection = make_inspection(scene.inspection.council, title="Second")
    make_ownership(inspection, "document:1", scene.olive.holdings.get().post)
    Inspection.objects.exclude(pk=inspection.pk).delete()
    here, feed = {"inspection": inspection}, scene.feed(scene.olive)
    assert told(feed) == {}
    seen, uids, stamps = [], set(), []

    def look() -> None:
        event = told(feed)["document:1"]
        seen.append((facts(event)[0].partition(":")[0], *facts(event)[1:]))
        uids.add(str(event["uid"]))
        stamps.append(event.decoded("last-modified"))

    step = next(step.key for step in inspection.framework.steps if step.duty == "documents")
    for verb, given in (
        (record_notification, {"notified_on": date(2011, 4, 18), **here}),
        (correct_notification, {"notified_on": date(2011, 4, 15), "reason": "As written", **here}),
        (move_step, {"step_key": step, "first": date(2011, 4, 20), "reason": "Jo Bloggs is ill", **here}),
        (withdraw, {"reason": "Jo Bloggs", **here}),
        (reinstate, here),
    ):
        scene.act(verb, **given)
        look()
    scene.act(add_closure, council=inspection.council, date=date(2011, 5, 10), reason="Jo Bloggs")
    look()  # a closure after it changes nothing of it
    post = scene.olive.holdings.get().post
    scene.act(give_post, post=post, user=scene.cora)
    look()
    assert seen == [
        ("Due", "2011-04-19 17:00", 0, "CONFIRMED"),
        ("Due", "2011-04-18 17:00", 1, "CONFIRMED"),
        ("Due", "2011-04-20 17:00", 2, "CONFIRMED"),
        ("Cancelled", "2011-04-20 17:00", 3, "CANCELLED"),
        ("Due", "2011-04-20 17:00", 4, "CONFIRMED"),
        ("Due", "2011-04-20 17:00", 4, "CONFIRMED"),
        ("Cancelled", "2011-04-20 17:00", 5, "CANCELLED"),
    ]
    assert len(uids) == 1
    assert stamps == sorted(stamps)
    assert len(set(stamps)) == 6
    scene.time.shift(timedelta(days=91))
    assert told(feed) == {}


def test_closure_moves_what_follows_it(scene) -> None:
    feed = scene.feed(scene.cora, FeedKind.TIMETABLE)
    assert facts(told(feed)["deadline:case-list"])[1:3] == ("2011-04-21 17:00", 0)
    scene.act(add_closure, council=scene.inspection.council, date=date(2011, 4, 20), reason="Jo Bloggs")
    assert facts(told(feed)["deadline:case-list"])[1:3] == ("2011-04-26 17:00", 1)
    assert b"Bloggs" not in fetch(feed).content


def test_words_that_people_typed_are_not_told(scene, monkeypatch) -> None:
    typed: dict[str, Any] = {"kind": made_up_kind(title_is_safe=False), "title": "Jo Bloggs", "note": "Jo Bloggs"}
    owed = duty("step:case-list", owner(post=scene.olive.holdings.get().post_id), due=at("2011-04-20 12:00"), **typed)
    monkeypatch.setattr(feeds.calendar_events, "all_duties", lambda snapshot: [owed])
    (event,) = told(scene.feed(scene.olive)).values()
    assert facts(event)[:2] == ("Due: Something that is owed", "2011-04-20 12:00")
    assert str(event["url"]).endswith(f"/inspections/{scene.inspection.slug}/my-work/")
    assert b"Bloggs" not in event.to_ical()


def test_rehearsal_says_so(scene) -> None:
    Inspection.objects.update(kind="rehearsal")
    event = told(scene.feed(scene.olive))["document:1"]
    assert str(event["summary"]).startswith("Rehearsal: Due: ")
    assert event["categories"].cats == ["Rehearsal", "Deadline"]


@pytest.mark.parametrize("notified, due", [("2011-03-24", "2011-03-29 16:00"), ("2011-10-25", "2011-10-28 16:00")])
def test_deadline_is_at_five_in_london_on_either_side_of_a_clock_change(scene, notified, due) -> None:
    Inspection.objects.update(notified_on=date.fromisoformat(notified))
    feed = scene.feed(scene.cora, FeedKind.TIMETABLE)
    response = fetch(feed)
    calendar = Calendar.from_ical(response.content)
    (zone,) = calendar.timezones
    ends = {}
    for event in calendar.walk("VEVENT"):
        text = event["dtend"].to_ical().decode()
        if len(text) == 15:
            # As a program reads it that knows of zones only what stands in the file.
            wall = datetime.strptime(text, "%Y%m%dT%H%M%S")
            ends[str(event["summary"])] = wall.replace(tzinfo=zone.to_tz()).astimezone(UTC)
    case_list = scene.inspection.framework.step("case-list").title
    assert f"{ends[f'Due: {case_list}']:%Y-%m-%d %H:%M}" == due


def test_zone_of_the_file_is_that_of_london(scene) -> None:
    (zone,) = Calendar.from_ical(fetch(scene.feed(scene.olive)).content).timezones
    ours = zone.to_tz()
    moments = [datetime(year, month, day, hour) for year in (2009, 2011, 2026, 2037) for month in (1, 3, 7, 10)
               for day in range(24, 32) for hour in (0, 12)]  # fmt: skip
    assert {m for m in moments if m.replace(tzinfo=ours).utcoffset() != m.replace(tzinfo=LONDON).utcoffset()} == set()


# --- What has not changed ---------------------------------------------------------------------------------------------


@pytest.mark.database
def test_nothing_changed_is_three_queries_and_nothing_is_written_twice(scene, django_assert_num_queries) -> None:
    feed = scene.feed(scene.olive)
    first = fetch(feed)
    with CaptureQueriesContext(connection) as captured:
        again = fetch(feed)
    assert again.content == first.content
    assert [q["sql"] for q in captured if not q["sql"].lstrip("(").startswith(("SELECT", "SAVEPOINT", "RELEASE"))] == []
    with django_assert_num_queries(3):
        same = fetch(feed, **{"If-None-Match": first["ETag"]})
    assert (same.status_code, same.content, same["ETag"]) == (304, b"", first["ETag"])
    complete(scene.inspection, "1", now=MORNING)
    assert fetch(feed, **{"If-None-Match": first["ETag"]}).status_code == 200
    head = Client().head(reverse("feeds:feed", args=[feed.pk, token_of(feed)]))
    assert (head.status_code, head.content) == (200, b"")
    assert head["ETag"] != first["ETag"]


@pytest.mark.database
def test_feed_asks_as_many_questions_of_thirty_of_everything_as_of_one(scene) -> None:
    feed, counts = scene.feed(scene.cora), []
    for _ in range(2):
        fetch(feed)
        with CaptureQueriesContext(connection) as captured:
            fetch(feed)
        counts.append(len(captured))
        crowd(scene.inspection, 30)
        # Other inspections are others to read; the questions of one are compared.
        Inspection.objects.exclude(pk=scene.inspection.pk).update(
            notified_on=None, notification_recorded_at=None, withdrawn_at=NOW, withdrawn_reason="Elsewhere"
        )
    assert counts[0] == counts[1]


def test_fetching_is_noted_once_an_hour(scene) -> None:
    feed = scene.feed(scene.olive)
    for minutes, noted in ((0, "10:00"), (59, "10:00"), (1, "11:00")):
        scene.time.shift(timedelta(minutes=minutes))
        fetch(feed)
        feed.refresh_from_db()
        assert f"{feed.fetched_at.astimezone(LONDON):%H:%M}" == noted


def test_feed_that_is_asked_too_often_says_so_and_answers_again_in_a_minute(scene) -> None:
    feed, other = scene.feed(scene.olive), scene.feed(scene.cora)
    tag = fetch(feed)["ETag"]
    statuses = [fetch(feed, **{"If-None-Match": tag}).status_code for _ in range(MOST_A_MINUTE)]
    assert statuses == [304] * (MOST_A_MINUTE - 1) + [429]
    refused = fetch(feed)
    assert (refused.status_code, refused["Retry-After"], refused["Content-Type"]) == (
        429,
        "60",
        "text/plain; charset=utf-8",
    )
    assert refused.content == b"This calendar was asked for too often. Ask again in a minute.\n"
    # Whoever has not the address can neither use it up nor learn that it is.
    assert Client().get(_wrong_token(scene, feed)).status_code == 404
    assert fetch(other).status_code == 200
    scene.time.shift(timedelta(seconds=61))
    assert fetch(feed).status_code == 200


# --- Who gets nothing -------------------------------------------------------------------------------------------------


def _wrong_token(scene: Scene, feed: Feed) -> str:
    return address_of_feed(feed)[:-5] + "x.ics"


def _other_row(scene: Scene, feed: Feed) -> str:
    return address_of_feed(feed).replace(f"/{feed.pk}/", f"/{feed.pk + 1}/")


def _ended(scene: Scene, feed: Feed) -> str:
    end_feed(council=feed.council, user=feed.user, kind=FeedKind(feed.kind), now=MORNING)
    return address_of_feed(feed)


def _renewed(scene: Scene, feed: Feed) -> str:
    renew_feed(council=feed.council, user=feed.user, kind=FeedKind(feed.kind), now=MORNING)
    return address_of_feed(feed)


def _inactive(scene: Scene, feed: Feed) -> str:
    User.objects.filter(pk=feed.user_id).update(is_active=False)
    return address_of_feed(feed)


def _without_role(scene: Scene, feed: Feed) -> str:
    set_roles(council=feed.council, user=feed.user, roles=[Role.BOARD], by=None, now=MORNING)
    return address_of_feed(feed)


def _removed(scene: Scene, feed: Feed) -> str:
    remove_person(council=feed.council, user=feed.user, by=scene.olive, now=MORNING)
    return address_of_feed(feed)


def _written_to_elsewhere(scene: Scene, feed: Feed) -> str:
    address, person = address_of_feed(feed), User.objects.get(pk=feed.user_id)
    change_address(council=feed.council, user=person, email="else@example.org", by=scene.olive, now=MORNING)
    return address


@pytest.mark.parametrize(
    "make",
    [_wrong_token, _other_row, _ended, _renewed, _inactive, _without_role, _removed, _written_to_elsewhere],
    ids=lambda f: f.__name__,
)
def test_there_is_nothing_at_an_address_that_is_not_right_any_more(scene, make) -> None:
    feed = scene.feed(scene.cora)
    tag = fetch(feed)["ETag"]
    response = Client().get(make(scene, feed), headers={"If-None-Match": tag})
    assert (response.status_code, response.has_header("ETag")) == (404, False)


def test_lost_post_takes_its_duties_out_of_the_feed(scene) -> None:
    feed = scene.feed(scene.olive)
    assert {facts(event)[3] for event in told(feed).values()} == {"CONFIRMED"}
    vacate_post(post=scene.olive.holdings.get().post, by=None, now=MORNING)
    assert {facts(event)[3] for event in told(feed).values()} == {"CANCELLED"}


def test_feed_that_is_made_anew_goes_on_counting(scene) -> None:
    feed = scene.feed(scene.olive)
    before = told(feed)
    renew_feed(council=feed.council, user=feed.user, kind=FeedKind.WORK, now=MORNING)
    assert {key: str(event["uid"]) for key, event in told(feed).items()} == {
        key: str(event["uid"]) for key, event in before.items()
    }


def test_address_made_with_the_former_key_of_the_installation_holds(scene, settings) -> None:
    feed = scene.feed(scene.olive)
    old = address_of_feed(feed)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another-key-" + "k" * 40
    assert address_of_feed(feed) != old
    assert Client().get(old).status_code == 200
    settings.SECRET_KEY_FALLBACKS = []
    assert Client().get(old).status_code == 404


def test_addresses_are_in_no_log_and_not_in_the_record(scene, caplog) -> None:
    feed = scene.feed(scene.olive)
    token = token_of(feed)
    address = _ended(scene, feed)
    with caplog.at_level(logging.WARNING, "django.request"):
        Client().get(address)
        Client().get(f"/calendars/{feed.pk}/{token}.ics")
    formatter = DiscreetFormatter("{message}", style="{")
    assert [formatter.format(record) for record in caplog.records] == ["Not Found: /calendars/..."] * 2
    assert token not in str(list(Event.objects.values_list("subject", "detail")))
    assert token not in str(list(Feed.objects.values()))


# --- The page ---------------------------------------------------------------------------------------------------------


def test_page_makes_shows_renews_and_ends_a_feed(scene) -> None:
    client, council = sign_in(scene.olive), scene.inspection.council
    here = reverse("feeds:own", args=[council.slug])

    def addresses() -> list[str]:
        return [each.get("value") for each in page(client.get(here)).xpath("//input[@readonly]")]

    def post(verb: str) -> str:
        response = client.post(reverse(f"feeds:{verb}", args=[council.slug, "my-work"]), follow=True)
        return words(page(response).xpath(by_class("govuk-notification-banner__content"))[0])

    assert addresses() == []
    assert post("make") == "“What you owe” has an address. Copy it into your calendar program."
    (first,) = addresses()
    client.post(reverse("feeds:make", args=[council.slug, "my-work"]))
    assert addresses() == [first]
    assert "No calendar program has fetched it yet." in words(page(client.get(here)))
    assert Client().get(first).status_code == 200
    assert "Last fetched on 18 April 2011 at 10am" in words(page(client.get(here)))
    assert post("renew").startswith("“What you owe” has a new address.")
    (second,) = addresses()
    assert [Client().get(address).status_code for address in (first, second)] == [404, 200]
    assert post("end").startswith("“What you owe” has ended.")
    assert (addresses(), Client().get(second).status_code) == ([], 404)
    verbs = Event.objects.filter(verb__startswith="calendar feed").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["calendar feed made", "calendar feed renewed", "calendar feed ended"]
