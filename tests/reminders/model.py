"""Who gets which email when: a second, simple program, written from the domain's words and from docs/reminders.md.

It shares nothing with the rules that it judges. Days are counted one by one, points are all listed and the latest
taken, the ledger is a list that is searched from its end. It knows one framework, the paper's, and a council without a
plan.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
ONE_DAY = timedelta(days=1)
OPENS, CLOSES = time(9), time(17)
POINTS = (5, 2, 1, 0)
BANK_HOLIDAYS = {
    *(date(2011, *day) for day in ((1, 3), (4, 22), (4, 25), (4, 29), (5, 2), (5, 30), (8, 29), (12, 26), (12, 27))),
    *(date(2012, *day) for day in ((1, 2), (4, 6), (4, 9), (5, 7), (6, 4), (6, 5), (8, 27), (12, 25), (12, 26))),
}
# The coordinator, and where there is none the DCS office, then the administrator.
STAND_INS = ("coordinator", "dcs-office", "administrator")
WATCHERS = ("coordinator", "dcs-office")
OFFICE = "dcs-office"
# Who meets each week, on Mondays.
GROUP = ("coordinator", "member")
AGENDA = "weekly-group"


@dataclass
class Duty:
    """What is owed; `step` gives its date. Without posts it is the DCS office's where `office`, else nobody's."""

    step: str
    posts: tuple[str, ...] = ()
    office: bool = False
    done: bool = False


@dataclass(frozen=True)
class Fact:
    """One line of the ledger."""

    at: datetime
    person: str
    audience: str
    duty: str
    point: str
    due: datetime | None


@dataclass(frozen=True)
class Email:
    """What one person gets at one moment; `said` holds audience, duty, point and deadline of each thing named."""

    first: bool
    summary: bool
    said: frozenset[tuple[str, str, str, datetime | None]]
    changed: frozenset[str] = frozenset()
    besides: frozenset[str] = frozenset()


@dataclass
class World:
    """A council and its inspection, as plain facts; `tick` says who gets what and writes it down."""

    duties: dict[str, Duty]
    posts: dict[str, str | None]
    roles: dict[str, set[str]]
    recorded: datetime
    notified: date
    closed: set[date] = field(default_factory=set)
    moved: dict[str, tuple[date, date]] = field(default_factory=dict)
    hours: dict[str, int] = field(default_factory=dict)
    withdrawn: bool = False
    facts: list[Fact] = field(default_factory=list)
    #: The same facts by person and duty, and by person alone.
    told: dict[tuple[str, ...], list[Fact]] = field(default_factory=lambda: defaultdict(list))
    #: Who has had the agenda of which Monday; having had one is not having been told of a duty.
    agendas: set[tuple[str, str]] = field(default_factory=set)

    # Days

    def works(self, day: date) -> bool:
        if day == self.notified:
            return True
        return day.weekday() < 5 and day not in BANK_HOLIDAYS and day not in self.closed

    def on_or_after(self, day: date) -> date:
        while not self.works(day):
            day += ONE_DAY
        return day

    def on_or_before(self, day: date) -> date:
        while not self.works(day):
            day -= ONE_DAY
        return day

    def count(self, day: date, number: int) -> date:
        """So many working days after a day, or before it."""
        day = self.on_or_after(day)
        for _ in range(abs(number)):
            day = self.on_or_after(day + ONE_DAY) if number > 0 else self.on_or_before(day - ONE_DAY)
        return day

    def ends(self) -> dict[str, date]:
        """The last day of each step: the paper's days, and what was moved with all that hangs on it."""
        start = self.moved["fieldwork"][0] if "fieldwork" in self.moved else self.count(self.notified, 10)
        end = self.moved["fieldwork-ends"][0] if "fieldwork-ends" in self.moved else self.count(start, 9)
        draft = self.moved["draft-report"][0] if "draft-report" in self.moved else self.count(end, 5)
        final = self.moved["final-report"][0] if "final-report" in self.moved else self.count(end, 15)
        found = {
            "core-documents": self.count(self.notified, 1),
            "send-documents": self.count(self.notified, 1),
            "survey-letter": self.count(self.notified, 2),
            "case-list": self.count(self.notified, 3),
            "initial-selection": self.count(self.notified, 4),
            "initial-audits": self.count(self.notified, 9),
            "initial-audits-handed-over": self.count(start, 0),
            "focus-group-arrangements": self.count(start, -1),
            "fieldwork": self.count(start, 8),
            "additional-audits": self.count(start, 8),
            "additional-audits-handed-over": self.count(start, 8),
            "fieldwork-ends": end,
            "draft-report": draft,
            "factual-accuracy": self.count(draft, 5),
            "final-report": final,
            "circulate-report": self.count(final, 0),
            "publication": self.count(end, 20),
        }
        return found | {step: dates[1] for step, dates in self.moved.items()}

    def is_over(self, day: date) -> bool:
        """Ten working days after the last day of the timetable."""
        last = max(self.count(self.notified, 39), *(end for end in self.ends().values() if self.works(end)))
        return day > self.count(last, 10)

    # Points

    def opening(self, day: date) -> datetime:
        return datetime.combine(day, OPENS, tzinfo=LONDON)

    def latest(self, due: datetime, now: datetime) -> tuple[datetime, str]:
        """The latest point that has passed, of all that there are."""
        day = due.astimezone(LONDON).date()
        passed = [(self.recorded, "notified")]
        for number in POINTS:
            at = self.opening(self.count(self.on_or_before(day), -number))
            if self.recorded < at <= now and at < due:
                passed.append((at, str(number)))
        day += ONE_DAY
        while self.opening(day) <= now:
            if self.works(day) and self.opening(day) > self.recorded:
                passed.append((self.opening(day), f"late:{day.isoformat()}"))
            day += ONE_DAY
        return max(passed, key=lambda point: point[0])

    def is_open(self, now: datetime) -> bool:
        local = now.astimezone(LONDON)
        return self.works(local.date()) and OPENS <= local.time() < CLOSES

    # People

    def with_role(self, *roles: str) -> set[str]:
        return {person for person, has in self.roles.items() if has & set(roles)}

    def owing(self, duty: Duty) -> set[str]:
        if not duty.posts and duty.office:
            return self.with_role(OFFICE)
        return {holder for post in duty.posts if (holder := self.posts[post])}

    def lacks_somebody(self, duty: Duty) -> bool:
        """No owner, a vacant post, or nobody in the role."""
        if duty.posts:
            return any(self.posts[post] is None for post in duty.posts)
        return not duty.office or not self.with_role(OFFICE)

    def stand_ins(self) -> set[str]:
        return next((people for role in STAND_INS if (people := self.with_role(role))), set())

    # The ledger

    def has_said(self, person: str, audience: str, key: str, due: datetime, point: tuple[datetime, str]) -> bool:
        """Whether the last that the person was told of it is this date, at this point or since its moment."""
        told = [fact for fact in self.told[person, key] if fact.audience == audience]
        if not told or told[-1].due != due:
            return False
        at, name = point
        return name == "notified" or told[-1].at >= at or any((fact.point, fact.due) == (name, due) for fact in told)

    def due_as_told(self, person: str, key: str) -> datetime | None:
        """The deadline with which the person last heard of it, in whatever capacity."""
        told = self.told[person, key]
        return told[-1].due if told else None

    def write_down(self, fact: Fact) -> None:
        self.facts.append(fact)
        if fact.audience == AGENDA:
            self.agendas.add((fact.person, fact.point))
            return
        self.told[fact.person, fact.duty].append(fact)
        self.told[fact.person,].append(fact)

    # A tick

    def tick(self, now: datetime) -> dict[str, Email]:
        """The emails of this moment, by person."""
        if self.withdrawn or self.is_over(now.astimezone(LONDON).date()):
            return {}
        ends = self.ends()
        dues = {key: datetime.combine(ends[duty.step], CLOSES, tzinfo=LONDON) for key, duty in self.duties.items()}
        points = {due: self.latest(due, now) for due in set(dues.values())}
        found = {}
        for person in sorted(self.roles):
            email = self._email(person, dues, points, now)
            if email is not None:
                found[person] = email
        for person, email in found.items():
            for said in sorted(email.said):
                self.write_down(Fact(now, person, *said))
        return found

    def _capacity(self, person: str, duty: Duty, due: datetime, point: str, now: datetime) -> str | None:
        if person in self.owing(duty):
            return "owner"
        if self.lacks_somebody(duty) and person in self.stand_ins():
            return "stand-in"
        if now > due and point.startswith("late:") and person in self.with_role(*WATCHERS):
            return "oversight"
        return None

    def _email(
        self,
        person: str,
        dues: dict[str, datetime],
        points: dict[datetime, tuple[datetime, str]],
        now: datetime,
    ) -> Email | None:
        first = not self.told[person,]
        owed = []
        for key, duty in self.duties.items():
            point = points[dues[key]]
            audience = self._capacity(person, duty, dues[key], point[1], now)
            if audience is not None and not duty.done:
                owed.append((audience, key, point, dues[key]))
        wanted = [
            (audience, key, point, due)
            for audience, key, point, due in owed
            if not self.has_said(person, audience, key, due, point)
            and (self.is_open(now) or (audience != "oversight" and (first or point[1] == "notified")))
        ]
        if self._has_watched_today(person, points):
            wanted = [each for each in wanted if each[0] != "oversight"]
        summary = not first and self._is_summary(person, now)
        if not first and not summary:
            wanted = [each for each in wanted if not self._waits_for_summary(person, each[2], each[3], now)]
        done = []
        if first:
            mine = [key for key, duty in self.duties.items() if duty.done and person in self.owing(duty)]
            done = [("owner", key, (self.recorded, "notified"), dues[key]) for key in mine]
        agenda = self._agenda(person, now)
        if not wanted and not done:
            return Email(first=False, summary=False, said=agenda) if agenda else None
        named = {key for _, key, _, _ in wanted}
        return Email(
            first=first and (bool(done) or any(audience != "oversight" for audience, *_ in wanted)),
            summary=summary,
            said=frozenset((audience, key, point[1], due) for audience, key, point, due in [*wanted, *done]) | agenda,
            changed=frozenset(key for _, key, _, due in wanted if self.due_as_told(person, key) not in (None, due)),
            besides=frozenset(key for audience, key, *_ in owed if audience == "owner") - named
            if summary
            else frozenset(),
        )

    def _has_watched_today(self, person: str, points: dict[datetime, tuple[datetime, str]]) -> bool:
        """Once a day: what others have late is reported at the first tick of a day."""
        late = {name for _, name in points.values() if name.startswith("late:")}
        return any(fact.audience == "oversight" and fact.point in late for fact in self.told[person,])

    def _agenda(self, person: str, now: datetime) -> frozenset[tuple[str, str, str, datetime | None]]:
        """That of the latest Monday since the call, once to each of the group, in working hours."""
        monday = now.astimezone(LONDON).date()
        while monday.weekday() != 0 or self.opening(monday) > now:
            monday -= ONE_DAY
        point = f"weekly:{monday.isoformat()}"
        is_due = self.opening(monday) > self.recorded and self.is_open(now)
        if not is_due or person not in self.with_role(*GROUP) or (person, point) in self.agendas:
            return frozenset()
        return frozenset({(AGENDA, "", point, None)})

    # Daily summaries

    def _summary_at(self, person: str, day: date) -> datetime:
        hour = min(max(self.hours[person], OPENS.hour), CLOSES.hour - 1)
        return datetime.combine(day, time(hour), tzinfo=LONDON)

    def _is_summary(self, person: str, now: datetime) -> bool:
        """Whether it is past the hour of today's and none has gone."""
        if person not in self.hours or not self.is_open(now):
            return False
        at = self._summary_at(person, now.astimezone(LONDON).date())
        since = any(fact.point != "notified" and fact.at >= at for fact in self.told[person,])
        return now >= at and not since

    def _waits_for_summary(self, person: str, point: tuple[datetime, str], due: datetime, now: datetime) -> bool:
        if person not in self.hours or point[1] == "notified":
            return False
        today = now.astimezone(LONDON).date()
        following = self._summary_at(person, today)
        if now >= following or not self.works(today):
            following = self._summary_at(person, self.on_or_after(today + ONE_DAY))
        return not now <= due <= following
