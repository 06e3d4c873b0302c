"""What one row of a spreadsheet of owners means: which item of the framework, which posts, which people."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from frameworks import Framework, same_name
from inspections.owners_sheet import SheetRow, kind_named, kind_within, number_in, words
from spreadsheets.faults import CellFault, nearest

NO_OWNER = {"", "tbc", "tba", "to be confirmed", "to be agreed", "to be advised", "none", "n a", "not known", "unknown"}
SEPARATORS = re.compile(r"[;\n]|\s*/\s*")
LONGEST = {"owners": 200, "person": 200, "organisation": 200, "telephone": 50, "email": 254}
OWNED_STEPS = ("record", "send-documents", "case-lists", "surveys")
KIND_WORDS = {"document": "core document", "focus-group": "focus group", "step": "timetable step"}


class NotRecognised(Exception):
    """A row that cannot be read with certainty, with everything that is wrong with it."""

    def __init__(self, *faults: CellFault) -> None:
        super().__init__("\n".join(fault.message for fault in faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class OwnableItem:
    """One thing of the framework that can be owned, by the key that plans use ("document:1")."""

    key: str
    kind: str
    strand: str
    number: int | None
    title: str
    strand_title: str = ""

    @property
    def short(self) -> str:
        """Its short name: "Safeguarding focus group 6"."""
        kind = f"{self.strand_title} {KIND_WORDS[self.kind]}".strip()
        kind = f"{kind[:1].upper()}{kind[1:]}"
        return kind if self.number is None else f"{kind} {self.number}"

    @property
    def label(self) -> str:
        """Its full name on a page."""
        return f"{self.short}: {self.title}"


@dataclass(frozen=True, slots=True)
class HolderMeant:
    """A person whom a row puts into a post; `email` is in lower case, "" if the row has none."""

    post: str
    name: str
    email: str
    telephone: str


@dataclass(frozen=True, slots=True)
class RowMeaning:
    """The meaning of a row: the item, its owners as written (none for "tbc"), and who holds them."""

    source: SheetRow
    item: OwnableItem
    owners: tuple[str, ...]
    organisation: str
    holders: tuple[HolderMeant, ...]

    def fault(self, column: str, value: str, message: str) -> CellFault:
        return fault_in(self.source, column, value, message)


def fault_in(row: SheetRow, column: str, value: str, message: str) -> CellFault:
    """A fault in this row."""
    return CellFault(row.sheet, row.row, column, value[:100], message)


def items_of(framework: Framework) -> tuple[OwnableItem, ...]:
    """Everything that can have an owner: documents, groups, and the council's steps that are recorded by hand."""
    strands = {strand.key: strand.title for strand in framework.strands}
    documents = [OwnableItem(f"document:{d.key}", "document", "", d.number, d.title) for d in framework.documents]
    groups = [
        OwnableItem(f"focus-group:{g.key}", "focus-group", g.strand, g.number, g.title, strands[g.strand])
        for g in framework.focus_groups
    ]
    # Other deadlines turn into one duty for each document or group, which has the owners.
    steps = [OwnableItem(f"step:{s.key}", "step", "", None, s.title) for s in framework.steps if s.duty in OWNED_STEPS]
    return (*documents, *groups, *steps)


class OwnersReader:
    """Reads rows against the items of one framework and the wording of one plan."""

    def __init__(
        self, items: tuple[OwnableItem, ...], framework: Framework, as_written: Mapping[str, tuple[str, ...]]
    ) -> None:
        self.items = items
        self.by_key = {item.key: item for item in items}
        self.strands = {strand.key: strand.title for strand in framework.strands}
        self.as_written = as_written

    def meaning(self, row: SheetRow, posts: Set[str]) -> RowMeaning:
        """What the row means; `posts` are the known spellings.

        Raises NotRecognised with everything that is wrong with it.
        """
        faults: list[CellFault] = []
        item = None
        try:
            item = self.item(row)
        except NotRecognised as error:
            faults.extend(error.faults)
        owners = self.owners(row.cells.get("owners", ""), posts)
        faults.extend(_faults_of_owners(row, owners))
        holders: tuple[HolderMeant, ...] = ()
        try:
            holders = _holders(row, owners)
        except NotRecognised as error:
            faults.extend(error.faults)
        if item is None or faults:
            raise NotRecognised(*faults)
        return RowMeaning(row, item, owners, row.cells.get("organisation", ""), holders)

    # Which item

    def item(self, row: SheetRow) -> OwnableItem:
        """The item that the row is about. Raises NotRecognised if there is none, or there could be several."""
        title, number_text = row.cells.get("title", ""), row.cells.get("number", "")
        for text in (title, number_text):
            if text.strip().lower() in self.by_key:
                return self.by_key[text.strip().lower()]
        number = number_in(number_text) if number_text else None
        if number_text and number is None:
            raise NotRecognised(fault_in(row, "number", number_text, "This is not a number, such as 7."))
        if number is None and (leading := re.match(r"(\d{1,3})[.)]\s+(?=\S)", title)):
            number, title = int(leading[1]), title[leading.end() :]
        if number is None and not title:
            raise NotRecognised(fault_in(row, "title", "", "Give the number or the title of a document or group."))
        kind, strand = self.kind(row), self.strand(row)
        if kind is None and strand is not None and number is not None:
            kind = "focus-group"
        return self._chosen(row, kind, strand, number, title)

    def _chosen(
        self, row: SheetRow, kind: str | None, strand: str | None, number: int | None, title: str
    ) -> OwnableItem:
        among = [
            item for item in self.items if kind in (None, item.kind) and (strand is None or item.strand in ("", strand))
        ]
        entitled = [item for item in among if words(item.title) == words(title)] if title else []
        numbered = [item for item in among if item.number == number] if number is not None else []
        if number is not None and kind != "step":
            found = [item for item in numbered if item in entitled] or numbered
            if len(found) == 1 and entitled and found[0] not in entitled:
                message = f"Number {number} is “{found[0].title}”, not what the title says. Correct one of them."
                raise NotRecognised(fault_in(row, "title", title, message))
        else:
            found = entitled
        if len(found) == 1:
            return found[0]
        raise NotRecognised(self._not_one(row, among, found, number, title))

    def _not_one(
        self, row: SheetRow, among: list[OwnableItem], found: list[OwnableItem], number: int | None, title: str
    ) -> CellFault:
        column, value = ("number", str(number)) if number is not None else ("title", title)
        if found:
            kinds = {item.kind for item in found}
            what = "kind" if len(kinds) > 1 else "strand"
            right = (
                " or ".join(KIND_WORDS[kind] for kind in sorted(kinds))
                if what == "kind"
                else " or ".join(self.strands[item.strand] for item in found)
            )
            return fault_in(row, what, row.cells.get(what, ""), f"Say which is meant: {right}.")
        for near in nearest(title, [item.title for item in among]):
            return fault_in(row, column, value, f"There is no such item. The nearest is “{near}”.")
        numbers = sorted({item.number for item in among if item.number is not None})
        if number is not None and numbers:
            return fault_in(
                row, column, value, f"There is no such number: they run from {numbers[0]} to {numbers[-1]}."
            )
        return fault_in(row, column, value, "The framework has no item of this title.")

    def kind(self, row: SheetRow) -> str | None:
        """The kind given in the row or above it; None if there is none."""
        said = row.cells.get("kind", "")
        if said:
            kind = kind_named(said) or kind_within(said)
            if kind is None and self.strand_within(said) is None:
                raise NotRecognised(fault_in(row, "kind", said, "Say document, focus group or step."))
            if kind is not None:
                return kind
        return next((kind for text in row.context if (kind := kind_named(text) or kind_within(text))), None)

    def strand(self, row: SheetRow) -> str | None:
        """The strand given in the row or above it; None if there is none."""
        said = row.cells.get("strand", "")
        if said:
            strand = self.strand_within(said)
            if strand is None:
                raise NotRecognised(fault_in(row, "strand", said, f"Say {' or '.join(self.strands.values())}."))
            return strand
        above = (row.cells.get("kind", ""), *row.context)
        return next((strand for text in above if (strand := self.strand_within(text))), None)

    def strand_within(self, text: str) -> str | None:
        """The strand named in a text by its key, its title, its words in any order or their initials (LAC, CLA)."""
        said = words(text)
        found = set()
        for key, title in self.strands.items():
            name = words(title)
            initials = sorted(word[0] for word in name.split())
            spoken = f" {said} "
            if (
                f" {name} " in spoken
                or f" {words(key)} " in spoken
                or set(name.split()) <= set(said.split())
                or (len(initials) > 1 and any(sorted(word) == initials for word in said.split()))
            ):
                found.add(key)
        return found.pop() if len(found) == 1 else None

    # Owners

    def owners(self, text: str, posts: Set[str]) -> tuple[str, ...]:
        """The posts named in a cell, as written; none for "tbc". A post with a stroke in its name is one post."""
        if words(text) in NO_OWNER:
            return ()
        whole = same_name(text)
        if whole in posts:
            return (text.replace("\n", " "),)
        if whole in self.as_written:
            return self.as_written[whole]
        return _pieces(text)


def _pieces(text: str) -> tuple[str, ...]:
    pieces = (" ".join(piece.split()) for piece in SEPARATORS.split(text))
    return tuple(dict.fromkeys(piece for piece in pieces if piece))


def _faults_of_owners(row: SheetRow, owners: Iterable[str]) -> list[CellFault]:
    faults = [fault for name in owners if (fault := _fault_of_text(row, "owners", name))]
    for name in owners:
        if words(name) in NO_OWNER:
            message = "Part of the owners is still to be confirmed. Name the posts that are known, or none."
            faults.append(fault_in(row, "owners", name, message))
    organisation = row.cells.get("organisation", "")
    if organisation and (fault := _fault_of_text(row, "organisation", organisation)):
        faults.append(fault)
    return faults


def _fault_of_text(row: SheetRow, column: str, text: str) -> CellFault | None:
    if text[:1] in "=+@-" and column != "telephone":
        return fault_in(row, column, text, "This begins like a formula. Write it without the first sign.")
    if len(text) > LONGEST[column]:
        return fault_in(row, column, text, f"This is longer than {LONGEST[column]} characters.")
    if column in {"owners", "person", "organisation"} and not any(letter.isalpha() for letter in text):
        return fault_in(row, column, text, "This has no letters in it, so it cannot be a name.")
    return None


def _holders(row: SheetRow, owners: tuple[str, ...]) -> tuple[HolderMeant, ...]:
    names, emails = _pieces(row.cells.get("person", "")), _addresses(row.cells.get("email", ""))
    telephones = _pieces(row.cells.get("telephone", ""))
    names = () if words(" ".join(names)) in NO_OWNER | {"vacant"} else names
    if not names and not emails:
        return ()
    for column, given in (("person", names), ("email", emails)):
        if given and len(given) != len(owners):
            message = (
                f"{_count(len(owners), 'owner')} and {_count(len(given), 'person', 'people')} in one row. "
                "Give every owner a row of its own, with the person who holds the post."
            )
            raise NotRecognised(fault_in(row, column, row.cells[column], message))
    _check_people(row, names, emails, telephones)
    return tuple(
        HolderMeant(
            post=post,
            name=names[place] if names else "",
            email=emails[place] if emails else "",
            telephone=telephones[place] if len(telephones) == len(owners) else "",
        )
        for place, post in enumerate(owners)
    )


def _check_people(row: SheetRow, names: tuple[str, ...], emails: tuple[str, ...], telephones: tuple[str, ...]) -> None:
    pieces = [("person", name) for name in names] + [("telephone", number) for number in telephones]
    faults = [fault for column, text in pieces if (fault := _fault_of_text(row, column, text))]
    for email in emails:
        try:
            validate_email(email)
        except ValidationError:
            faults.append(fault_in(row, "email", email, "This is not an email address, such as name@example.org."))
    if faults:
        raise NotRecognised(*faults)


def _addresses(text: str) -> tuple[str, ...]:
    """Email addresses in lower case, whatever separates them."""
    return tuple(dict.fromkeys(each.strip("<>").lower() for each in re.split(r"[;,/\s]+", text) if each.strip("<>")))


def _count(number: int, one: str, several: str = "") -> str:
    words_for = {0: "no", 1: "one"}
    return f"{words_for.get(number, str(number))} {one if number == 1 else several or one + 's'}"
