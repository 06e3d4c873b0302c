"""What can be done to an inspection. Each action is atomic, checked and recorded.

Dates are checked here and not in forms, so that pages and commands refuse the same things in the same words.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.text import slugify

from accounts.actions import adopt_posts
from accounts.invitations import give_post_to, invite_person
from accounts.locks import locked_council
from accounts.models import Council, Holding, Invitation, Post, Role, User
from frameworks import Framework, FrameworkError, Plan
from govuk.text import many_lines, one_line
from inspections.audit import record
from inspections.locks import locked, locked_with_council
from inspections.models import Inspection, InspectionKind, Ownership, library
from inspections.moves import if_notified_on, moves_between
from inspections.working_days import NotAWorkingDay, NoWorkingDay, in_words
from refusals import Refused

# A form sent twice arrives within this time of the first one.
SENT_TWICE = timedelta(minutes=10)


@transaction.atomic
def open_inspection(
    *,
    council: Council,
    title: str,
    slug: str | None = None,
    kind: str = InspectionKind.REAL,
    framework_key: str,
    plan_key: str = "",
    expected_before: date | None = None,
    by: User | None,
    now: datetime,
) -> Inspection:
    """Open an inspection of the council, with the posts and owners of the plan.

    If there is no `slug`, one is made from the title. The same form sent twice opens one inspection. Raises Refused for
    an unknown framework or plan, a plan that was made for another framework, and a title or slug that is taken.
    """
    title = one_line(title)
    if not title:
        raise Refused("Enter a title for the inspection.", field="title")
    _, plan = _framework_and_plan(framework_key, plan_key)
    council = locked_council(council.pk)
    facts = {"kind": kind, "framework_key": framework_key, "plan_key": plan_key, "expected_before": expected_before}
    again = Inspection.objects.filter(
        council=council, title=title, opened_by=by, opened_at__gt=now - SENT_TWICE, **facts
    )
    if (slug is None or again.filter(slug=slug).exists()) and (found := again.first()):
        return found
    if Inspection.objects.filter(council=council, title=title, withdrawn_at=None).exists():
        raise Refused(f"There is already an inspection called “{title}”. Give this one another title.", field="title")
    row = Inspection(council=council, title=title, opened_at=now, opened_by=by, **facts)
    inspection = _saved_under_free_slug(row, slug)
    if plan is not None:
        _adopt_plan(inspection, plan, by=by, now=now)
    detail = {"kind": kind, "framework": framework_key, "plan": plan_key}
    record(inspection, by=by, verb="inspection opened", subject=title, now=now, detail=detail)
    inspection.refresh_from_db()
    return inspection


def _framework_and_plan(framework_key: str, plan_key: str) -> tuple[Framework, Plan | None]:
    try:
        framework = library().framework(framework_key)
    except KeyError:
        raise Refused(f"There is no framework “{framework_key}”.", field="framework_key") from None
    except FrameworkError as error:
        raise Refused(f"The framework file cannot be used. {error}", field="framework_key") from None
    if not plan_key:
        return framework, None
    try:
        plan = library().plan(plan_key)
    except KeyError:
        raise Refused(f"There is no local plan “{plan_key}”.", field="plan_key") from None
    except FrameworkError as error:
        raise Refused(f"The local plan file cannot be used. {error}", field="plan_key") from None
    if plan.framework != framework.key:
        raise Refused(
            f"The local plan “{plan_key}” was made for the framework “{plan.framework}”, not for “{framework_key}”.",
            field="plan_key",
        )
    return framework, plan


def _saved_under_free_slug(row: Inspection, slug: str | None) -> Inspection:
    while True:
        row.slug = _free_slug(slug, row.title, row.council)
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError:
            # Another council may have taken it at the same moment, so it is no longer free.
            if not Inspection.objects.filter(slug=row.slug).exists():
                raise
        else:
            return row


def _free_slug(slug: str | None, title: str, council: Council) -> str:
    longest = 80
    if slug is not None:
        if slugify(slug)[:longest] != slug:
            raise Refused("Use small letters, numbers and hyphens in the short name.", field="slug")
        if Inspection.objects.filter(slug=slug).exists():
            raise Refused(f"The short name “{slug}” is taken. Choose another.", field="slug")
        return slug
    # Another council's inspection may have the same name; the address does not show whose it is.
    wanted = slugify(title)[: longest - 4].strip("-") or slugify(council.slug)
    taken = set(Inspection.objects.filter(slug__startswith=wanted).values_list("slug", flat=True))
    return next(name for n in range(1, len(taken) + 2) if (name := wanted if n == 1 else f"{wanted}-{n}") not in taken)


def _adopt_plan(inspection: Inspection, plan: Plan, *, by: User | None, now: datetime) -> None:
    """Add the posts, people and owners of the plan; people who hold a post already keep it."""
    council = inspection.council
    posts = adopt_posts(council=council, posts=plan.posts, by=by, now=now)
    rows = [
        Ownership(inspection=inspection, item=ownership.item, post=posts[name], position=position)
        for ownership in plan.ownerships
        for position, name in enumerate(ownership.owners)
    ]
    Ownership.objects.bulk_create(rows)
    for person in plan.people:
        email = User.objects.normalize_email(person.email)
        is_member = User.objects.filter(email=email, memberships__council=council).exists()
        if not is_member and not Invitation.objects.filter(council=council, email=email).exists():
            invite_person(council=council, email=email, full_name=person.name, roles=[Role.OWNER], by=by, now=now)
        for name in person.posts:
            if not Holding.objects.current().filter(post=posts[name]).exists():
                give_post_to(post=posts[name], email=email, by=by, now=now)


@transaction.atomic
def record_notification(*, inspection: Inspection, notified_on: date, by: User | None, now: datetime) -> bool:
    """Record that the inspectorate called on this day, which becomes day 1. Returns whether anything changed.

    The same day recorded again changes nothing. Raises Refused for a day that is not a working day or is in the future,
    for an inspection that was withdrawn, and for one already notified on another day (correct that instead).
    """
    row = locked(inspection)
    _check_not_withdrawn(row)
    if row.notified_on == notified_on:
        return False
    if row.notified_on is not None:
        raise Refused(
            f"The notification is already recorded as {in_words(row.notified_on, weekday=True)}. "
            "If that is wrong, correct it and say why.",
            field="notified_on",
        )
    check_notification(row, notified_on, now=now)
    _notify(row, notified_on, by=by, now=now)
    detail = {"before": None, "after": notified_on.isoformat()}
    subject = f"Notified on {in_words(notified_on)}"
    record(row, by=by, verb="notification recorded", subject=subject, now=now, detail=detail)
    inspection.refresh_from_db()
    return True


@transaction.atomic
def correct_notification(
    *, inspection: Inspection, notified_on: date, reason: str, by: User | None, now: datetime
) -> bool:
    """Change the day of a recorded notification; all dates that depend on it follow. Returns whether anything changed.

    Raises Refused as `record_notification` does, without a reason, and if no notification is recorded yet.
    """
    row = locked(inspection)
    _check_not_withdrawn(row)
    before = row.notified_on
    if before is None:
        raise Refused("No notification is recorded yet, so there is nothing to correct.", field="notified_on")
    if before == notified_on:
        return False
    reason = given(reason, "Say why the date is corrected, so that it is on the record.")
    check_notification(row, notified_on, now=now)
    moves = moves_between(if_notified_on(row, before), if_notified_on(row, notified_on))
    _notify(row, notified_on, by=by, now=now)
    detail = {
        "before": before.isoformat(),
        "after": notified_on.isoformat(),
        "reason": reason,
        "moved": [move.on_record() for move in moves],
    }
    subject = f"Notified on {in_words(notified_on)}, not {in_words(before)}"
    record(row, by=by, verb="notification corrected", subject=subject, now=now, detail=detail)
    inspection.refresh_from_db()
    return True


def check_notification(inspection: Inspection, notified_on: date, *, now: datetime) -> None:
    """Raises Refused if the inspection cannot have been notified on this day, with what would be right.

    A day long past is accepted: an inspection may be entered after the event.
    """
    today = timezone.localdate(now)
    if notified_on > today:
        raise Refused(
            f"{in_words(notified_on, weekday=True)} has not come yet. Record the notification on the day it arrives.",
            field="notified_on",
        )
    try:
        if_notified_on(inspection, notified_on)
    except (NotAWorkingDay, NoWorkingDay) as error:
        raise Refused(str(error), field="notified_on") from None


def _notify(row: Inspection, notified_on: date, *, by: User | None, now: datetime) -> None:
    row.notified_on = notified_on
    row.notification_recorded_at = now
    row.notification_recorded_by = by
    row.save(update_fields=["notified_on", "notification_recorded_at", "notification_recorded_by"])
    # People are told at once. The function that tells them is on a floor above, so it is named in the settings.
    import_string(settings.INSPECTION_NOTIFIED)()


@transaction.atomic
def withdraw(*, inspection: Inspection, reason: str, by: User | None, now: datetime) -> bool:
    """Withdraw the inspection (it was deferred, or opened by mistake). Returns whether anything changed.

    Nothing is deleted, but nothing is owed any more. Raises Refused without a reason.
    """
    row = locked(inspection)
    if row.is_withdrawn:
        return False
    row.withdrawn_reason = given(reason, "Say why the inspection is withdrawn, so that it is on the record.")
    row.withdrawn_at = now
    row.withdrawn_by = by
    row.save(update_fields=["withdrawn_reason", "withdrawn_at", "withdrawn_by"])
    detail = {"reason": row.withdrawn_reason}
    record(row, by=by, verb="inspection withdrawn", subject=row.title, now=now, detail=detail)
    inspection.refresh_from_db()
    return True


@transaction.atomic
def reinstate(*, inspection: Inspection, by: User | None, now: datetime) -> bool:
    """Take a withdrawal back, so that the inspection is as it was. Returns whether anything changed.

    Raises Refused if another inspection has taken its title since.
    """
    # The council is locked too, because another of its inspections may be given this title at the same moment.
    row = locked_with_council(inspection)
    if not row.is_withdrawn:
        return False
    others = Inspection.objects.filter(council_id=row.council_id, title=row.title, withdrawn_at=None)
    if others.exists():
        raise Refused(f"There is another inspection called “{row.title}” by now. Withdraw that one first.")
    detail = {"withdrawn because": row.withdrawn_reason}
    row.withdrawn_reason, row.withdrawn_at, row.withdrawn_by = "", None, None
    row.save(update_fields=["withdrawn_reason", "withdrawn_at", "withdrawn_by"])
    record(row, by=by, verb="withdrawal taken back", subject=row.title, now=now, detail=detail)
    inspection.refresh_from_db()
    return True


@transaction.atomic
def set_owners(*, inspection: Inspection, item: str, posts: list[Post], by: User | None, now: datetime) -> bool:
    """Make these posts, in this order, the owners of the item; without posts, its owner is to be confirmed.

    Returns whether anything changed. Raises Refused for an item that the framework does not have, for a post of another
    council and for one named twice.
    """
    row = locked(inspection)
    title = item_title(row.framework, item)
    if title is None:
        raise Refused(f"“{item}” is not an item of {row.framework.title}.", field="item")
    if any(post.council_id != row.council_id for post in posts):
        raise Refused("Choose posts of this council.", field="posts")
    if len({post.pk for post in posts}) != len(posts):
        raise Refused("A post is named twice. Name each owner once.", field="posts")
    current = Ownership.objects.filter(inspection=row, item=item).select_related("post").order_by("position", "pk")
    before = [ownership.post for ownership in current]
    if before == posts:
        return False
    current.delete()
    Ownership.objects.bulk_create(
        Ownership(inspection=row, item=item, post=post, position=position) for position, post in enumerate(posts)
    )
    detail = {"item": item, "before": [post.name for post in before], "after": [post.name for post in posts]}
    record(row, by=by, verb="owners changed", subject=title, now=now, detail=detail)
    return True


def item_title(framework: Framework, item: str) -> str | None:
    """The framework's title of the item ("document:1"); None if it has no such item."""
    kind, _, key = item.partition(":")
    try:
        if kind == "document":
            return framework.document(key).title
        if kind == "focus-group":
            return framework.group(key).title
        if kind == "step":
            return framework.step(key).title
    except KeyError:
        pass
    return None


def _check_not_withdrawn(row: Inspection) -> None:
    if row.is_withdrawn:
        raise Refused(f"“{row.title}” is withdrawn ({row.withdrawn_reason}). Reinstate it first.", field="notified_on")


def given(reason: str, otherwise: str) -> str:
    """The reason, ready to be stored; raises Refused with the sentence `otherwise` if it is empty."""
    reason = many_lines(reason)
    if not reason:
        raise Refused(otherwise, field="reason")
    return reason
