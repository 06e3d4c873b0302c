"""What an inspector asks for: recorded with the time it is due, changed, answered, opened again, withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from accounts.models import Post, User
from contact.models import Answer, Request
from govuk.text import many_lines, one_line
from inspections import audit
from inspections.locks import locked_unless_withdrawn
from inspections.models import Inspection, Ownership
from inspections.once import made_before
from refusals import Refused

#: How far from the notification a request may be asked or due.
FURTHEST = timedelta(days=366)


@transaction.atomic
def record_request(
    *,
    inspection: Inspection,
    about: str,
    asked_by: str,
    asked_at: datetime,
    text: str,
    due: datetime,
    once: UUID,
    by: User | None,
    now: datetime,
    posts: Sequence[Post] = (),
) -> Request:
    """Record what was asked for and by when. It is then owed by `posts`, or otherwise by the DCS office.

    A form sent twice (the same `once`) is one request. Raises Refused for a request asked before the notification or in
    the future, for one due before it was asked, and if the form was used for another inspection.
    """
    inspection = locked_unless_withdrawn(inspection)
    there = made_before(Request, once, inspection=inspection)
    if there is not None:
        return there
    if not inspection.is_notified:
        raise Refused("The notification has not been recorded yet, so no inspector can have asked for anything.")
    if asked_at > now:
        raise Refused("Enter when it was asked: that is still to come.", field="asked_on")
    latest = Request.objects.filter(inspection=inspection).aggregate(latest=Max("number"))["latest"] or 0
    request = Request(
        inspection=inspection, number=latest + 1, asked_at=asked_at, once=once, recorded_at=now, recorded_by=by
    )
    _describe(request, about=about, asked_by=asked_by, text=text, due=due)
    request.save()
    _own(request, posts)
    _record(request, "request recorded", by, now, due=due.isoformat(), owners=[post.name for post in posts])
    return request


@transaction.atomic
def change_request(
    *,
    request: Request,
    about: str,
    asked_by: str,
    text: str,
    due: datetime,
    posts: Sequence[Post],
    by: User,
    now: datetime,
) -> bool:
    """Change what was asked for, by when and who owes it. Returns whether anything changed.

    Raises Refused once it is withdrawn.
    """
    request = _locked_request(request)
    fields = ("about", "asked_by", "text", "due")
    before = [getattr(request, name) for name in fields]
    _describe(request, about=about, asked_by=asked_by, text=text, due=due)
    moved = _own(request, posts)
    if before == [getattr(request, name) for name in fields] and not moved:
        return False
    request.save()
    dues = {"due_before": before[3].isoformat(), "due": due.isoformat()} if before[3] != due else {}
    _record(request, "request changed", by, now, **dues, **({"owners": [post.name for post in posts]} if moved else {}))
    return True


@transaction.atomic
def answer_request(
    *,
    request: Request,
    how: str,
    answered_at: datetime,
    by: User | None,
    now: datetime,
    text: str = "",
    evidence: str = "",
) -> bool:
    """Record that the request was answered. Returns whether this is new. Raises Refused once it is withdrawn."""
    request = _locked_request(request)
    if Answer.objects.filter(request=request, taken_back_at=None).exists():
        return False
    if answered_at > now:
        raise Refused("Enter when it was answered: that is still to come.", field="on")
    if answered_at < request.asked_at:
        raise Refused("Enter when it was answered: that is before it was asked.", field="on")
    Answer.objects.create(
        request=request,
        how=how,
        answered_at=answered_at,
        text=many_lines(text),
        evidence=one_line(evidence),
        recorded_at=now,
        recorded_by=by,
    )
    _record(request, "request answered", by, now, how=how, answered_at=answered_at.isoformat())
    return True


@transaction.atomic
def reopen_request(*, request: Request, reason: str, by: User, now: datetime) -> bool:
    """Take its answer back, with a reason, so that it is owed again. Returns whether it was answered."""
    request = _locked_request(request)
    if not many_lines(reason):
        raise Refused("Say why it is owed again", field="reason")
    rows = Answer.objects.filter(request=request, taken_back_at=None)
    if not rows.update(taken_back_at=now, taken_back_by=by, taken_back_reason=many_lines(reason)):
        return False
    _record(request, "request opened again", by, now)
    return True


@transaction.atomic
def withdraw_request(*, request: Request, reason: str, by: User, now: datetime) -> bool:
    """Withdraw the request, with a reason: it is no longer owed. Returns whether it was owed."""
    locked_unless_withdrawn(request.inspection)
    if not many_lines(reason):
        raise Refused("Say why nothing is owed on it any more", field="reason")
    rows = Request.objects.filter(pk=request.pk, withdrawn_at=None)
    if not rows.update(withdrawn_at=now, withdrawn_by=by, withdrawn_reason=many_lines(reason)):
        return False
    _record(request, "request withdrawn", by, now)
    return True


@transaction.atomic
def reinstate_request(*, request: Request, by: User, now: datetime) -> bool:
    """Take the withdrawal back, so that the request is owed again. Returns whether it was withdrawn."""
    locked_unless_withdrawn(request.inspection)
    rows = Request.objects.filter(pk=request.pk, withdrawn_at__isnull=False)
    if not rows.update(withdrawn_at=None, withdrawn_by=None, withdrawn_reason=""):
        return False
    _record(request, "request reinstated", by, now)
    return True


def _locked_request(request: Request) -> Request:
    """The request as it is now, with its inspection locked. Raises Refused once it is withdrawn."""
    locked_unless_withdrawn(request.inspection)
    request = Request.objects.select_related("inspection").get(pk=request.pk)
    if request.withdrawn_at is not None:
        raise Refused("The request was withdrawn, so nothing is owed on it.")
    return request


def _describe(request: Request, *, about: str, asked_by: str, text: str, due: datetime) -> None:
    if about not in Request.About.values:
        raise Refused("Choose what kind of thing was asked for", field="about")
    if not many_lines(text):
        raise Refused("Write down what was asked for", field="text")
    if due < request.asked_at:
        raise Refused("It must be due after it was asked.", field="due_on")
    notified = request.inspection.notified_on
    for field, moment in (("due_on", due), ("asked_on", request.asked_at)):
        # A later date is a slip; and one beyond the calendar would stop everybody's reminders.
        if notified is not None and abs(moment.date() - notified) > FURTHEST:
            raise Refused("That is more than a year from the notification. Check the year.", field=field)
    request.about, request.asked_by, request.text, request.due = about, one_line(asked_by), many_lines(text), due


def _own(request: Request, posts: Sequence[Post]) -> bool:
    """Make these posts its owners, in this order. Returns whether that changed anything."""
    if any(post.council_id != request.inspection.council_id for post in posts):
        raise Refused("Choose posts of this council.", field="posts")
    rows = Ownership.objects.filter(inspection=request.inspection, item=request.item).order_by("position", "pk")
    if list(rows.values_list("post_id", flat=True)) == [post.pk for post in posts]:
        return False
    rows.delete()
    Ownership.objects.bulk_create(
        Ownership(inspection=request.inspection, item=request.item, post=post, position=position)
        for position, post in enumerate(posts)
    )
    return True


def _record(request: Request, verb: str, by: User | None, now: datetime, **detail: Any) -> None:
    audit.record(
        request.inspection,
        by=by,
        verb=verb,
        subject=request.title,
        now=now,
        detail={"request": request.number, **detail},
    )
