"""What has happened to people's documents, told in whichever email they get next.

If none comes sooner, a separate email is sent at the next opening of working hours. The person who did it is not told.
As with every reminder, the ledger ensures that nothing is told twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.urls import reverse

from documents.news import News, NewsKind, news
from govuk.dates import long_date
from inspections.models import Inspection
from inspections.snapshot import Snapshot
from inspections.working_days import listed
from reminders.records.reading import Reading
from reminders.records.told_index import ToldIndex
from reminders.rules.people import Person
from reminders.rules.planning import Mail, MailKind, news_entry
from reminders.rules.reminder_times import next_opening, summary_at

# Anything older is no longer news: nobody is emailed about it, even after a long pause or by a first tick.
REACH = timedelta(days=14)


def news_of(inspection: Inspection, now: datetime) -> list[News]:
    """What has happened recently, oldest first, whether told or not."""
    return list(news(inspection, since=now - REACH, until=now))


def with_news(reading: Reading, mails: Iterable[Mail], rows: Iterable[News], told_index: ToldIndex) -> list[Mail]:
    """The emails with their readers' news, and one more for each other person whose news has waited long enough."""
    waiting = _waiting(reading, rows, told_index)
    told = [replace(mail, news=tuple(waiting.pop(mail.person, ()))) for mail in mails]
    if waiting and reading.is_open:
        people = sorted(waiting, key=lambda person: (person.name, person.pk))
        for person in people:
            if _may_go_at(reading, person, waiting[person][0]) <= reading.snapshot.now:
                told.append(Mail(person, MailKind.NEWS, (), news=tuple(waiting[person])))
    return told


def _may_go_at(reading: Reading, person: Person, row: News) -> datetime:
    """When it may be sent as a separate email: the next opening, or the person's daily summary of that day."""
    hours = reading.arrangement.hours
    opening = next_opening(row.at, reading.snapshot.calendar, hours)
    return opening if person.summary_hour is None else summary_at(opening.date(), person.summary_hour, hours)


def _waiting(reading: Reading, rows: Iterable[News], told_index: ToldIndex) -> dict[Person, list[News]]:
    """The news that each owner has not been told yet, oldest first."""
    found: dict[Person, list[News]] = defaultdict(list)
    since, snapshot = reading.snapshot.now - REACH, reading.snapshot
    for row in rows:
        for person in reading.people.holding(snapshot.owners_of(f"document:{row.document}")).values():
            if row.at > since and person.pk != row.by and news_entry(person, row) not in told_index.entries:
                found[person].append(row)
    return found


@dataclass(frozen=True, slots=True)
class NewsLine:
    """What happened to one document, as shown in an email."""

    title: str
    said: tuple[str, ...]
    path: str


def lines_of(snapshot: Snapshot, rows: Iterable[News]) -> list[NewsLine]:
    """The news by document in the framework's order, each event in the order in which it happened."""
    by_document: dict[str, list[News]] = defaultdict(list)
    for row in rows:
        by_document[row.document].append(row)
    return [
        NewsLine(
            title=document.title,
            said=tuple(_said(by_document[document.key])),
            path=reverse("documents:document", args=[snapshot.inspection.slug, document.key]),
        )
        for document in snapshot.framework.documents
        if document.key in by_document
    ]


def _said(rows: Iterable[News]) -> Iterator[str]:
    """One sentence for each review, and one for all comments; the words of both stay on the document's page."""
    rows = list(rows)
    for row in rows:
        by = f" by {row.by_name}" if row.by_name else ""
        if row.happening is NewsKind.APPROVED:
            yield f"Approved{by} on {long_date(row.at)}{row.note}."
        elif row.happening is NewsKind.RETURNED:
            yield f"Returned{by} on {long_date(row.at)}: see why on its page."
    comments = [row for row in rows if row.happening is NewsKind.COMMENTED]
    if comments:
        names = list(dict.fromkeys(row.by_name for row in comments))
        count = f"{len(comments)} new comments" if len(comments) > 1 else "A new comment"
        yield f"{count} by {' and '.join(part for part in (', '.join(names[:-1]), names[-1]) if part)}."


def in_few_words(rows: Iterable[News]) -> str:
    """The words of the subject: "1 returned, 2 approved and 3 comments"; what needs an answer comes first."""
    rows = list(rows)
    counts = {what: len({row.key for row in rows if row.happening is what}) for what in NewsKind}
    words = [f"{counts[what]} {what.value}" for what in (NewsKind.RETURNED, NewsKind.APPROVED) if counts[what]]
    if comments := counts[NewsKind.COMMENTED]:
        words.append(f"{comments} comment{'s' if comments > 1 else ''}")
    return listed(words)
