"""A spreadsheet of owners compared with the council's data: every fault, and what applying it would change.

Nothing is guessed: whatever is not recognised with certainty is a fault that suggests the nearest match. Nothing is
changed here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from accounts.models import Holding, Invitation, Post, PostAlias, User
from frameworks import Plan, same_name
from inspections.models import Inspection, Ownership, OwnersImport
from inspections.owners_cells import NotRecognised, OwnableItem, OwnersReader, RowMeaning, items_of
from inspections.owners_sheet import SheetRow, words
from spreadsheets.confirmation import token_of
from spreadsheets.faults import CellFault, nearest


@dataclass(frozen=True, slots=True)
class OwnerChange:
    """The owners of one item, by the names of their posts, before and after."""

    item: str
    label: str
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NewPost:
    """A post that the council does not have; `near` are posts with similar spellings."""

    name: str
    organisation: str
    near: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NewPerson:
    """Somebody who is not in the council yet."""

    email: str
    name: str
    telephone: str


@dataclass(frozen=True, slots=True)
class HolderChange:
    """A post that somebody will hold (by email address); `before` and `after` are names, "" for vacant."""

    post: str
    email: str
    before: str
    after: str


@dataclass
class Examination:
    """The result for a file: its faults, with which nothing is applied; the changes; how many items are unchanged."""

    faults: list[CellFault] = field(default_factory=list)
    owners: list[OwnerChange] = field(default_factory=list)
    posts: list[NewPost] = field(default_factory=list)
    people: list[NewPerson] = field(default_factory=list)
    holders: list[HolderChange] = field(default_factory=list)
    unchanged: int = 0

    @property
    def changes_nothing(self) -> bool:
        return not any(self.difference)

    @property
    def difference(self) -> tuple[Sequence[Any], ...]:
        """All changes."""
        return self.owners, self.posts, self.people, self.holders

    @property
    def digest(self) -> str:
        """A hash of the changes, which shows that what is applied is what was shown."""
        return token_of(*self.difference)


@dataclass(frozen=True)
class _Council:
    """What the council has, read once: posts by every spelling, people, holders and the inspection's owners."""

    posts: dict[str, Post]
    people: dict[str, User]
    holders: dict[int, User]
    owners: dict[str, tuple[str, ...]]

    @classmethod
    def of(cls, inspection: Inspection) -> _Council:
        """Read the council's data. People who are invited count as people."""
        council = inspection.council_id
        posts = {same_name(post.name): post for post in Post.objects.filter(council_id=council)}
        for alias in PostAlias.objects.filter(council_id=council).select_related("post"):
            posts.setdefault(same_name(alias.name), alias.post)
        members = User.objects.filter(memberships__council_id=council).distinct()
        people = {user.email: user for user in members}
        holdings = Holding.objects.current().filter(post__council_id=council).select_related("user")
        holders = {row.post_id: row.user for row in holdings}
        for invited in Invitation.objects.filter(council_id=council).prefetch_related("posts"):
            # Known by what the council typed. A post that they will hold once they accept counts as theirs here.
            person = people.setdefault(invited.email, User(email=invited.email, full_name=invited.full_name))
            holders |= {post.pk: person for post in invited.posts.all()}
        owners: dict[str, tuple[str, ...]] = {}
        rows = Ownership.objects.filter(inspection=inspection).select_related("post").order_by("position", "pk")
        for row in rows:
            owners[row.item] = (*owners.get(row.item, ()), row.post.name)
        return cls(posts, people, holders, owners)


def rows_of(stored: OwnersImport) -> list[SheetRow]:
    """The rows of a stored import."""
    return [SheetRow(row["sheet"], row["row"], dict(row["cells"]), tuple(row["context"])) for row in stored.rows]


def examine(inspection: Inspection, rows: Iterable[SheetRow]) -> Examination:
    """What the rows would change in the inspection now, or every fault in them."""
    council = _Council.of(inspection)
    plan = inspection.plan
    reader = OwnersReader(items_of(inspection.framework), inspection.framework, _as_written(plan))
    result = Examination()
    meanings: list[RowMeaning] = []
    for row in rows:
        try:
            meanings.append(reader.meaning(row, set(council.posts)))
        except NotRecognised as error:
            result.faults.extend(error.faults)
    _owners(result, council, meanings)
    _people(result, council, meanings)
    return result


def _as_written(plan: Plan | None) -> dict[str, tuple[str, ...]]:
    """The council's own wording of owners in the plan, so that the council's own table is understood as the plan is."""
    if plan is None:
        return {}
    return {same_name(row.as_written): row.owners for row in plan.ownerships if row.as_written and row.owners}


def _owners(result: Examination, council: _Council, meanings: list[RowMeaning]) -> None:
    """The owners of each item in the order of the rows, and the posts that do not exist yet."""
    named: dict[OwnableItem, list[str]] = {}
    new: dict[str, NewPost] = {}
    none_on: dict[OwnableItem, RowMeaning] = {}
    for meaning in meanings:
        owners = named.setdefault(meaning.item, [])
        if not meaning.owners:
            none_on[meaning.item] = meaning
        for spelling in meaning.owners:
            name = _post_name(council, new, spelling, meaning)
            if name not in owners:
                owners.append(name)
    for item, owners in named.items():
        if owners and item in none_on:
            message = f"{item.label} has owners in another row and none in this one. Keep one of them."
            result.faults.append(none_on[item].fault("owners", "", message))
        before, after = council.owners.get(item.key, ()), tuple(owners)
        if before == after:
            result.unchanged += 1
        else:
            result.owners.append(OwnerChange(item.key, item.label, before, after))
    result.posts.extend(new.values())


def _post_name(council: _Council, new: dict[str, NewPost], spelling: str, meaning: RowMeaning) -> str:
    key = same_name(spelling)
    if key in council.posts:
        return council.posts[key].name
    if key not in new:
        near = nearest(key, council.posts, most=3, cutoff=0.75)
        names = tuple(dict.fromkeys(council.posts[each].name for each in near))
        new[key] = NewPost(spelling, meaning.organisation, names)
    return new[key].name


def _people(result: Examination, council: _Council, meanings: list[RowMeaning]) -> None:
    """Who will hold which post, and who is not in the council yet."""
    by_name: dict[str, list[User]] = {}
    for user in council.people.values():
        by_name.setdefault(words(user.full_name), []).append(user)
    new: dict[str, NewPerson] = {}
    held: dict[str, str] = {}
    for meaning in meanings:
        for holder in meaning.holders:
            namesakes = by_name.get(words(holder.name), [])
            email = holder.email or (namesakes[0].email if len(namesakes) == 1 else "")
            known = council.people.get(email)
            post = council.posts.get(same_name(holder.post))
            post_name = post.name if post else holder.post
            fault = _fault_of_person(email, holder.name, known, new.get(email), held.get(same_name(post_name)))
            if fault is not None:
                result.faults.append(meaning.fault(*fault))
                continue
            held[same_name(post_name)] = email
            if known is None:
                new.setdefault(email, NewPerson(email, holder.name, holder.telephone))
            before = council.holders.get(post.pk) if post else None
            if before is None or before.email != email:
                change = HolderChange(
                    post_name, email, before.full_name if before else "", known.full_name if known else holder.name
                )
                if change not in result.holders:
                    result.holders.append(change)
    result.people.extend(new.values())


def _fault_of_person(
    email: str, name: str, known: User | None, added: NewPerson | None, holder: str | None
) -> tuple[str, str, str] | None:
    """Column, value and message of what is wrong with a person in a row; None if nothing is."""
    if not email:
        return "email", "", f"{name} needs an email address to sign in with."
    if known is None and not name:
        return "person", "", f"{email} is nobody of the council yet: give the person's name too."
    if known is not None and not known.is_active:
        return "email", email, f"{known.full_name} has left and cannot hold a post."
    if added is not None and name and words(added.name) != words(name):
        return "person", name, f"{email} is {added.name} in another row. One address belongs to one person."
    if holder is not None and holder != email:
        return "email", email, f"The post is held by {holder} in another row. A post has one holder at a time."
    return None
