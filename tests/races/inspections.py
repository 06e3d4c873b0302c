"""Inspections: opened, notified, owned or moved, while somebody does the same or changes the council's calendar."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time
from typing import Any

import inspections.actions as inspecting
from accounts import actions as people
from accounts.models import Council, Event, Holding, Role
from inspections import closures, dates_actions, owners_actions
from inspections.models import ClosureDay, Inspection, Ownership, OwnersImport, StoredSetDate
from inspections.owners_import import examine, rows_of
from reminders import actions as reminders
from reminders.models import CouncilSettings
from tests.factories.people import at, make_council, make_inspection, make_person, make_post
from tests.racing import Race
from timetable import actions as timetable

NOW = at("2011-04-20 09:00")
DAY = date(2011, 4, 18)
WHO: dict[str, Any] = {"by": None, "now": NOW}


def _open(council: Council, title: str = "Announced inspection", **given: Any) -> Callable[[], object]:
    by = make_person(council, Role.COORDINATOR)
    return lambda: inspecting.open_inspection(
        council=council, title=title, framework_key="slac-2009", by=by, now=NOW, **given
    )


def _close(council: Council, day: date = DAY, reason: str = "Closed") -> Callable[[], object]:
    return lambda: closures.add_closure(council=council, date=day, reason=reason, **WHO)


def _notify(inspection: Inspection, day: date = DAY) -> Callable[[], object]:
    return lambda: inspecting.record_notification(inspection=inspection, notified_on=day, **WHO)


def _correct(inspection: Inspection, day: date) -> Callable[[], object]:
    return lambda: inspecting.correct_notification(inspection=inspection, notified_on=day, reason="As written", **WHO)


def inspection_is_opened_twice_under_one_title() -> Race:
    council = make_council()
    one, other = _open(council), _open(council)
    return Race(one, other, lambda: Inspection.objects.filter(council=council).count() == 1)


def inspections_of_two_councils_are_opened_under_one_title() -> Race:
    here, there = make_council(), make_council()
    one, other = _open(here), _open(there)
    return Race(one, other, lambda: Inspection.objects.filter(council__in=[here, there]).count() == 2)


def inspections_of_two_councils_are_opened_under_one_short_name() -> Race:
    here, there = make_council(), make_council()
    one, other = _open(here, slug=here.slug), _open(there, slug=here.slug)
    return Race(one, other, lambda: Inspection.objects.filter(slug=here.slug).count() == 1)


def _titled(council: Council) -> Callable[[], bool]:
    return lambda: Inspection.objects.filter(council=council, title="Same", withdrawn_at=None).count() == 1


def _withdrawn(council: Council) -> Callable[[], object]:
    inspection = make_inspection(council, title="Same")
    inspecting.withdraw(inspection=inspection, reason="Deferred", **WHO)
    return lambda: inspecting.reinstate(inspection=inspection, **WHO)


def two_inspections_of_one_title_are_reinstated() -> Race:
    council = make_council()
    return Race(_withdrawn(council), _withdrawn(council), _titled(council))


def inspection_is_reinstated_while_one_of_its_title_is_opened() -> Race:
    council = make_council()
    return Race(_withdrawn(council), _open(council, title="Same"), _titled(council))


def _verbs(inspection: Inspection) -> list[str]:
    return list(Event.objects.filter(inspection=inspection.slug).values_list("verb", flat=True))


def notification_is_recorded_on_two_days() -> Race:
    inspection = make_inspection(make_council())
    return Race(_notify(inspection), _notify(inspection, date(2011, 4, 19)), lambda: len(_verbs(inspection)) == 1)


def notification_is_corrected_to_two_days() -> Race:
    inspection = make_inspection(make_council(), notified=DAY)

    def holds() -> bool:
        """Each correction begins where the one before it ended."""
        details = list(Event.objects.filter(inspection=inspection.slug).order_by("pk").values_list("detail", flat=True))
        return details[0]["before"] == "2011-04-18" and details[1]["before"] == details[0]["after"]

    return Race(_correct(inspection, date(2011, 4, 14)), _correct(inspection, date(2011, 4, 15)), holds)


def _not_both(council: Council, inspection: Inspection, day: date = DAY) -> Callable[[], bool]:
    return lambda: (
        not (
            ClosureDay.objects.filter(council=council, date=day).exists()
            and Inspection.objects.filter(pk=inspection.pk, notified_on=day).exists()
        )
    )


def notification_is_recorded_on_a_day_that_is_being_closed() -> Race:
    council = make_council()
    inspection = make_inspection(council)
    return Race(_notify(inspection), _close(council), _not_both(council, inspection))


def notification_is_corrected_to_a_day_that_is_being_closed() -> Race:
    council, day = make_council(), date(2011, 4, 14)
    inspection = make_inspection(council, notified=DAY)
    return Race(_correct(inspection, day), _close(council, day), _not_both(council, inspection, day))


def inspection_is_withdrawn_while_its_notification_is_recorded() -> Race:
    inspection = make_inspection(make_council())
    withdraw = lambda: inspecting.withdraw(inspection=inspection, reason="Deferred", **WHO)  # noqa: E731

    def holds() -> bool:
        """Nothing is recorded on an inspection after it was withdrawn; the latest event comes first."""
        return _verbs(inspection)[0] == "inspection withdrawn"

    return Race(withdraw, _notify(inspection), holds)


def one_day_is_closed_for_two_reasons() -> Race:
    council, day = make_council(), date(2011, 5, 10)
    return Race(
        _close(council, day, "Training"),
        _close(council, day, "Election"),
        lambda: ClosureDay.objects.filter(council=council).count() == 1,
    )


def closure_is_removed_twice() -> Race:
    council = make_council()
    _close(council, date(2011, 5, 10))()
    day = council.closure_days.get()
    remove = lambda: closures.remove_closure(day=day, **WHO)  # noqa: E731
    return Race(remove, remove, lambda: Event.objects.filter(council=council, verb="closure day removed").count() == 1)


def day_is_closed_while_somebody_records_a_step() -> Race:
    council = make_council()
    inspection = make_inspection(council, notified=DAY)
    step = lambda: timetable.record_step(inspection=inspection, step_key="factual-accuracy", **WHO)  # noqa: E731
    return Race(_close(council, date(2011, 5, 10)), step, lambda: "recorded done" in _verbs(inspection))


def owners_of_one_item_are_set_twice() -> Race:
    council = make_council()
    inspection, (first, second, third) = make_inspection(council), [make_post(council) for _ in range(3)]

    def own(*posts: Any) -> Callable[[], object]:
        return lambda: inspecting.set_owners(inspection=inspection, item="document:1", posts=list(posts), **WHO)

    def holds() -> bool:
        rows = Ownership.objects.filter(inspection=inspection).order_by("position").values_list("post", flat=True)
        return list(rows) in ([first.pk, second.pk], [second.pk, third.pk])

    return Race(own(first, second), own(second, third), holds)


def _owners_file(council: Council, inspection: Inspection) -> tuple[OwnersImport, Callable[[], object]]:
    """A spreadsheet that gives document 1 to a post and the post to a person."""
    post, person = make_post(council, "Head of Testing"), make_person(council, Role.OWNER)
    content = f"Kind,Number,Owner,Name,Email\nDocument,1,{post.name},{person.full_name},{person.email}\n".encode()
    kept = owners_actions.keep_owners_file(inspection=inspection, file_name="owners.csv", content=content, **WHO)
    found = examine(inspection, rows_of(kept))
    assert (len(found.owners), len(found.holders), found.faults) == (1, 1, [])
    return kept, lambda: owners_actions.apply_owners_file(kept=kept, seen=found.digest, add_posts=False, **WHO)


def owners_file_is_applied_twice() -> Race:
    council = make_council()
    inspection = make_inspection(council)
    _, apply = _owners_file(council, inspection)
    return Race(apply, apply, lambda: _verbs(inspection).count("owners imported") == 1)


def owners_file_is_applied_while_a_day_is_closed() -> Race:
    council = make_council()
    inspection = make_inspection(council)
    _, apply = _owners_file(council, inspection)
    return Race(_close(council), apply, lambda: "owners imported" in _verbs(inspection))


def owners_file_is_applied_while_its_post_is_given_to_somebody() -> Race:
    council = make_council()
    inspection = make_inspection(council)
    _, apply = _owners_file(council, inspection)
    post, other = council.posts.get(), make_person(council, Role.OWNER)
    give = lambda: people.give_post(post=post, user=other, **WHO)  # noqa: E731
    # Given before, the file is refused, since it was shown without it; given after, it is given.
    return Race(apply, give, lambda: Holding.objects.current().get(post=post).user == other)


def owners_file_is_kept_twice() -> Race:
    inspection = make_inspection(make_council())
    content = b"Number,Document,Owner\n1,,Head of Testing\n"
    keep = lambda: owners_actions.keep_owners_file(  # noqa: E731
        inspection=inspection, file_name="owners.csv", content=content, **WHO
    )
    return Race(keep, keep, lambda: OwnersImport.objects.filter(inspection=inspection).count() == 1)


def _move(inspection: Inspection, day: date) -> Callable[[], object]:
    step = inspection.framework.steps[1].key
    return lambda: dates_actions.move_step(
        inspection=inspection, step_key=step, first=day, reason="Asked for", seen=0, **WHO
    )


def step_is_moved_to_two_days() -> Race:
    inspection = make_inspection(make_council(), notified=DAY)
    return Race(
        _move(inspection, date(2011, 4, 21)),
        _move(inspection, date(2011, 4, 26)),
        lambda: StoredSetDate.objects.filter(inspection=inspection).count() == 1,
    )


def move_is_undone_twice() -> Race:
    inspection = make_inspection(make_council(), notified=DAY)
    _move(inspection, date(2011, 4, 21))()
    step = inspection.framework.steps[1].key
    undo = lambda: dates_actions.undo_date(inspection=inspection, kind="moved", key=step, **WHO)  # noqa: E731
    return Race(undo, undo, lambda: _verbs(inspection).count("move undone") == 1)


def reminders_of_a_council_are_set_twice_while_it_has_none() -> Race:
    council = make_council()
    make_inspection(council)

    def set_to(hour: int) -> Callable[[], object]:
        return lambda: reminders.change_settings(
            council=council, plan=None, days=[3, 0], opens=time(hour), closes=time(17), late_roles=[Role.COORDINATOR],
            weekly_roles=[Role.MEMBER], weekly_day=2, reply_to="", **WHO,
        )  # fmt: skip

    return Race(set_to(8), set_to(9), lambda: CouncilSettings.objects.filter(council=council).count() == 1)


RACES = (
    inspection_is_opened_twice_under_one_title,
    inspections_of_two_councils_are_opened_under_one_title,
    inspections_of_two_councils_are_opened_under_one_short_name,
    two_inspections_of_one_title_are_reinstated,
    inspection_is_reinstated_while_one_of_its_title_is_opened,
    notification_is_recorded_on_two_days,
    notification_is_corrected_to_two_days,
    notification_is_recorded_on_a_day_that_is_being_closed,
    notification_is_corrected_to_a_day_that_is_being_closed,
    inspection_is_withdrawn_while_its_notification_is_recorded,
    one_day_is_closed_for_two_reasons,
    closure_is_removed_twice,
    day_is_closed_while_somebody_records_a_step,
    owners_of_one_item_are_set_twice,
    owners_file_is_applied_twice,
    owners_file_is_applied_while_a_day_is_closed,
    owners_file_is_applied_while_its_post_is_given_to_somebody,
    owners_file_is_kept_twice,
    step_is_moved_to_two_days,
    move_is_undone_twice,
    reminders_of_a_council_are_set_twice_while_it_has_none,
)
