"""What the columns and rows of a spreadsheet of owners mean: which heading is which, and where rows of a kind begin.

Nothing here looks at a database; `owners_import` compares the rows with the council's data.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from refusals import Refused
from spreadsheets.limits import Limits
from spreadsheets.reading import Sheet, TextRow

#: How much of a file is read: far more than any council needs, and still read in two seconds.
LIMITS = Limits(rows=5000, columns=200, list_name="a list of owners")
HEADINGS_WITHIN = 20

# Spellings of headings, besides the field's own name. Compared in lower case, without punctuation.
SYNONYMS: dict[str, tuple[str, ...]] = {
    "kind": ("type", "item kind", "item type", "category", "kind of item"),
    "number": (
        *("no", "nr", "num", "n", "item number", "item no", "document number", "document no", "doc no"),
        *("group number", "group no"),
    ),
    "strand": ("inspection", "strand of inspection", "area", "service"),
    "title": (
        *("item", "item title", "document", "documents", "core document", "document title", "document name"),
        *("name of document", "group", "groups", "focus group", "focus groups", "group title", "group name"),
        *("focus group title", "meeting", "description", "subject", "document or group", "document group"),
    ),
    "owners": (
        *("owner", "owner s", "owner post", "owning post", "owned by", "post", "posts", "post title", "job title"),
        *("job title of owner", "responsible", "responsible post", "responsible officer", "lead", "lead officer"),
        "lead post",
    ),
    "organisation": ("organization", "agency", "employer", "partner", "partner agency", "owner organisation"),
    "person": (
        *("name", "people", "person name", "full name", "contact", "contact name", "post holder", "postholder"),
        *("holder", "current holder", "held by", "name of owner", "owner name", "named person", "officer"),
        "name of person",
    ),
    "email": ("e mail", "email address", "e mail address", "mail", "contact email", "owner email", "emails"),
    "telephone": (
        *("phone", "tel", "mobile", "telephone number", "telephone no", "phone number", "contact number", "tel no"),
    ),
}
HEADING = {spelling: field for field, others in SYNONYMS.items() for spelling in (field, *others)}
KINDS = {
    "document": ("document", "documents", "core document", "core documents", "doc", "documentation"),
    "focus-group": (
        "focus group",
        "focus groups",
        "group",
        "groups",
        "meeting",
        "meetings",
        "visit",
        "visits",
        "fg",
        "focusgroup",
    ),
    "step": ("step", "steps", "council step", "council steps", "timetable step", "task", "deadline", "timetable"),
}
KIND = {spelling: kind for kind, spellings in KINDS.items() for spelling in spellings}


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row with content: its place and its cells by field.

    `context` is what is above it ("Focus Groups – Safeguarding", the sheet's name, the heading of the title column),
    nearest first, for rows that do not give their own kind or strand.
    """

    sheet: str
    row: int
    cells: dict[str, str]
    context: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OwnersSheet:
    """All rows of a file, and the headings that match no field (their columns were not read)."""

    rows: tuple[SheetRow, ...]
    unread: tuple[str, ...]


def words(text: str) -> str:
    """Text reduced to its words in lower case, with single spaces: "E-mail:" and "e mail" are the same."""
    return " ".join(re.findall(r"[^\W_]+", text.casefold().replace("’", "'").replace("'", "")))


def heading(text: str) -> str | None:
    """The field that a heading names; None if it names none. "Owner ie the person who …" is an owner."""
    plain = words(text)
    if plain in HEADING:
        return HEADING[plain]
    return "owners" if re.match(r"owners? (ie|eg|that is|the|of|for)\b", plain) else None


def kind_named(text: str) -> str | None:
    """The kind of item ("document", "focus-group", "step") that a cell names; None if it names none."""
    return KIND.get(words(text))


def kind_within(text: str) -> str | None:
    """The kind of item named anywhere in a line such as "Annex 2: Focus Groups – Safeguarding"."""
    plain = f" {words(text)} "
    found = {kind for spelling, kind in KIND.items() if len(spelling) > 3 and f" {spelling} " in plain}
    return found.pop() if len(found) == 1 else None


def headings_in(row: TextRow) -> int:
    """How many different headings are in a row."""
    return len({field for cell in row if (field := heading(cell))})


def is_heading(row: TextRow) -> bool:
    """Whether a row is a row of headings: it names the owner and what is owned, and nothing twice."""
    fields = [field for cell in row if (field := heading(cell))]
    return "owners" in fields and ("title" in fields or "number" in fields) and len(fields) >= 2


def read_owners(sheets: list[Sheet]) -> OwnersSheet:
    """The rows of all sheets that have headings. Raises Refused (field "file") if none has, or no row follows."""
    rows: list[SheetRow] = []
    unread: dict[str, None] = {}
    with_headings = 0
    for sheet in sheets:
        if any(is_heading(row) for row in sheet.rows[:HEADINGS_WITHIN]):
            with_headings += 1
            _read_sheet(sheet, rows, unread)
    if not with_headings:
        raise Refused(
            "No row of headings was found. The first rows must name a column for the number or title of the document "
            "or group, and one for its owner.",
            field="file",
        )
    if not rows:
        raise Refused("Below the headings there is no row with a document or group in it.", field="file")
    return OwnersSheet(tuple(rows), tuple(unread))


def _read_sheet(sheet: Sheet, rows: list[SheetRow], unread: dict[str, None]) -> None:
    columns: dict[int, str] = {}
    title_heading, section = "", ""
    for number, row in enumerate(sheet.rows, start=1):
        filled = [cell for cell in row if cell]
        if is_heading(row):
            columns, unknown = _columns(row, sheet.rows[number:], where=_where(sheet.name, number))
            title_heading = next((row[place] for place, field in columns.items() if field == "title"), "")
            unread.update(dict.fromkeys(unknown))
        elif len(filled) == 1 and (kind_within(filled[0]) or not columns):
            section = filled[0]
        elif columns and filled:
            cells = {field: row[place] for place, field in columns.items() if place < len(row) and row[place]}
            if cells:
                context = tuple(text for text in (section, title_heading, sheet.name) if text)
                rows.append(SheetRow(sheet.name, number, cells, context))


def _columns(row: TextRow, below: tuple[TextRow, ...], *, where: str) -> tuple[dict[int, str], list[str]]:
    columns: dict[int, str] = {}
    unknown: list[str] = []
    for place, cell in enumerate(row):
        field = heading(cell)
        if field is None:
            if cell:
                unknown.append(cell)
        elif field in columns.values():
            other = next(row[at] for at, named in columns.items() if named == field)
            raise Refused(f"{where}: “{other}” and “{cell}” both mean the {field}. Keep one of them.", field="file")
        else:
            columns[place] = field
    if "number" not in columns.values():
        # The paper's own tables have no heading for the column of numbers.
        unnamed = [place for place in range(len(row) or 1) if not (row[place : place + 1] or ("",))[0]]
        for place in unnamed[:1]:
            values = [cells[place] for cells in below if place < len(cells) and cells[place]]
            if values and sum(number_in(value) is not None for value in values) * 2 > len(values):
                columns[place] = "number"
    return columns, unknown


def number_in(text: str) -> int | None:
    """The number of "12", "12.", "No. 12", "(12)" or "Document 12"; None for anything else."""
    match = re.fullmatch(r"(?:[^\W\d]{0,12}\.?\s{0,2}){0,2}[(#]?(\d{1,4})[.):]?", text.strip())
    return int(match[1]) if match else None


def _where(sheet: str, row: int) -> str:
    return f"{sheet}, row {row}" if sheet else f"Row {row}"
