"""A local plan: what one council adds to a framework, namely who owns each item, its people and its closure days."""

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from typing import Annotated, Literal

from frameworks.auditing import EVERY_AUDIT, AuditQuestion, AuditTheme, Moderating
from frameworks.framework import Framework
from frameworks.model import DEADLINE_TIME, Covered, Part, Source, Step
from frameworks.values import (
    AT_LEAST_ONE,
    Date,
    Email,
    Item,
    Key,
    PersonName,
    ShortText,
    Table,
    Text,
    Time,
    Workday,
    number,
)

# Roles of people who see everything that is owed, so emails about other people's work tell them nothing new.
Recipient = Literal["coordinator", "member", "dcs-office"]


def same_name(text: str) -> str:
    """A post's name reduced for comparing: case, spaces, dashes and apostrophes do not count."""
    text = unicodedata.normalize("NFKC", text).casefold().replace("’", "'").replace("‘", "'")
    return " ".join(re.sub(r"[‐-―-]", " - ", text).replace(",", ", ").split())


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanPost(Table):
    """A post that owns something: its name, other ways to write it, and its organisation."""

    name: ShortText
    aliases: tuple[ShortText, ...] = ()
    organisation: ShortText


@dataclass(frozen=True, slots=True)
class PlanOwnership(Table):
    """Who owns an item. `item` is "document:1", "focus-group:safeguarding-12" or "step:case-list".

    `owners` are names of posts, empty while the owner is to be confirmed; `as_written` has the council's own text.
    """

    item: Item
    owners: tuple[ShortText, ...]
    as_written: Text
    source: Source


@dataclass(frozen=True, slots=True)
class PlanPerson(Table):
    """A person of the council or a partner, with the names of the posts held."""

    name: PersonName
    email: Email
    posts: tuple[ShortText, ...]


@dataclass(frozen=True, slots=True)
class TwoApprovals(Table):
    """A document that two different people have to approve, neither of whom has added anything in it."""

    document: Key
    source: Source


@dataclass(frozen=True, slots=True)
class PlanList(Table):
    """A list such as the partner agencies, for a part that needs something for each; the part refers to it by `key`."""

    key: Key
    title: Text
    entries: Annotated[tuple[Covered, ...], AT_LEAST_ONE]


@dataclass(frozen=True, slots=True)
class StepTime(Table):
    """The hour by which one step is due under this plan, instead of the framework's."""

    step: Key
    time: Time
    source: Source


@dataclass(frozen=True, slots=True)
class WorkingHours(Table):
    """The hours, Europe/London, in which reminders go out and sessions are held."""

    start: Time
    end: Time


@dataclass(frozen=True, slots=True)
class Closure(Table):
    """A day on which the council is closed, and why."""

    date: Date
    reason: ShortText


@dataclass(frozen=True, slots=True)
class Retention(Table):
    """How many calendar days child-level data is kept; if a plan does not say, domain, section 8, applies.

    case_days        after the report is published, the inspection is withdrawn or a rehearsal ends
    superseded_days  an import, after a later one has replaced it
    warning_days     how long before the first of these ends case officers are told
    """

    case_days: Annotated[int, number(1, 3650)] = 180
    superseded_days: Annotated[int, number(1, 3650)] = 90
    warning_days: Annotated[int, number(1, 366)] = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan(Table):
    """A local plan file, which names its framework by key. Ownerships are in the framework's own order.

    Evidence that goes out of date within `turning_days` (calendar days) is pointed out beforehand.
    deadline_time      the hour, Europe/London, of deadlines for which the framework sets none; step_times those of
                       single steps, whatever the framework says
    reminder_points    working days before a deadline on which its owners are reminded, most first
    late_recipients    roles told each day about what is late, besides the people who owe it
    weekly_recipients  roles that get the weekly summary of everything before the call
    weekly_day         its weekday, 0 being Monday
    retention          how long child-level data is kept
    audit_questions    what the council's audits ask instead of the framework's questions; audit_themes its own themes
    moderating         how many audits are moderated
    """

    kind: Literal["plan"]
    key: Key
    title: Text
    council: ShortText
    framework: Key
    source: Source
    unannounced_inspection: Text = ""
    deadline_time: Time | None = None
    step_times: tuple[StepTime, ...] = ()
    working_hours: WorkingHours = WorkingHours(dt.time(9, 0), dt.time(17, 0))
    reminder_points: tuple[Annotated[int, number(0, 60)], ...] = (5, 2, 1, 0)
    turning_days: Annotated[int, number(1, 366)] = 14
    late_recipients: Annotated[tuple[Recipient, ...], AT_LEAST_ONE] = ("coordinator", "dcs-office")
    weekly_recipients: Annotated[tuple[Recipient, ...], AT_LEAST_ONE] = ("coordinator", "member")
    weekly_day: Workday = 0
    posts: Annotated[tuple[PlanPost, ...], AT_LEAST_ONE]
    people: tuple[PlanPerson, ...] = ()
    ownerships: tuple[PlanOwnership, ...]
    closures: tuple[Closure, ...] = ()
    retention: Retention = Retention()
    audit_questions: tuple[AuditQuestion, ...] = ()
    audit_themes: tuple[AuditTheme, ...] = ()
    moderating: Moderating = EVERY_AUDIT
    two_approvals: tuple[TwoApprovals, ...] = ()
    lists: tuple[PlanList, ...] = ()

    def owners(self, item: str) -> tuple[str, ...]:
        """Names of the posts that own the item; empty if there is none yet."""
        found = {ownership.item: ownership.owners for ownership in self.ownerships}
        return found.get(item, ())

    def as_written(self, item: str) -> str:
        """The owner in the council's own words; empty if the plan says nothing."""
        found = {ownership.item: ownership.as_written for ownership in self.ownerships}
        return found.get(item, "")

    def takes_two_approvals(self, document: str) -> bool:
        """Whether two different people have to approve the document with this key."""
        return any(each.document == document for each in self.two_approvals)

    def post_named(self, spelling: str) -> PlanPost | None:
        """The post meant by any of its spellings; None if no post has that name."""
        wanted = same_name(spelling)
        for post in self.posts:
            if wanted in {same_name(name) for name in (post.name, *post.aliases)}:
                return post
        return None


def covered_by(part: Part, plan: Plan | None) -> tuple[Covered, ...]:
    """Everything that a part has to cover, in order; empty if it asks for nothing, or the plan has no such list."""
    if part.each is None or plan is None:
        return part.covers
    return next((each.entries for each in plan.lists if each.key == part.each), ())


def retention(plan: Plan | None = None) -> Retention:
    """How long child-level data is kept: from the plan, or otherwise from the domain's rule."""
    return plan.retention if plan else Retention()


def audit_questions(framework: Framework, plan: Plan | None = None) -> tuple[AuditQuestion, ...]:
    """What an audit of a case asks: the plan's questions if it has any, otherwise the framework's."""
    return (plan.audit_questions if plan else ()) or framework.audit_questions


def audit_themes(framework: Framework, plan: Plan | None = None) -> tuple[AuditTheme, ...]:
    """What audits may name as themes: the plan's themes if it has any, otherwise the framework's."""
    return (plan.audit_themes if plan else ()) or framework.audit_themes


def moderating(plan: Plan | None = None) -> Moderating:
    """How many audits are moderated: as the plan says, otherwise every one."""
    return plan.moderating if plan else EVERY_AUDIT


def deadline_time(step: Step, plan: Plan | None = None) -> dt.time:
    """The hour, Europe/London, by which a step is due on its last day.

    The first of these that is set: the plan's for this step, the framework's for it, the plan's for all, 17:00.
    """
    of_step = next((each.time for each in plan.step_times if each.step == step.key), None) if plan else None
    return of_step or step.time or (plan.deadline_time if plan else None) or DEADLINE_TIME
