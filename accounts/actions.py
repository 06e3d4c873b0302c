"""What can be done to people, roles and posts. Each action is atomic and writes the record."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import audit, letters
from accounts.locks import councils_that_name, locked_council, locked_person
from accounts.models import SUMMARY_HOURS, Council, Holding, Membership, Post, PostAlias, Role, User
from govuk.text import one_line, same_text
from refusals import Refused


class PlannedPost(Protocol):
    """A post as a local plan names it."""

    @property
    def name(self) -> str: ...
    @property
    def aliases(self) -> tuple[str, ...]: ...
    @property
    def organisation(self) -> str: ...


@transaction.atomic
def add_council(*, slug: str, name: str) -> Council:
    """Add a council, with nobody in it yet. Raises Refused without a name and if the slug is taken."""
    name = one_line(name)
    if not name:
        raise Refused("Enter the name of the council.", field="name")
    try:
        with transaction.atomic():
            return Council.objects.create(slug=slug, name=name)
    except IntegrityError:
        raise Refused(f"There is already a council with the short name “{slug}”.", field="slug") from None


@transaction.atomic
def add_person(
    *,
    council: Council,
    email: str,
    full_name: str,
    roles: Iterable[Role],
    by: User | None,
    now: datetime,
    telephone: str = "",
) -> User:
    """Add a person to the council with these roles, without inviting them: for the demonstration and for tests.

    Others are invited (`accounts.invitations`), and join once they accept. A person who is known from another council
    is found by their email address. A new person has no password until they set one. Raises Refused if they are in this
    council already, and without a name or a role.
    """
    full_name, telephone, roles = clean_person(full_name=full_name, telephone=telephone, roles=roles)
    locked_council(council.pk)
    email = User.objects.normalize_email(email)
    user = User.objects.filter(email=email).first()
    if user is not None:
        # Another council may be changing their address, which it may no longer do once they are here too.
        user = locked_person(user)
    if user is not None and user.email == email and Membership.objects.filter(council=council, user=user).exists():
        raise Refused(f"{email} already belongs to {user.full_name}, who is in {council}.", field="email")
    if user is None or user.email != email:
        user = _new_user(email, full_name=full_name, telephone=telephone, now=now)
    Membership.objects.bulk_create(Membership(council=council, user=user, role=role) for role in roles)
    labels = [role.label for role in roles]
    audit.record(council, by=by, verb="person added", subject=user.full_name, now=now, detail={"roles": labels})
    return user


def clean_person(*, full_name: str, telephone: str, roles: Iterable[Role | str]) -> tuple[str, str, list[Role]]:
    """The name, telephone number and roles of a new person, tidied for storing.

    Raises Refused without a name or a role.
    """
    chosen = [Role(role) for role in roles]
    if not chosen:
        raise Refused("Choose at least one role: without one the person would see nothing.", field="roles")
    return _name(full_name), one_line(telephone), chosen


def _new_user(email: str, *, full_name: str, telephone: str, now: datetime) -> User:
    try:
        with transaction.atomic():
            return User.objects.create_user(email, full_name=full_name, telephone=telephone, joined_at=now)
    except IntegrityError:
        # Another council has added the same person at the same moment.
        return User.objects.get(email=email)


@transaction.atomic
def set_roles(*, council: Council, user: User, roles: Iterable[Role], by: User | None, now: datetime) -> bool:
    """Give the person exactly these roles in the council. Returns whether anything changed.

    Raises Refused for somebody who is not in the council, if no role is left, and if the council would be left without
    an administrator.
    """
    wanted = {Role(role) for role in roles}
    if not wanted:
        raise Refused("Choose at least one role, or remove the person from the council instead.", field="roles")
    locked_council(council.pk)
    rows = Membership.objects.filter(council=council, user=user)
    check_is_in(council, user)
    before = {Role(row.role) for row in rows}
    if wanted == before:
        return False
    if Role.ADMINISTRATOR in before - wanted:
        _check_another_administrator(council, user)
    rows.exclude(role__in=wanted).delete()
    Membership.objects.bulk_create(Membership(council=council, user=user, role=role) for role in wanted - before)
    detail = {"before": sorted(role.label for role in before), "after": sorted(role.label for role in wanted)}
    audit.record(council, by=by, verb="roles changed", subject=user.full_name, now=now, detail=detail)
    return True


@transaction.atomic
def remove_person(*, council: Council, user: User, by: User, now: datetime) -> None:
    """Take the person out of the council: their roles end, their posts fall vacant, and the record keeps what they did.

    Raises Refused for oneself and for the last administrator.
    """
    if user == by:
        raise Refused("You cannot remove yourself. Ask another administrator to do it.")
    locked_council(council.pk)
    rows = Membership.objects.filter(council=council, user=user)
    if rows.filter(role=Role.ADMINISTRATOR).exists():
        _check_another_administrator(council, user)
    for holding in Holding.objects.current().filter(user=user, post__council=council).select_related("post"):
        vacate_post(post=holding.post, by=by, now=now)
    if rows.delete()[0]:
        audit.record(council, by=by, verb="person removed", subject=user.full_name, now=now)


def check_is_in(council: Council, user: User) -> None:
    """Raises Refused for somebody who is not in the council, or who may no longer sign in."""
    if not Membership.objects.filter(council=council, user=user, user__is_active=True).exists():
        raise Refused(f"{user.full_name} is not in {council}. Add the person first.", field="user")


def check_is_nowhere_else(council: Council, user: User) -> None:
    """Raises Refused for somebody who is in another council as well, because this one may not change their address."""
    if Membership.objects.filter(user=user).exclude(council=council).exists():
        raise Refused(
            f"{user.full_name} is in another council too, so their address cannot be changed here.", field="email"
        )


def _name(full_name: str) -> str:
    full_name = one_line(full_name)
    if not full_name:
        raise Refused("Enter the person’s name.", field="full_name")
    return full_name


def _check_another_administrator(council: Council, user: User) -> None:
    others = Membership.objects.filter(council=council, role=Role.ADMINISTRATOR, user__is_active=True)
    if not others.exclude(user=user).exists():
        raise Refused(f"{user.full_name} is the only administrator of {council}. Name another one first.")


@transaction.atomic
def change_person(*, council: Council, user: User, full_name: str, telephone: str, by: User, now: datetime) -> bool:
    """Change a person's name and telephone number. Returns whether anything changed.

    Raises Refused without a name, for somebody who is not in the council, and for somebody who is in another one as
    well: the other council would see what this one writes.
    """
    councils_that_name(user)
    user = locked_person(user)
    check_is_in(council, user)
    before = {"full_name": user.full_name, "telephone": user.telephone}
    full_name, telephone = _name(full_name), one_line(telephone)
    after = {"full_name": full_name, "telephone": telephone}
    if before == after:
        return False
    if Membership.objects.filter(user=user).exclude(council=council).exists():
        raise Refused(
            f"{user.full_name} is in another council too, so nobody but they can change their name or telephone number."
        )
    User.objects.filter(pk=user.pk).update(**after)
    audit.moved_on_where_named(user)
    audit.record(council, by=by, verb="person changed", subject=full_name, now=now, detail={"before": before})
    return True


@transaction.atomic
def save_person(
    *, council: Council, user: User, full_name: str, telephone: str, roles: Iterable[Role], by: User, now: datetime
) -> None:
    """Change a person's details and roles together; if either is refused, neither changes.

    Raises Refused as `set_roles` and `change_person` do.
    """
    # All locks are taken here at once: locked one after the other they could be taken in the wrong order.
    councils_that_name(user)
    set_roles(council=council, user=user, roles=roles, by=by, now=now)
    change_person(council=council, user=user, full_name=full_name, telephone=telephone, by=by, now=now)


@transaction.atomic
def change_address(*, council: Council, user: User, email: str, by: User, now: datetime) -> bool:
    """Change a person's email address, which they also sign in with. Returns whether it changed.

    Call it only once the new address is confirmed (`accounts.address_changes`), because its answer shows whether
    somebody has the address.

    The former address may be a stranger's, so it loses all access: links sent there stop working, the password chosen
    there is removed, and sessions end. A link to choose a password goes to the new address. If there was a password,
    the former address is told that it was changed, and by whom. Raises Refused for somebody who is not in the council
    or is in another one as well, and for an address that somebody has.
    """
    councils_that_name(user)
    email = User.objects.normalize_email(email)
    former = locked_person(user)
    check_is_in(council, user)
    if email == former.email:
        return False
    check_is_nowhere_else(council, user)
    user.set_unusable_password()
    try:
        with transaction.atomic():
            User.objects.filter(pk=user.pk).update(email=email, password=user.password)
    except IntegrityError:
        raise Refused(f"Somebody already has the address {email}.", field="email") from None
    detail = {"before": former.email, "after": email}
    audit.moved_on_where_named(user)
    audit.record(council, by=by, verb="address changed", subject=user.full_name, now=now, detail=detail)
    user.email = email
    if former.has_usable_password():
        letters.queue_farewell(former, by, now=now)
    letters.queue_password_letter(user, now=now)
    return True


@transaction.atomic
def change_own_details(*, user: User, full_name: str, telephone: str, now: datetime) -> bool:
    """Change one's own name and telephone number, and record it in every council that one is in.

    Returns whether anything changed. Raises Refused without a name.
    """
    full_name, telephone = _name(full_name), one_line(telephone)
    councils_that_name(user)
    if (user.full_name, user.telephone) == (full_name, telephone):
        return False
    before = {"full_name": user.full_name, "telephone": user.telephone}
    User.objects.filter(pk=user.pk).update(full_name=full_name, telephone=telephone)
    audit.moved_on_where_named(user)
    for council in Council.objects.filter(memberships__user=user).distinct():
        audit.record(council, by=user, verb="person changed", subject=full_name, now=now, detail={"before": before})
    return True


@transaction.atomic
def choose_summary(*, user: User, hour: int | None, now: datetime) -> bool:
    """Choose one email of reminders a day at `hour`, or (None) each reminder as it falls due.

    Returns whether it changed. It is recorded in every council that one is in, and their versions move on, so that the
    next tick follows it.
    """
    councils_that_name(user)
    if user.summary_hour == hour:
        return False
    if hour is not None and hour not in SUMMARY_HOURS:
        raise Refused("Choose one of the hours offered", field="hour")
    detail = {"before": user.summary_hour, "after": hour}
    User.objects.filter(pk=user.pk).update(summary_hour=hour)
    for council in Council.objects.filter(memberships__user=user).distinct():
        audit.record(council, by=user, verb="way of reminders changed", subject=str(user), now=now, detail=detail)
    user.summary_hour = hour
    return True


@transaction.atomic
def add_post(
    *, council: Council, name: str, organisation: str, by: User | None, now: datetime, aliases: Iterable[str] = ()
) -> Post:
    """Add a vacant post. Raises Refused without a name, and if the name or an alias belongs to another post.

    An alias that is given twice, or is the same as the name, is stored once.
    """
    locked_council(council.pk)
    name, organisation = one_line(name), one_line(organisation)
    if not name:
        raise Refused("Enter the name of the post.", field="name")
    spellings = {same_text(each): one_line(each) for each in (*aliases, name) if one_line(each)}
    for spelling in (name, *spellings.values()):
        taken = find_post(council, spelling)
        if taken is not None:
            field = "name" if spelling == name else "aliases"
            raise Refused(f"“{spelling}” is already the post {taken.name} ({taken.organisation}).", field=field)
    del spellings[same_text(name)]
    try:
        with transaction.atomic():
            post = Post.objects.create(council=council, name=name, organisation=organisation)
            rows = [PostAlias(council=council, post=post, name=alias) for alias in spellings.values()]
            PostAlias.objects.bulk_create(rows)
    except IntegrityError:
        # Each database has its own rules about capitals in some alphabets.
        raise Refused(f"“{name}” is written like a post that there is already.", field="name") from None
    audit.record(council, by=by, verb="post added", subject=name, now=now, detail={"organisation": organisation})
    return post


def find_post(council: Council, spelling: str) -> Post | None:
    """The post with this name or alias. Capitals, spaces and hidden characters are ignored."""
    wanted = same_text(spelling)
    # Compared in Python, because SQLite knows no capitals beyond A to Z.
    posts = Post.objects.filter(council=council)
    by_name = next((post for post in posts if same_text(post.name) == wanted), None)
    if by_name is not None:
        return by_name
    aliases = PostAlias.objects.filter(council=council).select_related("post")
    return next((alias.post for alias in aliases if same_text(alias.name) == wanted), None)


@transaction.atomic
def adopt_posts(*, council: Council, posts: Iterable[PlannedPost], by: User | None, now: datetime) -> dict[str, Post]:
    """The council's posts for the posts of a plan, by the plan's name for them; those that are missing are added.

    A post that the council already has under the name or an alias is left unchanged, so calling it twice changes
    nothing.
    """
    locked_council(council.pk)
    adopted: dict[str, Post] = {}
    for planned in posts:
        found = next((p for s in (planned.name, *planned.aliases) if (p := find_post(council, s))), None)
        adopted[planned.name] = found or add_post(
            council=council,
            name=planned.name,
            organisation=planned.organisation,
            aliases=planned.aliases,
            by=by,
            now=now,
        )
    return adopted


@transaction.atomic
def give_post(*, post: Post, user: User, by: User | None, now: datetime) -> bool:
    """Put a person into a post from today; its present holder, if any, leaves it. Returns whether anything changed.

    The person becomes an owner of the council if they are not one yet. Raises Refused for somebody who is not in the
    council.
    """
    council = locked_council(post.council_id)
    check_is_in(council, user)
    current = Holding.objects.current().filter(post=post).select_related("user").first()
    taken_back = _take_back_promise(post, by, now)
    if current is not None and current.user == user:
        return taken_back
    before = current.user.full_name if current else None
    if current is not None:
        _end_holding(current, now)
    today = timezone.localdate(now)
    Holding.objects.create(post=post, user=user, started_on=today, given_by=by)
    Membership.objects.get_or_create(council=council, user=user, role=Role.OWNER)
    detail = {"to": user.full_name, "from": before}
    audit.record(council, by=by, verb="post given", subject=post.name, now=now, detail=detail)
    return True


@transaction.atomic
def vacate_post(*, post: Post, by: User | None, now: datetime) -> bool:
    """End the present holding of a post, and withdraw it from anybody invited to it. Returns whether there was any."""
    council = locked_council(post.council_id)
    current = Holding.objects.current().filter(post=post).select_related("user").first()
    taken_back = _take_back_promise(post, by, now)
    if current is None:
        return taken_back
    _end_holding(current, now)
    detail = {"from": current.user.full_name}
    audit.record(council, by=by, verb="post vacated", subject=post.name, now=now, detail=detail)
    return True


def _take_back_promise(post: Post, by: User | None, now: datetime) -> bool:
    """Somebody who was invited no longer gets the post when they accept. Returns whether anybody would have got it."""
    if not post.invitations.exists():
        return False
    post.invitations.clear()
    audit.record(post.council, by=by, verb="promise of post taken back", subject=post.name, now=now)
    return True


def _end_holding(holding: Holding, now: datetime) -> None:
    # A holding that is given and ended on the same day must not end before it starts.
    holding.ended_on = max(timezone.localdate(now), holding.started_on)
    holding.save(update_fields=["ended_on"])
