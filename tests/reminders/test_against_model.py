"""For any notification, closures, moves and completions the emails of the 40 days are what the plain model says.

`MODEL_EXAMPLES=500 pytest tests/reminders/test_against_model.py` looks at many more than the suite does.
"""

from __future__ import annotations

import os
from datetime import date, datetime, time, timedelta

import pytest
from django.db import transaction
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.reminders.model import LONDON
from tests.reminders.stage import POSTS, ROLES, Stage, first_working_day

pytestmark = pytest.mark.django_db
EXAMPLES = int(os.environ.get("MODEL_EXAMPLES", "6"))
DOABLE = ("focus-group:safeguarding-1", "focus-group:safeguarding-3", "step:send-documents", "step:factual-accuracy")
MOVABLE = (
    "core-documents",
    "case-list",
    "fieldwork",
    "fieldwork-ends",
    "draft-report",
    "factual-accuracy",
    "final-report",
)
people, posts = st.sampled_from(sorted(ROLES)), st.sampled_from(sorted(POSTS))
EVENTS = st.one_of(
    st.just(("nothing",)),
    st.tuples(st.just("close"), st.integers(-3, 12)),
    st.just(("reopen",)),
    st.tuples(st.just("move"), st.sampled_from(MOVABLE), st.integers(-2, 20)),
    st.tuples(st.just("move_back"), st.sampled_from(MOVABLE)),
    st.tuples(st.just("do"), st.sampled_from((*DOABLE, "document:7", "document:4"))),
    st.tuples(st.just("undo"), st.sampled_from(DOABLE)),
    st.tuples(st.just("give"), posts, people),
    st.tuples(st.just("vacate"), posts),
    st.tuples(st.just("role"), people, st.sampled_from(["coordinator", "dcs-office", "member"])),
    st.tuples(st.just("summary"), people, st.sampled_from([None, 7, 11, 16, 18])),
    st.tuples(st.just("correct"), st.integers(-4, 4)),
    st.sampled_from([("withdraw",), ("reinstate",)]),
)
HOURS = [time(3), time(8, 59), time(9), time(10), time(11), time(16), time(16, 59), time(17), time(22)]
# After so many days (often none: the next hour of the same day) at one of these hours something happens, and a tick.
STEPS = st.lists(
    st.tuples(st.sampled_from([0, 0, 0, 1, 1, 1, 2, 5]), st.sampled_from(HOURS), EVENTS), min_size=8, max_size=45
)
# Through both changes of the clock, Easter, and with Christmas ahead.
DAYS = st.dates(date(2011, 2, 1), date(2011, 10, 14)).map(first_working_day)


@settings(
    max_examples=EXAMPLES,
    derandomize=EXAMPLES < 10,
    # Making a failure small takes minutes, which the suite has not.
    phases=[Phase.explicit, Phase.generate] if EXAMPLES < 10 else list(Phase),
)
@given(notified=DAYS, hour=st.sampled_from(HOURS), steps=STEPS)
def test_emails_of_any_course_are_what_the_model_says(notified, hour, steps):
    with transaction.atomic():
        play(notified, hour, steps)
        transaction.set_rollback(True)


def play(notified: date, hour: time, steps: list) -> None:
    """The course of an inspection: what happens when, with a tick after each."""
    now = datetime.combine(notified, hour, tzinfo=LONDON)
    stage = Stage.on(notified, now)
    stage.tick(now)
    for days, at, event in steps:
        now = after(now, days, at)
        stage.play(event, now)
        stage.tick(now)
    stage.check_ledger()


def after(now: datetime, days: int, at: time) -> datetime:
    """That hour so many days on; where it has passed on this day, an hour from now."""
    then = datetime.combine(now.date() + timedelta(days=days), at, tzinfo=LONDON)
    return then if then > now else now + timedelta(hours=1)
