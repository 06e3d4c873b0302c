"""The words of an email: its subject and both bodies.

No email has anything about a child. The kind of duty says whether a title and what is missing may be quoted. For focus
groups, whose attendees have names, an email says that something is missing but not what.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from govuk.dates import clock_time, day_month, long_date, long_datetime, weekday_date
from inspections.duty import Duty, counted, nouns_of
from outbox import actions as outbox
from outbox.models import Message
from reminders.mails import threads
from reminders.models import Audience
from reminders.records.news import in_few_words, lines_of
from reminders.records.reading import Reading
from reminders.rules.planning import Mail, MailItem, MailKind


@dataclass(frozen=True, slots=True)
class MailLine:
    """One duty as shown in an email."""

    title: str
    when: str
    missing: tuple[str, ...]
    why: str
    whose: str
    url: str
    is_late: bool
    moved: bool


def compose(reading: Reading, mail: Mail, *, now: datetime) -> Message:
    """The message of the email, not saved yet, waiting since `now`."""
    inspection = reading.snapshot.inspection
    answers = threads.answers_go_to(reading)
    context = _context(reading, mail) | {"answers": answers.words}
    name = f"reminders/mail/{mail.kind.value}"
    prefix = "Rehearsal: " if inspection.is_rehearsal else ""
    return outbox.compose(
        to=mail.person.email,
        to_name=mail.person.name,
        subject=prefix + render_to_string(f"{name}-subject.txt", context),
        text=render_to_string(f"{name}-body-text.txt", context).strip() + "\n",
        html=render_to_string(f"{name}-body-html.html", context),
        now=now,
        headers=threads.headers(inspection, mail.person.pk) | answers.headers,
    )


def _context(reading: Reading, mail: Mail) -> dict[str, object]:
    inspection = reading.snapshot.inspection
    hour = mail.person.summary_hour
    return {
        "inspection": inspection,
        "council": inspection.council,
        "person": mail.person,
        "notified": weekday_date(inspection.notified_on),
        "own": _lines(mail.of(Audience.OWNER), reading, mail),
        "stand_in": _lines(mail.of(Audience.STAND_IN), reading, mail, for_stand_in=True),
        "late": _lines(mail.of(Audience.OVERSIGHT), reading, mail, whose=True),
        "also": _lines(mail.also, reading, mail),
        "done": [item.duty.safe_title for item in mail.done],
        "weekly": _lines(mail.of(Audience.WEEKLY), reading, mail),
        "group": _lines(mail.group, reading, mail, whose=True),
        "for_group": mail.summary is not None,
        "nouns": nouns_of([item.duty for item in mail.group]),
        "agenda": _agenda(reading, mail),
        "summing_up": summing_up(reading, mail),
        "is_summary": mail.is_summary,
        "summary_at": clock_time(time(hour)) if hour is not None else "",
        "link": _my_work(reading),
        "account": absolute(reverse("accounts:account")),
        "moved": bool(mail.moved),
        "news": [(line.title, line.said, absolute(line.path)) for line in lines_of(reading.snapshot, mail.news)],
    }


def _lines(
    items: Iterable[MailItem], reading: Reading, mail: Mail, *, whose: bool = False, for_stand_in: bool = False
) -> list[MailLine]:
    # An administrator who stands in for somebody sees people and posts, and only the titles of what is owed.
    bare = for_stand_in and not reading.people.sees_everything(mail.person)
    posts = absolute(reverse("inspections:posts", args=[reading.snapshot.inspection.council.slug]))
    now = reading.snapshot.now
    return [
        MailLine(
            title=item.duty.safe_title,
            when=_turns(item.duty) if item.turning else when(item.duty, now),
            missing=() if bare else item.duty.safe_missing,
            why=item.why,
            whose=_whose(item.duty) if whose else "",
            url=posts if bare else _address(item.duty, reading),
            is_late=item.duty.is_late(now),
            moved=item.duty.key in mail.moved,
        )
        for item in items
    ]


def _agenda(reading: Reading, mail: Mail) -> dict[str, object] | None:
    """The group's agenda for an email, without what the email has named already.

    Everybody who gets it may see everything that is owed.
    """
    if mail.agenda is None:
        return None
    agenda, now, is_notified = mail.agenda, reading.snapshot.now, reading.is_notified
    named = {item.duty.key for item in (*mail.items, *mail.also)}
    named &= {duty.key for duty in (*agenda.late, *agenda.ahead)}

    def lines(duties: Iterable[Duty]) -> list[MailLine]:
        return [
            MailLine(
                title=duty.safe_title,
                when=_turns(duty) if duty.done else when(duty, now),
                missing=(),
                why="",
                whose=_whose(duty),
                url=_address(duty, reading),
                is_late=duty.is_late(now),
                moved=False,
            )
            for duty in duties
            if duty.key not in named
        ]

    return {
        "named": len(named),
        "since": long_date(agenda.since),
        "next_day": weekday_date(agenda.next_day),
        # Before the call only duties that do not depend on it have a date.
        "has_dates": is_notified or bool(agenda.late or agenda.ahead),
        "changes": agenda.changes,
        "late": lines(agenda.late),
        "ahead": lines(agenda.ahead),
        "unowned": [duty.safe_title for duty in agenda.unowned],
        "vacant": [duty.safe_title for duty in agenda.vacant],
        # Before the call the weekly summary has named these already.
        "turning": lines(agenda.turning) if is_notified else [],
        "page": absolute(reverse("reminders:agenda", args=[reading.snapshot.inspection.slug])),
    }


def _address(duty: Duty, reading: Reading) -> str:
    """The address of the duty's page; if its title must not be shown, its address must not be either."""
    return absolute(duty.url) if duty.kind.title_is_safe else _my_work(reading)


def _my_work(reading: Reading) -> str:
    return absolute(reverse("timetable:my-work", args=[reading.snapshot.inspection.slug]))


def when(duty: Duty, now: datetime) -> str:
    """When a duty is due, in words: "Due 19 April 2011 at 5pm", "Late: was due ..."."""
    if duty.due is None:
        return f"Due on day {duty.due_day} of the inspection" if duty.due_day else ""
    if duty.is_late(now):
        return f"Late: was due {long_datetime(duty.due)}"
    if long_date(duty.due) == long_date(now):
        return f"Due today at {clock_time(duty.due)}"
    return f"Due {long_datetime(duty.due)}"


def _turns(duty: Duty) -> str:
    """When what is done now will no longer count: "Goes out of date on 3 June 2011"."""
    return f"Goes out of date on {long_date(duty.turns_on)}"


def _whose(duty: Duty) -> str:
    """The posts that owe it with their holders, for people who see everything."""
    if duty.role is not None:
        return duty.role.label
    return "; ".join(f"{o.name} ({o.holder_name})" if o.holder_name else f"{o.name} (vacant)" for o in duty.owners)


def summing_up(reading: Reading, mail: Mail) -> str:
    """A few words for the subject: "2 late, 1 due today, 3 due by 26 April and 4 later".

    The day is the nearest one, because the last day would hide what is due tomorrow.
    """
    now = reading.snapshot.now
    duties = [item.duty for item in mail.items if item.audience is not Audience.WEEKLY]
    if mail.kind is MailKind.WEEKLY:
        return listed([*_owed_words(duties, now), _weekly_words(mail)])
    if mail.kind is MailKind.AGENDA:
        return _agenda_words(mail)
    if mail.kind is MailKind.NEWS:
        return in_few_words(mail.news)
    return listed(_owed_words(duties, now)) if duties else "nothing left to do"


def _owed_words(duties: list[Duty], now: datetime) -> list[str]:
    """How many are late, due today, due soon, and later."""
    late = [duty for duty in duties if duty.is_late(now)]
    ahead = [duty for duty in duties if not duty.is_late(now)]
    today = [duty for duty in ahead if duty.due and long_date(duty.due) == long_date(now)]
    later = [duty for duty in ahead if duty.due and duty not in today]
    words = [f"{len(late)} late"] if late else []
    words += [f"{len(today)} due today"] if today else []
    if later:
        nearest = day_month(min(duty.due for duty in later if duty.due))
        then = sum(1 for duty in later if duty.due and day_month(duty.due) == nearest)
        words.append(f"{then} due by {nearest}")
        words += [f"{len(later) - then} later"] if then < len(later) else []
    undated = len(ahead) - len(today) - len(later)
    words += [f"{undated} without a date"] if undated else []
    return words


def _weekly_words(mail: Mail) -> str:
    items = mail.group if mail.summary is not None else mail.of(Audience.WEEKLY)
    if not items:
        return "every document is complete and up to date"
    return f"{counted([item.duty for item in items])} incomplete or going out of date"


def _agenda_words(mail: Mail) -> str:
    assert mail.agenda is not None  # This is the subject of the email.
    late, ahead = len(mail.agenda.late), len(mail.agenda.ahead)
    unowned = len(mail.agenda.unowned)
    words = [f"{late} late"] if late else []
    words += [f"{ahead} due by {day_month(mail.agenda.next_day)}"] if ahead else []
    words += [f"{unowned} without an owner"] if unowned else []
    return listed(words) if words else "nothing late and nothing due"


def listed(words: list[str]) -> str:
    """Words listed for a sentence: "a", "a and b", "a, b and c"."""
    return " and ".join(part for part in (", ".join(words[:-1]), words[-1]) if part)


def absolute(path: str) -> str:
    """The full address of one of our pages, for an email."""
    return f"{settings.PUBLIC_URL}{path}"
