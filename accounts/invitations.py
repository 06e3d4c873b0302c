"""Inviting people to a council by their email address, and answering an invitation.

A person is known to the whole installation. One council must not learn from what another entered who somebody is, and
must not decide anything for them. So an invitation belongs to the inviting council alone until the person accepts it,
and nothing that the council sees here depends on whether the address is known elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core import signing
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts import audit, letters
from accounts.actions import clean_person, give_post
from accounts.locks import locked_council, locked_person
from accounts.models import Council, Invitation, Membership, Post, Role, User
from refusals import Refused

#: How long the link in a letter works; sending the invitation again makes a new one.
LINK_LASTS = timedelta(days=7)
#: A second letter within this time is not sent, so that nobody can fill a mailbox by impatience or malice.
PAUSE = timedelta(minutes=2)
_SALT = "accounts.invitations"


def path_of(invitation: Invitation) -> str:
    """The path at which the invitation is answered. It works for `LINK_LASTS`, as long as the invitation is open."""
    return reverse("accounts:invitation", args=[signing.dumps(invitation.pk, salt=_SALT)])


def found_by(token: str) -> Invitation | None:
    """The invitation that a link belongs to.

    None if the link is wrong or too old, or the invitation was answered or withdrawn.
    """
    try:
        pk = signing.loads(token, salt=_SALT, max_age=LINK_LASTS)
    except signing.BadSignature:
        return None
    return Invitation.objects.select_related("council", "invited_by").filter(pk=pk).first()


@transaction.atomic
def invite_person(
    *,
    council: Council,
    email: str,
    full_name: str,
    roles: Iterable[Role],
    by: User | None,
    now: datetime,
    telephone: str = "",
) -> Invitation:
    """Invite somebody to the council with these roles, and queue the letter.

    Raises Refused without a name or a role, for somebody who is already in the council, and for an address that the
    council has already invited.
    """
    full_name, telephone, chosen = clean_person(full_name=full_name, telephone=telephone, roles=roles)
    locked_council(council.pk)
    email = User.objects.normalize_email(email)
    member = User.objects.filter(email=email, memberships__council=council).first()
    if member is not None:
        raise Refused(f"{email} already belongs to {member.full_name}, who is in {council}.", field="email")
    if Invitation.objects.filter(council=council, email=email).exists():
        raise Refused(f"{email} has been invited already and has not accepted yet.", field="email")
    invitation = Invitation.objects.create(
        council=council,
        email=email,
        full_name=full_name,
        telephone=telephone,
        roles=[role.value for role in chosen],
        invited_by=by,
        invited_at=now,
        sent_at=now,
    )
    _send(invitation, now)
    detail = {"roles": [role.label for role in chosen]}
    audit.record(council, by=by, verb="person invited", subject=full_name, now=now, detail=detail)
    return invitation


@transaction.atomic
def send_again(*, invitation: Invitation, by: User, now: datetime) -> bool:
    """Queue the letter of an invitation once more, with a new link. False within two minutes of the last letter.

    Raises Refused if the invitation is no longer open.
    """
    row = _locked_invitation(invitation)
    if row.sent_at > now - PAUSE:
        return False
    Invitation.objects.filter(pk=row.pk).update(sent_at=now)
    _send(row, now)
    audit.record(row.council, by=by, verb="invitation sent again", subject=row.full_name, now=now)
    return True


@transaction.atomic
def withdraw(*, invitation: Invitation, by: User, now: datetime) -> bool:
    """Withdraw an invitation, so that its link no longer works. Returns whether it was open."""
    locked_council(invitation.council_id)  # Somebody may be accepting it at this moment.
    if not Invitation.objects.filter(pk=invitation.pk).delete()[0]:
        return False
    audit.record(invitation.council, by=by, verb="invitation withdrawn", subject=invitation.full_name, now=now)
    return True


@transaction.atomic
def decline(*, invitation: Invitation, now: datetime) -> bool:
    """Decline an invitation, as whoever has its link or its address may. Returns whether it was open."""
    locked_council(invitation.council_id)  # Somebody may be accepting it at this moment.
    if not Invitation.objects.filter(pk=invitation.pk).delete()[0]:
        return False
    audit.record(invitation.council, by=None, verb="invitation declined", subject=invitation.full_name, now=now)
    return True


@transaction.atomic
def accept(*, invitation: Invitation, user: User, now: datetime) -> None:
    """The person whose address was invited joins the council: roles and posts take effect.

    Raises Refused for anybody else, and if the invitation is no longer open.
    """
    row = _locked_invitation(invitation)
    user = locked_person(user)
    if user.email != row.email or not user.is_active:
        raise Refused(f"This invitation is for {row.email}.")
    roles = [Membership(council=row.council, user=user, role=role) for role in row.roles]
    Membership.objects.bulk_create(roles, ignore_conflicts=True)
    posts = list(row.posts.order_by("pk"))
    row.delete()
    for post in posts:
        give_post(post=post, user=user, by=row.invited_by, now=now)
    detail = {"roles": [Role(role).label for role in row.roles]}
    audit.record(row.council, by=user, verb="invitation accepted", subject=user.full_name, now=now, detail=detail)


def join(*, invitation: Invitation, full_name: str, password: str, now: datetime) -> User:
    """Accept an invitation with a first password. Returns the person.

    `password` has been validated. Raises Refused if the person has a password by now, and whenever `accept` does.
    """
    # Hashing takes long, and longer while many people sign in, so no lock is held meanwhile.
    hashed = make_password(password)
    with transaction.atomic():
        row = _locked_invitation(invitation)
        full_name, telephone, _ = clean_person(full_name=full_name, telephone=row.telephone, roles=row.roles)
        user = User.objects.filter(email=row.email).first()
        if user is not None and user.has_usable_password():
            raise Refused(f"{row.email} has a password already. Sign in with it, then open the link again.")
        if user is None:
            user = _new_user(row, full_name, telephone, now)
        user.password = hashed
        user.save(update_fields=["password"])
        accept(invitation=row, user=user, now=now)
    return user


@transaction.atomic
def give_post_to(*, post: Post, email: str, by: User | None, now: datetime) -> bool:
    """Give a post to somebody in the council by their address: at once, or once they accept their invitation.

    Returns whether anything changed. Until an invitation is accepted the present holder keeps the post, and nobody is
    reminded in their place. Raises Refused for an address that is neither in the council nor invited.
    """
    locked_council(post.council_id)
    email = User.objects.normalize_email(email)
    user = User.objects.filter(email=email, memberships__council=post.council_id).first()
    if user is not None:
        return give_post(post=post, user=user, by=by, now=now)
    invitation = Invitation.objects.filter(council=post.council_id, email=email).first()
    if invitation is None:
        raise Refused(f"{email} is not in {post.council}. Add the person first.", field="user")
    if post.invitations.filter(pk=invitation.pk).exists():
        return False
    post.invitations.set([invitation])
    detail = {"to": invitation.full_name}
    audit.record(post.council, by=by, verb="post promised", subject=post.name, now=now, detail=detail)
    return True


def _new_user(invitation: Invitation, full_name: str, telephone: str, now: datetime) -> User:
    try:
        with transaction.atomic():
            return User.objects.create_user(invitation.email, full_name=full_name, telephone=telephone, joined_at=now)
    except IntegrityError:
        # The same person has accepted another council's invitation at the same moment.
        raise Refused("You have just chosen a password. Sign in with it, then open the link again.") from None


def _locked_invitation(invitation: Invitation) -> Invitation:
    """The invitation as it is now, locked. Raises Refused if it was answered or withdrawn."""
    locked_council(invitation.council_id)
    row = Invitation.objects.select_related("council", "invited_by").filter(pk=invitation.pk).first()
    if row is None:
        raise Refused("This invitation was answered or withdrawn.")
    return row


def _send(invitation: Invitation, now: datetime) -> None:
    letters.queue_invitation(
        invitation, link=f"{settings.PUBLIC_URL}{path_of(invitation)}", days=LINK_LASTS.days, now=now
    )
