"""The made-up framework: another set of strands and grades, a week on site, steps counted from its end."""

import datetime as dt
from dataclasses import replace

import pytest

from frameworks import STATED, Condition, Retention, Timing, covered_by, deadline_time, load_framework, load_plan
from tests.frameworks.files import TINY, TINYTOWN

FRAMEWORK = load_framework(TINY)
PLAN = load_plan(TINYTOWN, FRAMEWORK)


def test_strands_grades_and_last_day_are_its_own():
    assert [strand.key for strand in FRAMEWORK.strands] == ["help", "care", "leavers"]
    assert [grade.key for grade in FRAMEWORK.grades] == ["strong", "sound", "weak"]
    assert (FRAMEWORK.last_day, FRAMEWORK.notice_days, FRAMEWORK.window) == (20, None, None)
    assert [(document.key, len(document.parts)) for document in FRAMEWORK.documents] == [("1", 1), ("4", 2)]
    assert [group.key for group in FRAMEWORK.focus_groups] == ["help-1", "care-1", "care-2", "leavers-1"]


@pytest.mark.parametrize(
    ("anchor", "timing"),
    [
        ("notified", None),
        ("fieldwork-start", Timing("notified", weekday=0)),
        ("fieldwork-end", Timing("fieldwork-start", first=4, last=4)),
        ("conference", Timing(STATED)),
    ],
)
def test_anchor_has_its_timing(anchor, timing):
    assert FRAMEWORK.anchor(anchor).timing == timing


@pytest.mark.parametrize(
    ("step", "timing", "days"),
    [
        ("call", Timing("notified"), (1, 1)),
        ("papers", Timing("notified", first=1, last=1), (2, 2)),
        ("meetings-arranged", Timing("fieldwork-start", first=-1, last=-1), (None, None)),
        ("letters-to-families", Timing("notified", unit="calendar", first=7, last=7), (None, None)),
        ("corrections", Timing("fieldwork-end", first=4, last=6), (None, None)),
        ("conference", Timing(STATED), (None, None)),
    ],
)
def test_step_has_day_numbers_only_where_it_hangs_on_notification_in_working_days(step, timing, days):
    found = FRAMEWORK.step(step)
    assert found.timing == timing
    assert (found.first_day, found.last_day) == days


@pytest.mark.parametrize(
    ("step", "changes", "hour"),
    [
        ("papers", {}, dt.time(11, 30)),
        ("papers", {"step_times": ()}, dt.time(12, 0)),
        ("send-papers", {}, dt.time(16, 0)),
        ("send-papers", {"deadline_time": None}, dt.time(17, 0)),
    ],
)
def test_deadline_is_at_the_plans_hour_for_the_step_then_the_frameworks_then_the_plans_then_five(step, changes, hour):
    assert deadline_time(FRAMEWORK.step(step), replace(PLAN, **changes)) == hour


def test_deadline_without_a_plan_is_at_the_frameworks_hour_or_five():
    assert deadline_time(FRAMEWORK.step("papers")) == dt.time(12, 0)
    assert deadline_time(FRAMEWORK.step("send-papers")) == dt.time(17, 0)


def test_part_covers_what_the_framework_lists_or_the_plan():
    notes, reviews = FRAMEWORK.document("1").part("notes"), FRAMEWORK.document("4").part("reviews")
    assert [each.label for each in covered_by(notes, PLAN)] == ["children’s homes", "foster carers"]
    assert [each.label for each in covered_by(reviews, PLAN)] == ["North Hub", "South Hub"]
    assert covered_by(notes, None) == notes.covers
    assert covered_by(reviews, None) == covered_by(reviews, replace(PLAN, lists=())) == ()


def test_rule_may_want_all_of_its_conditions():
    (rule,) = FRAMEWORK.rules
    assert (rule.match, rule.firmness, rule.ceiling) == ("all", "certain", "sound")
    assert rule.conditions == (
        Condition(("stability",), "below", "strong"),
        Condition(("voice",), "below", "strong"),
    )


def test_judgements_nest_and_may_be_ungraded():
    assert FRAMEWORK.judgement("care", "voice").parent == "overall"
    assert FRAMEWORK.judgement("leavers", "findings").graded is False


def test_plan_reads_posts_by_any_spelling_and_puts_items_in_the_frameworks_order():
    assert [(each.item, each.owners) for each in PLAN.ownerships] == [
        ("document:1", ("Director, Children",)),
        ("document:4", ("Hub Manager",)),
        ("focus-group:help-1", ("Hub Manager",)),
        ("focus-group:care-1", ("Foster Carers' Officer", "Director, Children")),
        ("focus-group:care-2", ()),
        ("focus-group:leavers-1", ("Hub Manager",)),
        ("step:letters-to-families", ("Hub Manager",)),
    ]


def test_plan_has_people_closures_hours_and_reminders_of_its_own():
    assert [(person.name, person.posts) for person in PLAN.people] == [
        ("Avery Example", ("Director, Children",)),
        ("Blake Example", ("Hub Manager",)),
    ]
    assert [(each.date, each.reason) for each in PLAN.closures] == [
        (dt.date(2030, 6, 14), "Founder's day"),
        (dt.date(2030, 12, 27), "Winter closure"),
    ]
    assert (PLAN.working_hours.start, PLAN.working_hours.end) == (dt.time(8, 30), dt.time(16, 30))
    assert PLAN.reminder_points == (3, 0)
    assert PLAN.retention == Retention(case_days=30, superseded_days=10, warning_days=14)
    assert (PLAN.late_recipients, PLAN.weekly_recipients, PLAN.weekly_day) == (("member",), ("dcs-office",), 2)
    assert [document.key for document in FRAMEWORK.documents if PLAN.takes_two_approvals(document.key)] == ["4"]
