"""Packs, inspectors, groups, steps, feeds and reminders: what is asked for, answered, recorded or sent at once."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date
from typing import Any

import outbox.models
from accounts.models import Event, Role
from contact import actions as contacts
from contact import requests_actions as requests
from contact.models import Answer, Contact, Request
from documents.models import Sending as DocumentsSent
from evidencepack import actions as packs
from evidencepack import building
from evidencepack.models import Pack, PackSending, PackState
from evidencepack.progress import QUEUE
from feeds import actions as feeds
from feeds.models import Feed, FeedKind
from feeds.publishing import inspections_of, lines_of
from focusgroups import actions as groups
from focusgroups.models import Attendee, Briefing
from inspections import inspectors_actions
from inspections.models import Inspection, Inspector
from reminders import actions as reminders
from reminders.models import Audience, Reminder
from reminders.records import stale_mail
from reminders.tick import tick
from tests.factories.contact import ask
from tests.factories.mail import make_message
from tests.factories.people import at, make_council, make_inspection, make_ownership, make_person, make_post
from tests.racing import Race
from timetable import actions as timetable
from timetable.daily import keep_day
from timetable.models import ReadinessDay, StepRecord

NOW = at("2011-04-20 09:00")
WHO: dict[str, Any] = {"by": None, "now": NOW}


def _inspection() -> Inspection:
    return make_inspection(make_council(), notified=date(2011, 4, 18))


def _verbs(inspection: Inspection, verb: str) -> int:
    return Event.objects.filter(inspection=inspection.slug, verb=verb).count()


# Packs


def pack_is_asked_for_twice() -> Race:
    inspection = _inspection()
    ask_for = lambda: packs.request_pack(inspection=inspection, **WHO)  # noqa: E731
    return Race(ask_for, ask_for, lambda: Pack.objects.filter(inspection=inspection).count() == 1)


def _ready(inspection: Inspection, number: int = 1) -> Pack:
    hashes: dict[str, Any] = {"pdf_sha256": "0" * 64, "zip_sha256": "0" * 64}
    times = {"requested_at": NOW, "free_at": NOW, "finished_at": NOW}
    return Pack.objects.create(inspection=inspection, number=number, state=PackState.READY, **times, **hashes)


def _send(pack: Pack, once: uuid.UUID) -> Callable[[], object]:
    return lambda: packs.record_sent(
        pack=pack, sent_at=NOW, recipient="Lead inspector", how="By email", once=once, **WHO
    )


def pack_is_recorded_as_sent_twice() -> Race:
    inspection, once = _inspection(), uuid.uuid4()
    pack = _ready(inspection)

    def holds() -> bool:
        rows = (
            PackSending.objects.filter(pack=pack).count(),
            DocumentsSent.objects.filter(inspection=inspection).count(),
        )
        return rows == (1, 1)

    return Race(_send(pack, once), _send(pack, once), holds)


def pack_is_recorded_as_sent_while_another_is_asked_for() -> Race:
    inspection = _inspection()
    pack = _ready(inspection)
    ask_for = lambda: packs.request_pack(inspection=inspection, **WHO)  # noqa: E731
    return Race(_send(pack, uuid.uuid4()), ask_for, lambda: PackSending.objects.filter(pack=pack).count() == 1)


def pack_is_built_by_two_workers() -> Race:
    inspection = _inspection()
    pack, _ = packs.request_pack(inspection=inspection, **WHO)
    Pack.objects.filter(pk=pack.pk).update(tries=QUEUE.most_tries)  # so that it ends at once
    build = lambda: building.build(pack.pk, now=lambda: NOW)  # noqa: E731
    return Race(build, build, lambda: _verbs(inspection, "pack failed") == 1)


# Inspectors and what they ask for


def lead_inspector_is_named_twice() -> Race:
    inspection = _inspection()

    def name(who: str) -> Callable[[], object]:
        return lambda: inspectors_actions.add_inspector(inspection=inspection, name=who, part="lead", **WHO)

    return Race(
        name("Ines Example"), name("Ivo Example"), lambda: Inspector.objects.filter(inspection=inspection).count() == 1
    )


def inspector_is_put_back_while_named_anew() -> Race:
    inspection = _inspection()
    facts: dict[str, Any] = {"inspection": inspection, "name": "Ines Example", "part": "inspector"}
    inspector = inspectors_actions.add_inspector(**facts, **WHO)
    inspectors_actions.remove_inspector(inspector=inspector, **WHO)
    return Race(
        lambda: inspectors_actions.restore_inspector(inspector=inspector, **WHO),
        lambda: inspectors_actions.add_inspector(**facts, **WHO),
        lambda: Inspector.objects.filter(inspection=inspection, removed_at=None).count() == 1,
    )


def contact_is_sent_twice() -> Race:
    inspection, once = _inspection(), uuid.uuid4()
    facts: dict[str, Any] = {"how": "call", "at": NOW, "with_whom": "Ines", "by_whom": "Dina", "once": once}
    log = lambda: contacts.record_contact(inspection=inspection, **facts, **WHO)  # noqa: E731
    return Race(log, log, lambda: Contact.objects.filter(once=once).count() == 1)


def two_requests_are_recorded() -> Race:
    inspection = _inspection()
    record = lambda: ask(inspection, due=NOW, now=NOW)  # noqa: E731
    rows = Request.objects.filter(inspection=inspection).order_by("number")
    return Race(record, record, lambda: list(rows.values_list("number", flat=True)) == [1, 2])


def request_is_answered_twice() -> Race:
    request = ask(_inspection(), due=NOW, now=NOW)
    answer = lambda: requests.answer_request(request=request, how="email", answered_at=NOW, **WHO)  # noqa: E731
    return Race(answer, answer, lambda: Answer.objects.filter(request=request).count() == 1)


def request_is_answered_while_withdrawn() -> Race:
    request = ask(_inspection(), due=NOW, now=NOW)
    withdraw = lambda: requests.withdraw_request(request=request, reason="Found it", **WHO)  # noqa: E731
    answer = lambda: requests.answer_request(request=request, how="email", answered_at=NOW, **WHO)  # noqa: E731
    verbs = Event.objects.filter(inspection=request.inspection.slug).order_by("-pk").values_list("verb", flat=True)
    return Race(answer, withdraw, lambda: verbs[0] == "request withdrawn")


# Groups and steps


def _attend(inspection: Inspection) -> Callable[[], Attendee]:
    group = inspection.framework.focus_groups[0].key
    facts: dict[str, Any] = {"group": group, "name": "Ann Example", "email": "ann@example.org"}
    return lambda: groups.add_attendee(inspection=inspection, **facts, **WHO)


def attendee_is_named_twice() -> Race:
    inspection = _inspection()
    attend = _attend(inspection)
    return Race(attend, attend, lambda: Attendee.objects.filter(inspection=inspection).count() == 1)


def attendee_is_put_back_while_named_anew() -> Race:
    inspection = _inspection()
    attendee = _attend(inspection)()
    groups.remove_attendee(attendee=attendee, **WHO)
    present = Attendee.objects.filter(inspection=inspection, removed_at=None)
    return Race(
        lambda: groups.restore_attendee(attendee=attendee, **WHO), _attend(inspection), lambda: present.count() == 1
    )


def group_is_briefed_twice() -> Race:
    inspection = _inspection()
    group = _attend(inspection)().group
    brief = lambda: groups.record_briefing(inspection=inspection, group=group, **WHO)  # noqa: E731
    return Race(brief, brief, lambda: Briefing.objects.filter(inspection=inspection).count() == 1)


def group_is_briefed_while_its_only_attendee_is_removed() -> Race:
    inspection = _inspection()
    attendee = _attend(inspection)()
    group = attendee.group
    brief = lambda: groups.record_briefing(inspection=inspection, group=group, **WHO)  # noqa: E731
    remove = lambda: groups.remove_attendee(attendee=attendee, **WHO)  # noqa: E731

    def holds() -> bool:
        """Nobody is briefed of a group on whose list nobody is: removed first, there is no briefing."""
        verbs = Event.objects.filter(inspection=inspection.slug).order_by("pk").values_list("verb", flat=True)
        return list(verbs)[1:] in (["attendees briefed", "attendee removed"], ["attendee removed"])

    return Race(brief, remove, holds)


def step_is_recorded_twice() -> Race:
    inspection = _inspection()
    record = lambda: timetable.record_step(inspection=inspection, step_key="factual-accuracy", **WHO)  # noqa: E731
    return Race(record, record, lambda: StepRecord.objects.filter(inspection=inspection).count() == 1)


def day_is_kept_by_two_workers() -> Race:
    inspection = _inspection()
    keep = lambda: keep_day(inspection, now=NOW)  # noqa: E731
    return Race(keep, keep, lambda: ReadinessDay.objects.filter(inspection=inspection).count() == 1)


# Feeds


def _feed() -> dict[str, Any]:
    council = make_council()
    make_inspection(council, notified=date(2011, 4, 18))
    return {"council": council, "user": make_person(council, Role.DCS_OFFICE), "kind": FeedKind.TIMETABLE, "now": NOW}


def _nonces(feed: dict[str, Any]) -> list[str]:
    return list(Feed.objects.filter(council=feed["council"], user=feed["user"]).values_list("nonce", flat=True))


def feed_is_made_twice() -> Race:
    feed = _feed()
    make = lambda: feeds.make_feed(**feed)  # noqa: E731
    return Race(make, make, lambda: len(_nonces(feed)) == 1)


def feed_is_renewed_while_ended() -> Race:
    feed = _feed()
    feeds.make_feed(**feed)
    return Race(lambda: feeds.renew_feed(**feed), lambda: feeds.end_feed(**feed), lambda: _nonces(feed) == [""])


def feed_is_fetched_twice() -> Race:
    facts = _feed()
    feeds.make_feed(**facts)
    feed = Feed.objects.select_related("user", "council").get(council=facts["council"])
    fetch = lambda: lines_of(feed, inspections_of(feed), now=NOW)  # noqa: E731
    return Race(fetch, fetch, lambda: set(feed.events.values_list("sequence", flat=True)) == {0})


# Reminders


def _owed() -> Inspection:
    """An inspection with one document that a person owes."""
    inspection = _inspection()
    post = make_post(inspection.council, holder=make_person(inspection.council, Role.OWNER))
    make_ownership(inspection, "document:1", post)
    return inspection


def emails_are_queued_by_two_ticks() -> Race:
    inspection = _owed()
    # A tick looks at every inspection there is.
    Inspection.objects.exclude(pk=inspection.pk).update(withdrawn_at=NOW, withdrawn_reason="Of a round before")
    beat = lambda: tick(now=NOW)  # noqa: E731

    def holds() -> bool:
        rows = Reminder.objects.filter(inspection=inspection)
        return 0 < rows.count() == rows.values("person", "audience", "duty_key", "point").distinct().count()

    return Race(beat, beat, holds)


def _failed(inspection: Inspection) -> outbox.models.Message:
    person = make_person(inspection.council, Role.OWNER)
    message = make_message(to=person.email)
    outbox.models.Message.objects.filter(pk=message.pk).update(
        state=outbox.models.MessageState.FAILED, last_error="550"
    )
    Reminder.objects.create(
        inspection=inspection, person=person, audience=Audience.OWNER, point="notified", message=message, created_at=NOW
    )
    message.refresh_from_db()
    return message


def failed_email_is_sent_again_twice() -> Race:
    inspection = _inspection()
    message, by = _failed(inspection), make_person(inspection.council, Role.DCS_OFFICE)
    again = lambda: reminders.send_again(inspection=inspection, message=message, by=by, now=NOW)  # noqa: E731
    return Race(again, again, lambda: _verbs(inspection, "reminder sent again") == 1)


def waiting_email_is_taken_back_twice() -> Race:
    inspection = _inspection()
    message = _failed(inspection)
    outbox.models.Message.objects.filter(pk=message.pk).update(state=outbox.models.MessageState.QUEUED)
    back = lambda: stale_mail.take_back(inspection, {message.pk}, now=NOW)  # noqa: E731
    return Race(back, back, lambda: _verbs(inspection, "waiting emails taken back") == 1)


RACES = (
    pack_is_asked_for_twice,
    pack_is_recorded_as_sent_twice,
    pack_is_recorded_as_sent_while_another_is_asked_for,
    pack_is_built_by_two_workers,
    lead_inspector_is_named_twice,
    inspector_is_put_back_while_named_anew,
    contact_is_sent_twice,
    two_requests_are_recorded,
    request_is_answered_twice,
    request_is_answered_while_withdrawn,
    attendee_is_named_twice,
    attendee_is_put_back_while_named_anew,
    group_is_briefed_twice,
    group_is_briefed_while_its_only_attendee_is_removed,
    step_is_recorded_twice,
    day_is_kept_by_two_workers,
    feed_is_made_twice,
    feed_is_renewed_while_ended,
    feed_is_fetched_twice,
    emails_are_queued_by_two_ticks,
    failed_email_is_sent_again_twice,
    waiting_email_is_taken_back_twice,
)
