"""A new email address for a person: an administrator asks for it, and whoever reads mail there confirms it.

A person has one address in the whole installation. If it were changed at once, an administrator could find out which
addresses people of other councils have by trying them. So the answer is the same for every address, and only a person
who opens the link sent to an address learns that it is already taken.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse

from accounts import audit, letters
from accounts.actions import change_address, check_is_in, check_is_nowhere_else
from accounts.locks import councils_that_name, locked_person
from accounts.models import AddressChange, Council, User
from refusals import Refused

#: How long the link in a letter works.
LINK_LASTS = timedelta(days=7)
_SALT = "accounts.address_changes"


def path_of(change: AddressChange) -> str:
    """The path at which the change is confirmed. It works for `LINK_LASTS`, while the change is still asked for."""
    return reverse("accounts:confirm-address", args=[signing.dumps(change.pk, salt=_SALT)])


def found_by(token: str) -> AddressChange | None:
    """The change that a link belongs to.

    None if the link is wrong or too old, or the change was confirmed or taken back.
    """
    try:
        pk = signing.loads(token, salt=_SALT, max_age=LINK_LASTS)
    except signing.BadSignature:
        return None
    return AddressChange.objects.select_related("council", "user", "asked_by").filter(pk=pk).first()


@transaction.atomic
def ask_for_address(*, council: Council, user: User, email: str, by: User, now: datetime) -> bool:
    """Queue a letter that asks for confirmation from a person's new address. Returns whether there is a letter.

    Any change asked for before is taken back, and its link stops working. Giving the person's present address does only
    that. Raises Refused for somebody who is not in the council or is in another one as well, and for an address that
    somebody else in the council has.
    """
    councils_that_name(user)
    email = User.objects.normalize_email(email)
    user = locked_person(user)
    check_is_in(council, user)
    check_is_nowhere_else(council, user)
    holder = User.objects.filter(email=email, memberships__council=council).exclude(pk=user.pk).first()
    if holder is not None:
        raise Refused(f"{email} already belongs to {holder.full_name}, who is in {council}.", field="email")
    taken_back = AddressChange.objects.filter(user=user).delete()[0]
    if email == user.email:
        if taken_back:
            audit.record(council, by=by, verb="change of address taken back", subject=user.full_name, now=now)
        return False
    change = AddressChange.objects.create(council=council, user=user, email=email, asked_by=by, asked_at=now)
    link = f"{settings.PUBLIC_URL}{path_of(change)}"
    letters.queue_address_letter(change, link=link, days=LINK_LASTS.days, now=now)
    detail = {"before": user.email, "after": email}
    audit.record(council, by=by, verb="change of address asked for", subject=user.full_name, now=now, detail=detail)
    return True


@transaction.atomic
def confirm(*, change: AddressChange, now: datetime) -> None:
    """Make the new address the person's, with `change_address`.

    Raises Refused if the change was confirmed or taken back, and whenever `change_address` does.
    """
    councils_that_name(change.user)
    row = AddressChange.objects.select_related("council", "user", "asked_by").filter(pk=change.pk).first()
    if row is None:
        raise Refused("The address was confirmed already, or the change was taken back.")
    row.delete()
    change_address(council=row.council, user=row.user, email=row.email, by=row.asked_by, now=now)
