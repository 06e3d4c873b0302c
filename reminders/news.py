"""What has happened to people's documents, told in whatever email they get next.

Where none comes sooner, an email of its own brings it at the next opening of working hours. Who did it is not told of
it. That nothing is told twice is the ledger's business, as with every reminder.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from django.urls import reverse

from documents.news import Happening, News, news
from frameworks import WorkingHours
from govuk.dates import long_date
from inspections.standing import Standing
from inspections.working_days import listed
from reminders.models import Audience, Reminder
from reminders.planning import Kind, Mail, Person
from reminders.points import in_hours, next_opening

# What is older is no news: nobody is written to about it, also not after a long pause or by a first tick.
REACH = timedelta(days=14)


def with_news(standing: Standing, mails: Iterable[Mail], hours: WorkingHours) -> list[Mail]:
    """The emails with their readers' news in them, and one more for each other person whose news has waited enough."""
    waiting = _waiting(standing)
    told = [replace(mail, news=tuple(waiting.pop(mail.person, ()))) for mail in mails]
    if waiting and in_hours(standing.now, standing.calendar, hours):
        people = sorted(waiting, key=lambda person: (person.name, person.pk))
        for person in people:
            opening = next_opening(waiting[person][0].at, standing.calendar, hours)
            if opening <= standing.now:
                told.append(Mail(person, Kind.NEWS, (), news=tuple(waiting[person])))
    return told


def _waiting(standing: Standing) -> dict[Person, list[News]]:
    """What each owner has not been told yet, oldest first (two queries; one more where there is any news)."""
    rows = news(standing.inspection, since=standing.now - REACH, until=standing.now)
    found: dict[Person, list[News]] = defaultdict(list)
    if not rows:
        return found
    ledger = Reminder.objects.filter(
        inspection=standing.inspection, audience=Audience.NEWS, point__in=[row.key for row in rows]
    )
    told = set(ledger.values_list("person_id", "point"))
    for row in rows:
        for person in _owners(standing, row.document):
            if person.pk != row.by and (person.pk, row.key) not in told:
                found[person].append(row)
    return found


def _owners(standing: Standing, document: str) -> set[Person]:
    """Those who hold a post that owns the document, each once."""
    return {
        Person(owner.holder, owner.holder_name or "", owner.holder_email)
        for owner in standing.owners_of(f"document:{document}")
        if owner.holder is not None and owner.holder_email
    }


@dataclass(frozen=True, slots=True)
class NewsLine:
    """What happened to one document, as an email shows it."""

    title: str
    said: tuple[str, ...]
    path: str


def lines_of(standing: Standing, rows: Iterable[News]) -> list[NewsLine]:
    """The news by document in the framework's order, each thing in the order in which it happened."""
    by_document: dict[str, list[News]] = defaultdict(list)
    for row in rows:
        by_document[row.document].append(row)
    return [
        NewsLine(
            title=document.title,
            said=tuple(_said(by_document[document.key])),
            path=reverse("documents:document", args=[standing.inspection.slug, document.key]),
        )
        for document in standing.framework.documents
        if document.key in by_document
    ]


def _said(rows: Iterable[News]) -> Iterator[str]:
    """One sentence for each review, and one for all comments; the words of either stay on the document's page."""
    rows = list(rows)
    for row in rows:
        by = f" by {row.by_name}" if row.by_name else ""
        if row.happening is Happening.APPROVED:
            yield f"Approved{by} on {long_date(row.at)}{row.note}."
        elif row.happening is Happening.RETURNED:
            yield f"Returned{by} on {long_date(row.at)}: see why on its page."
    comments = [row for row in rows if row.happening is Happening.COMMENTED]
    if comments:
        names = list(dict.fromkeys(row.by_name for row in comments))
        count = f"{len(comments)} new comments" if len(comments) > 1 else "A new comment"
        yield f"{count} by {' and '.join(part for part in (', '.join(names[:-1]), names[-1]) if part)}."


def in_few_words(rows: Iterable[News]) -> str:
    """The subject's words: "1 returned, 2 approved and 3 comments"; what needs an answer comes first."""
    rows = list(rows)
    counts = {what: len({row.key for row in rows if row.happening is what}) for what in Happening}
    words = [f"{counts[what]} {what.value}" for what in (Happening.RETURNED, Happening.APPROVED) if counts[what]]
    if comments := counts[Happening.COMMENTED]:
        words.append(f"{comments} comment{'s' if comments > 1 else ''}")
    return listed(words)
