"""A council on which the real program and its model (`model.py`) run side by side, event by event."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from accounts import actions as people_actions
from accounts.models import Post, Role, User
from cases.surveys.actions import record_survey
from focusgroups.actions import add_attendee, record_briefing, undo_briefing
from inspections import actions, closures
from inspections.dates_actions import move_step, undo_date
from inspections.models import ClosureDay, Inspection
from inspections.set_dates import MOVED
from outbox.models import Message, MessageState
from refusals import Refused
from reminders.models import Reminder
from reminders.rules.planning import MailKind
from reminders.tick import Queued, tick
from tests.factories.documents import complete
from tests.factories.people import make_council, make_inspection, make_ownership, make_person, make_post
from tests.reminders.model import ONE_DAY, Duty, Email, World
from timetable.actions import record_step, undo_step

#: Post -> holder (None: vacant) and the items it owns besides those that nobody else has.
POSTS: dict[str, tuple[str | None, tuple[str, ...]]] = {
    "Chair": ("olive", ("document:1", "document:7", "focus-group:safeguarding-1")),
    "Lead": ("oscar", ("document:3", "document:4", "focus-group:safeguarding-2", "step:case-list")),
    "Manager": (None, ("document:4", "focus-group:safeguarding-3", "step:factual-accuracy")),
    "Rest": ("eve", ()),
}
UNOWNED = ("document:10", "focus-group:safeguarding-4")
ROLES = {
    "olive": {Role.OWNER},
    "oscar": {Role.OWNER, Role.COORDINATOR},
    "eve": {Role.OWNER},
    "nora": {Role.OWNER},
    "cora": {Role.COORDINATOR},
    "dan": {Role.DCS_OFFICE},
    "mona": {Role.MEMBER},
    "ada": {Role.ADMINISTRATOR},
}


@dataclass
class Stage:
    """The real inspection with its people and posts, and the plain world."""

    inspection: Inspection
    people: dict[str, User]
    posts: dict[str, Post]
    world: World

    @classmethod
    def on(cls, notified: date, recorded: datetime) -> Stage:
        """Both of them just notified."""
        council = make_council()
        people = {name: make_person(council, *roles, name=name.title()) for name, roles in ROLES.items()}
        inspection = make_inspection(council, title="Full inspection")
        posts = {name: make_post(council, name, people[who] if who else None) for name, (who, _) in POSTS.items()}
        owned: dict[str, list[str]] = {}
        for name, (_, items) in POSTS.items():
            for item in items:
                owned.setdefault(item, []).append(name)
        duties = _duties(inspection, owned)
        for key, duty in duties.items():
            if duty.posts:
                make_ownership(inspection, key, *(posts[name] for name in duty.posts))
        actions.record_notification(inspection=inspection, notified_on=notified, by=None, now=recorded)
        world = World(
            duties=duties,
            posts={name: who for name, (who, _) in POSTS.items()},
            roles={name: {role.value for role in roles} for name, roles in ROLES.items()},
            recorded=recorded,
            notified=notified,
        )
        return cls(inspection, people, posts, world)

    # Events: each does the real thing, and tells the world of it unless it was refused

    def play(self, event: tuple, now: datetime) -> None:
        """One event, by the name of its method and what it takes."""
        name, *given = event
        act: Callable[..., None] = getattr(self, name)
        with suppress(Refused):
            act(*given, now)
        self.inspection.refresh_from_db()

    def nothing(self, now: datetime) -> None:
        pass

    def close(self, ahead: int, now: datetime) -> None:
        day = now.date() + timedelta(days=ahead)
        closures.add_closure(council=self.inspection.council, date=day, reason="Closed", by=None, now=now)
        self.world.closed.add(day)

    def reopen(self, now: datetime) -> None:
        row = ClosureDay.objects.filter(council=self.inspection.council).order_by("date").first()
        if row is not None:
            closures.remove_closure(day=row, by=None, now=now)
            self.world.closed.discard(row.date)

    def move(self, step: str, ahead: int, now: datetime) -> None:
        day = now.date() + timedelta(days=ahead)
        last = self.world.count(day, 8) if step == "fieldwork" else day
        move_step(inspection=self.inspection, step_key=step, first=day, last=last, reason="Asked", by=None, now=now)
        self.world.moved[step] = (day, last)

    def move_back(self, step: str, now: datetime) -> None:
        undo_date(inspection=self.inspection, kind=MOVED, key=step, by=None, now=now)
        self.world.moved.pop(step, None)

    def do(self, key: str, now: datetime) -> None:
        kind, _, name = key.partition(":")
        if kind == "step":
            record_step(inspection=self.inspection, step_key=name, by=None, now=now)
        elif kind == "document":
            complete(self.inspection, name, now=now)
        elif kind == "survey":
            record_survey(
                inspection=self.inspection,
                survey=name,
                arrangements="",
                passed_on_by="",
                passed_on_to="",
                sent_at=now,
                closes_on=None,
                by=None,
                now=now,
            )
        else:
            if not self.inspection.attendees.filter(group=name).exists():
                add_attendee(inspection=self.inspection, group=name, name="Fay Fictional", by=None, now=now)
            record_briefing(inspection=self.inspection, group=name, by=None, now=now)
        self.world.duties[key].done = True

    def undo(self, key: str, now: datetime) -> None:
        kind, _, name = key.partition(":")
        by = self.people["dan"]
        if kind == "step":
            undo_step(inspection=self.inspection, step_key=name, by=by, now=now)
        else:
            undo_briefing(inspection=self.inspection, group=name, by=by, now=now)
        self.world.duties[key].done = False

    def give(self, post: str, person: str, now: datetime) -> None:
        people_actions.give_post(post=self.posts[post], user=self.people[person], by=None, now=now)
        self.world.posts[post] = person
        self.world.roles[person].add("owner")

    def vacate(self, post: str, now: datetime) -> None:
        people_actions.vacate_post(post=self.posts[post], by=None, now=now)
        self.world.posts[post] = None

    def role(self, person: str, role: str, now: datetime) -> None:
        """The role is given, or taken where the person has it."""
        wanted = self.world.roles[person] ^ {role}
        council, user = self.inspection.council, self.people[person]
        people_actions.set_roles(council=council, user=user, roles=[Role(each) for each in wanted], by=None, now=now)
        self.world.roles[person] = wanted

    def summary(self, person: str, hour: int | None, now: datetime) -> None:
        people_actions.choose_summary(user=self.people[person], hour=hour, now=now)
        self.world.hours.pop(person, None)
        if hour is not None:
            self.world.hours[person] = hour

    def correct(self, days: int, now: datetime) -> None:
        day = self.world.notified + timedelta(days=days)
        if actions.correct_notification(
            inspection=self.inspection, notified_on=day, reason="Misheard", by=None, now=now
        ):
            self.world.notified, self.world.recorded = day, now

    def withdraw(self, now: datetime) -> None:
        actions.withdraw(inspection=self.inspection, reason="Deferred", by=None, now=now)
        self.world.withdrawn = True

    def reinstate(self, now: datetime) -> None:
        actions.reinstate(inspection=self.inspection, by=None, now=now)
        self.world.withdrawn = False

    # Ticks

    def tick(self, now: datetime) -> None:
        """One tick of both; AssertionError where they do not say the same to the same people."""
        done = tick(now)
        assert done.troubled == []
        Message.objects.filter(pk__in=[each.message.pk for each in done.queued]).update(
            state=MessageState.SENT, sent_at=now
        )
        found, expected = self.read(done.queued), self.world.tick(now)
        assert found == expected, differences(found, expected, now)

    def read(self, queued: list[Queued]) -> dict[str, Email]:
        """The emails that the tick queued, as the model would put them."""
        names = {user.pk: name for name, user in self.people.items()}
        found = {}
        for each in queued:
            mail, name = each.mail, names[each.mail.person.pk]
            assert name not in found, f"{name} gets two at once"
            found[name] = Email(
                first=mail.kind is MailKind.NOTIFICATION,
                summary=mail.is_summary,
                said=frozenset((e.audience, e.duty_key, plain(e.point), e.due) for e in mail.entries()),
                changed=mail.moved,
                besides=frozenset(item.duty.key for item in mail.also),
            )
        return found

    def check_ledger(self) -> None:
        """The ledger holds what the model wrote down, row for row."""
        rows = Reminder.objects.filter(inspection=self.inspection).values_list(
            "created_at", "person__full_name", "audience", "duty_key", "point", "due"
        )
        ours = [(at, name.lower(), audience, duty, plain(point), due) for at, name, audience, duty, point, due in rows]
        model = [(f.at, f.person, f.audience, f.duty, f.point, f.due) for f in self.world.facts]
        assert sorted(ours) == sorted(model)


def differences(found: dict[str, Email], expected: dict[str, Email], now: datetime) -> str:
    """What the code says and the model does not, and the other way round, of whom they differ on."""
    lines = [f"on {now:%A %d %B %Y at %H:%M}"]
    for person in sorted(found.keys() | expected.keys()):
        ours, model = found.get(person), expected.get(person)
        if ours is None or model is None:
            lines.append(f"{person}: {'only the model' if ours is None else 'only the code'} has {ours or model}")
        elif ours != model:
            beyond, lacking = sorted(ours.said - model.said), sorted(model.said - ours.said)
            rest = [(mail.first, mail.summary, sorted(mail.changed), sorted(mail.besides)) for mail in (ours, model)]
            lines.append(f"{person}: the code alone says {beyond}; the model alone {lacking}; {rest}")
    return "\n".join(lines)


def plain(point: str) -> str:
    """The point, whether or not it is said again because the date has come back."""
    return point.partition("#")[0]


def _duties(inspection: Inspection, owned: dict[str, list[str]]) -> dict[str, Duty]:
    framework = inspection.framework
    found = {f"document:{document.key}": Duty("core-documents") for document in framework.documents}
    found |= {f"focus-group:{group.key}": Duty("focus-group-arrangements") for group in framework.focus_groups}
    for key, duty in found.items():
        duty.posts = tuple(owned.get(key, () if key in UNOWNED else ("Rest",)))
    steps = ("send-documents", "case-list", "initial-audits-handed-over", "additional-audits-handed-over")
    for step in (*steps, "factual-accuracy", "circulate-report"):
        key = f"step:{step}"
        found[key] = Duty(step, posts=tuple(owned.get(key, ())), office=key not in owned)
    # Selected cases are the case officers' to record, and there is none here. No case is selected, so no audit is owed.
    found["step:initial-selection"] = Duty("initial-selection")
    # Letters to children are the case officers', and there is none here; the other surveys are the office's.
    found |= {f"survey:{each.key}": Duty(each.step, office=each.letter is None) for each in framework.surveys}
    return found


def first_working_day(day: date) -> date:
    """The day, or the first after it on which a council can be notified."""
    world = World({}, {}, {}, datetime.min, date.min)
    return world.on_or_after(day)


__all__ = ["ONE_DAY", "ROLES", "Stage", "first_working_day", "plain"]
