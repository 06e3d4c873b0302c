"""Opening, notifying, correcting, withdrawing an inspection; owners of its items."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction

from accounts.models import Event, Invitation, Post, Role
from frameworks import PlanPerson
from inspections import actions
from inspections.models import Inspection, InspectionKind, Ownership, library
from inspections.snapshot import owners_of, snapshot_of
from refusals import Refused
from tests.factories.people import at, make_council, make_inspection, make_person, make_post

pytestmark = [pytest.mark.django_db, pytest.mark.database]

NOW = at("2011-05-20 10:00")
CALL = date(2011, 4, 18)
SLAC = "slac-2009"


def opened(council, **changes):
    given = {"title": "The inspection", "framework_key": SLAC, "plan_key": "oxfordshire", "by": None, "now": NOW}
    return actions.open_inspection(council=council, **(given | changes))


def events(inspection) -> list[tuple[str, str]]:
    rows = Event.objects.filter(inspection=inspection.slug).order_by("pk")
    return [(row.verb, row.subject) for row in rows]


# Opening


def test_opening_brings_the_posts_and_owners_of_the_plan() -> None:
    council = make_council()
    inspection = opened(council)
    plan = inspection.plan
    assert sorted(Post.objects.filter(council=council).values_list("name", flat=True)) == sorted(
        post.name for post in plan.posts
    )
    owned = {item: tuple(owner.name for owner in owners) for item, owners in owners_of(inspection).items()}
    assert owned == {row.item: row.owners for row in plan.ownerships if row.owners}
    assert (inspection.slug, inspection.version, inspection.is_notified) == ("the-inspection", 2, False)
    assert events(inspection) == [("inspection opened", "The inspection")]


def test_opening_a_second_inspection_keeps_the_posts_that_are_there() -> None:
    council = make_council()
    dcs = make_post(council, "DCS")
    opened(council)
    opened(council, title="The rehearsal", kind=InspectionKind.REHEARSAL)
    assert Post.objects.filter(council=council, name="DCS").get() == dcs
    assert Post.objects.filter(council=council).count() == len(Inspection.objects.first().plan.posts)


def test_opening_without_a_plan_has_no_owners() -> None:
    inspection = opened(make_council(), plan_key="")
    assert (inspection.plan, owners_of(inspection)) == (None, {})


def test_opening_form_sent_twice_opens_one_inspection() -> None:
    council = make_council()
    person = make_person(council)
    first, second = (opened(council, by=person, now=NOW + timedelta(seconds=n)) for n in (0, 3))
    assert first == second
    assert Inspection.objects.count() == 1
    assert Ownership.objects.count() == len([o for row in first.plan.ownerships for o in row.owners])


def test_opening_gives_another_address_where_one_is_taken() -> None:
    slugs = [opened(make_council()).slug for _ in range(3)]
    assert slugs == ["the-inspection", "the-inspection-2", "the-inspection-3"]


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"title": "  "}, "title", "Enter a title for the inspection."),
        ({"framework_key": "nobody-knows"}, "framework_key", "There is no framework “nobody-knows”."),
        ({"plan_key": "nowhere"}, "plan_key", "There is no local plan “nowhere”."),
        ({"slug": "Not A Slug"}, "slug", "Use small letters, numbers and hyphens in the short name."),
    ],
)
def test_opening_refuses(changes, field, message) -> None:
    with pytest.raises(Refused) as refused:
        opened(make_council(), **changes)
    assert (refused.value.field, refused.value.message) == (field, message)
    assert (Inspection.objects.count(), Post.objects.count(), Event.objects.count()) == (0, 0, 0)


def test_opening_refuses_a_slug_that_is_taken() -> None:
    opened(make_council(), slug="april")
    with pytest.raises(Refused, match="The short name “april” is taken"):
        opened(make_council(), slug="april")


def test_opening_refuses_a_title_that_is_open_and_accepts_it_once_withdrawn() -> None:
    council = make_council()
    first = opened(council)
    later = NOW + timedelta(days=1)
    with pytest.raises(Refused, match="There is already an inspection called “The inspection”"):
        opened(council, now=later)
    actions.withdraw(inspection=first, reason="Deferred", by=None, now=later)
    assert opened(council, now=later).slug == "the-inspection-2"


# The notification


def notified(inspection, day=CALL, now=NOW, by=None) -> bool:
    return actions.record_notification(inspection=inspection, notified_on=day, by=by, now=now)


def test_notification_is_recorded_with_who_and_when() -> None:
    council = make_council()
    person, inspection = make_person(council), make_inspection(council)
    assert notified(inspection, by=person) is True
    stored = Inspection.objects.get()
    assert (stored.notified_on, stored.notification_recorded_at, stored.notification_recorded_by) == (CALL, NOW, person)
    assert (inspection.notified_on, inspection.version) == (CALL, 2)
    event = Event.objects.get(inspection=inspection.slug)
    assert (event.verb, event.subject, event.by) == ("notification recorded", "Notified on 18 April 2011", person)
    assert event.detail == {"before": None, "after": "2011-04-18"}


def test_notification_recorded_twice_has_one_effect() -> None:
    inspection = make_inspection(make_council())
    assert [notified(inspection), notified(inspection)] == [True, False]
    assert (inspection.version, len(events(inspection))) == (2, 1)


@pytest.mark.parametrize(
    ("day", "now", "message"),
    [
        (
            date(2011, 4, 16),
            NOW,
            "Saturday 16 April 2011 is not a working day (Saturday). The next working day is Monday 18 April 2011.",
        ),
        (
            date(2011, 4, 22),
            NOW,
            "Friday 22 April 2011 is not a working day (Good Friday). The next working day is Tuesday 26 April 2011.",
        ),
        (
            date(2011, 5, 23),
            NOW,
            "Monday 23 May 2011 has not come yet. Record the notification on the day it arrives.",
        ),
        (
            date(2011, 4, 18),
            at("2011-04-18 00:00") - timedelta(seconds=1),
            "Monday 18 April 2011 has not come yet. Record the notification on the day it arrives.",
        ),
    ],
)
def test_notification_refuses_a_day_that_cannot_be(day, now, message) -> None:
    inspection = make_inspection(make_council())
    with pytest.raises(Refused) as refused:
        notified(inspection, day, now)
    assert (refused.value.field, refused.value.message) == ("notified_on", message)
    assert (Inspection.objects.get().notified_on, events(inspection)) == (None, [])


def test_notification_refuses_a_day_before_working_days_are_known() -> None:
    with pytest.raises(Refused, match="1990"):
        notified(make_inspection(make_council()), date(1989, 4, 18))


def test_notification_is_accepted_on_its_own_day_and_long_after() -> None:
    council = make_council()
    assert notified(make_inspection(council), CALL, at("2011-04-18 00:00")) is True
    assert notified(make_inspection(council), CALL, at("2026-11-23 12:00")) is True


def test_notification_refuses_a_second_day() -> None:
    inspection = make_inspection(make_council(), notified=CALL)
    with pytest.raises(Refused, match="already recorded as Monday 18 April 2011"):
        notified(inspection, date(2011, 4, 19))
    assert Inspection.objects.get().notified_on == CALL


def test_notification_refuses_a_withdrawn_inspection() -> None:
    inspection = make_inspection(make_council())
    actions.withdraw(inspection=inspection, reason="Deferred to autumn", by=None, now=NOW)
    with pytest.raises(Refused, match=r"is withdrawn \(Deferred to autumn\)"):
        notified(inspection)


def corrected(inspection, day, reason="The letter is dated so") -> bool:
    return actions.correct_notification(inspection=inspection, notified_on=day, reason=reason, by=None, now=NOW)


def test_correction_moves_every_date_and_keeps_both_on_record() -> None:
    inspection = make_inspection(make_council(), notified=CALL)
    assert corrected(inspection, date(2011, 4, 19)) is True
    assert snapshot_of(inspection, now=NOW).schedule.day(40).date == date(2011, 6, 20)
    event = Event.objects.get(inspection=inspection.slug)
    assert (event.verb, event.subject) == ("notification corrected", "Notified on 19 April 2011, not 18 April 2011")
    moved = event.detail.pop("moved")
    assert event.detail == {"before": "2011-04-18", "after": "2011-04-19", "reason": "The letter is dated so"}
    assert len(moved) == len(inspection.framework.steps)
    assert moved[0][1:] == ["2011-04-18", "2011-04-19", "notification"]
    assert inspection.version == 2


def test_correction_to_the_same_day_changes_nothing() -> None:
    inspection = make_inspection(make_council(), notified=CALL)
    assert corrected(inspection, CALL, reason="") is False
    assert (inspection.version, events(inspection)) == (1, [])


def test_correction_refuses_without_notification_without_reason_and_on_a_holiday() -> None:
    council = make_council()
    with pytest.raises(Refused, match="No notification is recorded yet"):
        corrected(make_inspection(council), CALL)
    inspection = make_inspection(council, notified=CALL)
    with pytest.raises(Refused) as refused:
        corrected(inspection, date(2011, 4, 19), reason="  ")
    assert refused.value.field == "reason"
    with pytest.raises(Refused, match=r"Easter Monday"):
        corrected(inspection, date(2011, 4, 25))
    assert Inspection.objects.get(pk=inspection.pk).notified_on == CALL


# Withdrawing


def test_withdrawal_keeps_everything_and_can_be_taken_back() -> None:
    council = make_council()
    person, inspection = make_person(council), make_inspection(council, notified=CALL, title="Spring")
    withdrawn: dict[str, Any] = {"inspection": inspection, "reason": " Deferred ", "by": person, "now": NOW}
    assert [actions.withdraw(**withdrawn), actions.withdraw(**withdrawn)] == [True, False]
    assert (inspection.withdrawn_at, inspection.withdrawn_by, inspection.withdrawn_reason) == (NOW, person, "Deferred")
    assert inspection.notified_on == CALL
    taken_back: dict[str, Any] = {"inspection": inspection, "by": person, "now": NOW}
    assert [actions.reinstate(**taken_back), actions.reinstate(**taken_back)] == [True, False]
    assert (inspection.withdrawn_at, inspection.withdrawn_by, inspection.withdrawn_reason) == (None, None, "")
    assert events(inspection) == [("inspection withdrawn", "Spring"), ("withdrawal taken back", "Spring")]
    assert inspection.version == 3


def test_withdrawal_refuses_without_a_reason() -> None:
    inspection = make_inspection(make_council())
    with pytest.raises(Refused) as refused:
        actions.withdraw(inspection=inspection, reason="\n", by=None, now=NOW)
    assert refused.value.field == "reason"
    assert Inspection.objects.get().withdrawn_at is None


def test_reinstating_refuses_where_another_has_taken_the_title() -> None:
    council = make_council()
    inspection = make_inspection(council, title="Spring")
    actions.withdraw(inspection=inspection, reason="Deferred", by=None, now=NOW)
    make_inspection(council, title="Spring")
    with pytest.raises(Refused, match="There is another inspection called “Spring” by now"):
        actions.reinstate(inspection=inspection, by=None, now=NOW)


# Owners


def names(inspection, item) -> list[str]:
    return [owner.name for owner in owners_of(inspection).get(item, ())]


def test_owners_are_set_in_order_and_on_record() -> None:
    council = make_council()
    inspection = make_inspection(council)
    first, second = make_post(council, "First post"), make_post(council, "Second post")

    def owned(*posts):
        return actions.set_owners(inspection=inspection, item="document:1", posts=list(posts), by=None, now=NOW)

    assert [owned(second, first), owned(second, first)] == [True, False]
    assert names(inspection, "document:1") == ["Second post", "First post"]
    assert [owned(first, second), owned()] == [True, True]
    assert names(inspection, "document:1") == []
    details = list(Event.objects.filter(inspection=inspection.slug).order_by("pk").values_list("detail", flat=True))
    assert [(detail["before"], detail["after"]) for detail in details] == [
        ([], ["Second post", "First post"]),
        (["Second post", "First post"], ["First post", "Second post"]),
        (["First post", "Second post"], []),
    ]
    assert Inspection.objects.get().version == 4


@pytest.mark.parametrize(
    "item", ["document:99", "focus-group:safeguarding-99", "step:nothing", "document", "", "room:1", "document:1:1"]
)
def test_owners_refuse_what_the_framework_has_not(item) -> None:
    inspection = make_inspection(make_council())
    with pytest.raises(Refused) as refused:
        actions.set_owners(inspection=inspection, item=item, posts=[], by=None, now=NOW)
    assert refused.value.field == "item"


def test_owners_refuse_a_post_of_another_council_and_one_named_twice() -> None:
    council, other = make_council(), make_council()
    inspection, post = make_inspection(council), make_post(council)
    for posts, message in (([make_post(other)], "Choose posts of this council."), ([post, post], "named twice")):
        with pytest.raises(Refused, match=message):
            actions.set_owners(inspection=inspection, item="document:1", posts=posts, by=None, now=NOW)
    assert Ownership.objects.count() == 0


def test_action_that_fails_leaves_nothing(monkeypatch) -> None:
    inspection = make_inspection(make_council())

    def fails(*args, **kwargs):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(actions, "record", fails)
    with pytest.raises(RuntimeError), transaction.atomic():
        notified(inspection)
    assert Inspection.objects.get().notified_on is None


def test_plan_people_hold_their_posts_unless_somebody_does(monkeypatch) -> None:
    council = make_council()
    incumbent = make_person(council, Role.OWNER, name="Incumbent")
    plan = library().plan("oxfordshire")
    held, vacant = plan.posts[0].name, plan.posts[1].name
    make_post(council, held, holder=incumbent)
    person = PlanPerson(name="Pat Example", email="Pat@example.org", posts=(held, vacant))
    planned = replace(plan, people=(person,))
    monkeypatch.setattr(actions, "_framework_and_plan", lambda *keys: (None, planned))
    inspection = opened(council)
    holders = {o.name: o.holder_name for owners in owners_of(inspection).values() for o in owners}
    assert (holders[held], holders[vacant]) == ("Incumbent", None)
    assert [post.name for post in Invitation.objects.get(email="pat@example.org").posts.all()] == [vacant]
