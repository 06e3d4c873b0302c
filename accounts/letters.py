"""The emails of sign-in: invitations, links to a new password, and news about a changed email address."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from accounts.locks import locked_person
from accounts.models import AddressChange, Invitation, User
from outbox.actions import queue
from outbox.models import Message

# A second request within this time sends nothing more, so that nobody can fill a mailbox by impatience or malice.
PAUSE = timedelta(minutes=2)


def password_link(user: User) -> str:
    """The address of a page where a new password can be chosen. It works once, for anybody who has it."""
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    path = reverse("accounts:password-reset-set", args=[uid, default_token_generator.make_token(user)])
    return f"{settings.PUBLIC_URL}{path}"


def queue_password_letter(user: User, *, now: datetime) -> Message | None:
    """Queue a letter with a link to a new password, in the caller's transaction.

    None, and nothing is queued, for an inactive person and if one was queued within the last two minutes.
    """
    # Otherwise two requests at the same moment would send two links.
    locked_person(user)
    # Only letters of this kind count: an invitation from another council must not show here.
    subject = _subject("password", {})
    recent = Message.objects.filter(to=user.email, subject=subject, secret=True, created_at__gt=now - PAUSE)
    if not user.is_active or recent.exists():
        return None
    return _queue(user, now=now)


def answer_forgotten(email: str, *, now: datetime) -> None:
    """Queue a letter with a link to a new password, if somebody has the address and none was queued just now.

    In the caller's transaction. If nothing is to be sent, the same work is done and thrown away, because the time an
    answer takes must not show which addresses are known.
    """
    email = User.objects.normalize_email(email)
    user = User.objects.filter(email=email).first()
    if user is None or queue_password_letter(user, now=now) is None:
        _queue(User(pk=0, email=email, full_name=email), now=now).delete()


def queue_invitation(invitation: Invitation, *, link: str, days: int, now: datetime) -> Message:
    """Queue the letter of an invitation, in the caller's transaction.

    It is the same whether the address is known or not, because the inviting council must not learn that.
    """
    context = {"invitation": invitation, "link": link, "days": days}
    return _written(invitation.email, invitation.full_name, "invitation", context, now=now)


def queue_address_letter(change: AddressChange, *, link: str, days: int, now: datetime) -> Message:
    """Queue the letter that asks to confirm a new address, in the caller's transaction.

    It is the same whether somebody has the address or not, because the person who asked must not learn that.
    """
    context = {"change": change, "link": link, "days": days}
    return _written(change.email, change.user.full_name, "address", context, now=now)


def queue_farewell(user: User, by: User, *, now: datetime) -> Message:
    """Tell a person's former address that it is no longer theirs, and who changed that.

    In the caller's transaction, before the change. The letter does not name the new address, because the former one may
    be a stranger's.
    """
    context = {"user": user, "by": by, "site": settings.PUBLIC_URL}
    return queue(
        to=user.email,
        to_name=user.full_name,
        subject=_subject("farewell", context),
        text=render_to_string("accounts/farewell-body-text.txt", context),
        html=render_to_string("accounts/farewell-body-html.html", context),
        now=now,
    )


def _queue(user: User, *, now: datetime) -> Message:
    hours = settings.PASSWORD_RESET_TIMEOUT // 3600
    context = {"user": user, "hours": hours, "link": password_link(user)}
    return _written(user.email, user.full_name, "password", context, now=now)


def _written(to: str, to_name: str, name: str, context: dict[str, object], *, now: datetime) -> Message:
    return queue(
        to=to,
        to_name=to_name,
        subject=_subject(name, context),
        text=render_to_string(f"accounts/{name}-body-text.txt", context),
        html=render_to_string(f"accounts/{name}-body-html.html", context),
        now=now,
        secret=True,
    )


def _subject(name: str, context: dict[str, object]) -> str:
    return render_to_string(f"accounts/{name}-subject.txt", context).strip()
