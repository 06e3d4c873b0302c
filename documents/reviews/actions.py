"""What can be recorded about documents: nil returns, approvals, returns with a reason, and sendings."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from accounts.models import User
from documents.checks import document_and_part, locked_for_change
from documents.models import File, NilReturn, Review, Sending, SentItem, Version
from documents.reviews.approvals import TWO
from documents.state import DocumentState, states
from govuk.text import many_lines
from inspections import audit
from inspections.models import Inspection
from inspections.snapshot import snapshot_of
from refusals import Refused

CHANGED = "The document was changed after you opened this page. Look at it again before you decide."


@transaction.atomic
def state_nil_return(
    *, inspection: Inspection, document: str, part: str, reason: str, by: User | None, now: datetime
) -> NilReturn:
    """State that there is nothing to supply for a part (briefing paper, item 8.9 allows it, for one).

    Stating it again changes nothing. Raises Refused if the framework does not allow it, without a reason, and while the
    part has files.
    """
    asked_document, asked = document_and_part(inspection, document, part)
    if not asked.nil_return:
        raise Refused(f"“{asked.label}” has to be supplied: a nil return will not do for it.")
    reason = many_lines(reason)
    if not reason:
        raise Refused("Say why there is nothing to supply, for example that no review was held.", field="reason")
    inspection = locked_for_change(inspection)
    here = {"inspection": inspection, "document": document, "part": part}
    snapshot = NilReturn.objects.filter(withdrawn_at=None, **here).first()
    if snapshot is not None:
        return snapshot
    if File.objects.filter(archived_at=None, **here).exists():
        raise Refused(f"“{asked.label}” has files. Remove them first if there is nothing to supply.", field="reason")
    nil = NilReturn.objects.create(reason=reason, stated_at=now, stated_by=by, **here)
    detail = {"document": document, "part": asked.label}
    audit.record(inspection, by=by, verb="nil return stated", subject=asked_document.title, now=now, detail=detail)
    return nil


@transaction.atomic
def withdraw_nil_return(*, nil_return: NilReturn, by: User | None, now: datetime) -> bool:
    """Take a nil return back. Returns whether there was one."""
    inspection = locked_for_change(nil_return.inspection)
    rows = NilReturn.objects.filter(pk=nil_return.pk, withdrawn_at=None)
    if not rows.update(withdrawn_at=now, withdrawn_by=by):
        return False
    document, part = document_and_part(inspection, nil_return.document, nil_return.part)
    detail = {"document": document.key, "part": part.label}
    audit.record(inspection, by=by, verb="nil return withdrawn", subject=document.title, now=now, detail=detail)
    return True


def _as_it_is(inspection: Inspection, document: str, contents: str, now: datetime) -> DocumentState:
    """The document's state; raises Refused if it is no longer what the person saw."""
    document_and_part(inspection, document)
    state = states(snapshot_of(inspection, now=now))[document]
    if state.contents != contents:
        raise Refused(CHANGED)
    return state


@transaction.atomic
def approve(*, inspection: Inspection, document: str, contents: str, by: User | None, now: datetime) -> DocumentState:
    """Approve a document; `contents` is the fingerprint of what the person saw.

    Approving an approved document, or one that the person has approved already, changes nothing. Raises Refused while
    something is missing or out of date, and if the document was changed since the person saw it. If it needs two
    approvals, it is also refused for anybody who added to it, and for the person who decided that one approval is
    enough. Returns the state before.
    """
    inspection = locked_for_change(inspection)
    state = _as_it_is(inspection, document, contents, now)
    if not state.is_complete or state.is_stale:
        lacking = " ".join(part for part in state.missing if not part.startswith("Returned"))
        raise Refused(f"This document cannot be approved yet. {lacking}".strip())
    mine = by.pk if by else None
    if state.approvals.is_complete or mine in {review.person for review in state.approvals.given}:
        return state
    if mine is not None and (reason := state.approvals.why_not(mine)):
        raise Refused(reason)
    Review.objects.create(
        inspection=inspection, document=document, verdict=Review.Verdict.APPROVED, contents=contents, at=now, by=by
    )
    detail = {"document": document}
    audit.record(inspection, by=by, verb="document approved", subject=state.document.title, now=now, detail=detail)
    return state


@transaction.atomic
def return_document(
    *, inspection: Inspection, document: str, contents: str, reason: str, by: User | None, now: datetime
) -> DocumentState:
    """Send a document back to its owners with a reason; it stays returned until something in it changes.

    Returning it twice for the same reason changes nothing. Raises Refused without a reason, if there is nothing in it
    to return, and if it was changed since the person saw it. Returns the state before.
    """
    reason = many_lines(reason)
    if not reason:
        raise Refused("Say what has to be put right, so that the owner knows what to do.", field="reason")
    inspection = locked_for_change(inspection)
    state = _as_it_is(inspection, document, contents, now)
    if state.is_empty:
        raise Refused("There is nothing in this document that could be returned.", field="reason")
    if state.returned_reason == reason:
        return state
    Review.objects.create(
        inspection=inspection,
        document=document,
        verdict=Review.Verdict.RETURNED,
        reason=reason,
        contents=contents,
        at=now,
        by=by,
    )
    # The reason is stored with the document only: it may mention a child, and the record must not.
    detail = {"document": document}
    audit.record(inspection, by=by, verb="document returned", subject=state.document.title, now=now, detail=detail)
    return state


@transaction.atomic
def ask_for_approvals(*, inspection: Inspection, document: str, needed: int, by: User | None, now: datetime) -> bool:
    """Set whether a document of this inspection needs one approval or two from now on, whatever the plan says.

    Returns whether that changed anything. A document approved once may then wait for a second approval, or no longer
    wait for one. Raises Refused if somebody who has added to the document, or approved it, asks for one approval
    instead of two.
    """
    if needed not in (1, TWO):
        raise Refused("A document needs one approval or two.")
    document_and_part(inspection, document)
    inspection = locked_for_change(inspection)
    state = states(snapshot_of(inspection, now=now))[document]
    if state.approvals.needed == needed:
        return False
    if needed < TWO and by is not None and (reason := state.approvals.why_not_one(by.pk)):
        raise Refused(reason)
    verdict = Review.Verdict.TWO if needed == TWO else Review.Verdict.ONE
    Review.objects.create(inspection=inspection, document=document, verdict=verdict, contents="", at=now, by=by)
    verb = "two approvals asked for" if needed == TWO else "one approval asked for"
    detail = {"document": document}
    audit.record(inspection, by=by, verb=verb, subject=state.document.title, now=now, detail=detail)
    return True


@transaction.atomic
def record_sent(
    *,
    inspection: Inspection,
    version_ids: Iterable[int],
    by: User | None,
    now: datetime,
    nil_return_ids: Iterable[int] | None = None,
    sent_at: datetime | None = None,
) -> Sending:
    """Record that exactly these versions went to the lead inspector at `sent_at` (`now` if not given).

    `nil_return_ids` are the nil returns that went with them; if none are named, the present ones. Raises Refused if one
    of the versions or nil returns belongs to another inspection.
    """
    inspection = locked_for_change(inspection)
    versions = set(version_ids)
    nils = NilReturn.objects.filter(inspection=inspection)
    wanted = (
        set(nils.filter(withdrawn_at=None).values_list("pk", flat=True))
        if nil_return_ids is None
        else set(nil_return_ids)
    )
    known = Version.objects.filter(file__inspection=inspection)
    if known.filter(pk__in=versions).count() != len(versions) or nils.filter(pk__in=wanted).count() != len(wanted):
        raise Refused("What is recorded as sent must be of this inspection.")
    sending = Sending.objects.create(inspection=inspection, sent_at=sent_at or now, sent_by=by)
    SentItem.objects.bulk_create(SentItem(sending=sending, version_id=pk) for pk in sorted(versions))
    SentItem.objects.bulk_create(SentItem(sending=sending, nil_return_id=pk) for pk in sorted(wanted))
    detail = {"files": len(versions), "nil returns": len(wanted)}
    audit.record(inspection, by=by, verb="documents sent", subject=inspection.title, now=now, detail=detail)
    return sending
