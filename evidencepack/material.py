"""What a pack is made from, read once from the rooms below, and laid out as parts to bind and rows of a manifest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from cases.pack import PackList
from cases.pack import contents as case_lists
from documents.pack import PackDocument, PackFile, PackPart, contents
from evidencepack.archive import ManifestItem
from evidencepack.contents import Note, PackEntry, PackSection, PlacedEntry, SectionPart
from evidencepack.gathering import LEFT_OUT
from evidencepack.pdf_checks import ALTERED
from files.types import acts
from focusgroups.state import GroupState, states
from govuk.dates import long_date
from inspections.duty import Duty, Owner
from inspections.snapshot import Snapshot
from timetable.duties import step_duties

NOT_SUPPLIED, OUT_OF_DATE, NIL_RETURN = "NOT SUPPLIED", "OUT OF DATE", "Nil return"
OPTIONAL, APART = "Nothing supplied, optional", "In a part of its own"
# The words that a pack shows in place of a file, or beside one; the worst first.
MARKS = (NOT_SUPPLIED, OUT_OF_DATE, NIL_RETURN, OPTIONAL, APART)


@dataclass(frozen=True)
class Material:
    """Everything that goes into a pack, as at one moment; `steps` are those whose records say whether they are done.

    `changed` says which files (by id) are new or replaced since the last pack that was sent.
    """

    snapshot: Snapshot
    documents: tuple[PackDocument, ...]
    groups: tuple[GroupState, ...]
    steps: tuple[Duty, ...]
    case_lists: tuple[PackList, ...] = ()
    changed: Mapping[int, str] = field(default_factory=dict)

    @property
    def has_children_part(self) -> bool:
        return any(file.names_children for _, part in self.parts() for file in part.files)

    def parts(self) -> list[tuple[PackDocument, PackPart]]:
        return [(document, part) for document in self.documents for part in document.parts]


def material(snapshot: Snapshot) -> Material:
    """What a pack of this inspection would be made from now."""
    cases = case_lists(snapshot)
    return Material(
        snapshot=snapshot,
        documents=contents(snapshot),
        groups=tuple(states(snapshot).values()),
        steps=(*step_duties(snapshot), *cases.sending),
        case_lists=cases.lists,
    )


def without_invisible_signs(text: str) -> str:
    """What somebody wrote, without invisible characters: some reverse a line and disguise what it says."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def owner_line(owners: tuple[Owner, ...]) -> str:
    """The owners as a pack names them: post and holder, "vacant", or that there is none."""
    if not owners:
        return "no owner named"
    return "; ".join(f"{owner.name} ({owner.holder_name or 'vacant'})" for owner in owners)


def label_of(document: PackDocument, part: PackPart) -> str:
    """The label stamped on the part's pages: document and part, counted from 1 ("3.2")."""
    keys = [each.key for each in document.document.parts]  # A supplement does not have all of them.
    return f"{document.document.key}.{keys.index(part.part.key) + 1}"


def heading_of(file: PackFile) -> str:
    """The name of a file in the bookmarks: its label, and the date of its content."""
    label = without_invisible_signs(file.label) or "A file without a name"
    return f"{label}, {long_date(file.as_at)}" if file.as_at else label


def remarks_on(part: PackPart) -> dict[str, str]:
    """What a pack says about a part besides its files: mark -> sentence. No part is left out without a word."""
    found = {}
    if part.missing:
        found[NOT_SUPPLIED] = part.missing
    if part.stale:
        found[OUT_OF_DATE] = part.stale
    if part.nil_return is not None:
        found[NIL_RETURN] = f"There is nothing to supply. {without_invisible_signs(part.nil_return)}"
    apart = sum(file.names_children for file in part.files)
    if apart == 1:
        found[APART] = "One file that names children is in a part of its own, which is sent separately."
    elif apart:
        found[APART] = f"{apart} files that name children are in a part of their own, which is sent separately."
    if not part.files and not found:
        found[OPTIONAL] = "This part is optional."
    return found


def sections(made_from: Material, *, children: bool) -> tuple[PackSection, ...]:
    """The pack's documents and parts; with `children` only those with files that name children."""
    found = []
    for document in made_from.documents:
        parts = tuple(
            _section_part(made_from, document, part, children=children)
            for part in document.parts
            if not children or any(file.names_children for file in part.files)
        )
        if parts:
            found.append(PackSection(f"{document.document.key} {document.document.title}", parts))
    return tuple(found)


def _section_part(made_from: Material, document: PackDocument, part: PackPart, *, children: bool) -> SectionPart:
    owner = owner_line(document.owners)
    entries: list[PackEntry | Note] = [
        PackEntry(file.path, file.kind, heading_of(file), made_from.changed.get(file.file_id, ""), file.sha256)
        for file in part.files
        if file.names_children == children
    ]
    remarks = {} if children else remarks_on(part)
    missing = remarks.get(NOT_SUPPLIED, "")
    if set(remarks) == {NOT_SUPPLIED} and not entries:
        remarks = {}  # For a part without entries, the binding itself says NOT SUPPLIED, with the owner.
    for mark, words in remarks.items():
        owed = (f"Owner: {owner}",) if mark in (NOT_SUPPLIED, OUT_OF_DATE, OPTIONAL) else ()
        apart = [f"NOT SUPPLIED: {each}" for each in part.uncovered] if mark == NOT_SUPPLIED else []
        entries.append(Note(mark, (words, *apart, *owed)))
    return SectionPart(
        label=label_of(document, part),
        title=part.part.label,
        owner=owner,
        entries=tuple(entries),
        remarks=(missing,) if missing else (),
    )


@dataclass(frozen=True)
class ManifestRow:
    """A row of the manifest, with the records that it is about (None if it has none)."""

    item: ManifestItem
    part_key: str
    file_id: int | None = None
    version_id: int | None = None
    nil_return_id: int | None = None


def rows(made_from: Material, placed: tuple[PlacedEntry, ...] = (), *, children: bool) -> list[ManifestRow]:
    """The manifest: every file, and anything else to say about each part.

    `placed` is the outcome of each file in the PDF. Files that name children are listed only in the manifest of their
    own part; the other manifest says how many there are, without their names.
    """
    became = {(one.label, one.path): one for one in placed if one.path is not None}
    found = []
    for document, part in made_from.parts():
        blank = ManifestItem(
            document=document.document.key,
            document_title=document.document.title,
            part=label_of(document, part),
            part_title=part.part.label,
            owner=owner_line(document.owners),
            names_children=children,
        )
        for file in part.files:
            if file.names_children == children:
                row = _file_row(blank, part, file, became.get((blank.part, file.path)))
                found.append(replace(row, item=replace(row.item, change=made_from.changed.get(file.file_id, ""))))
        if not children:
            found += _remark_rows(blank, part)
    return found


def _file_row(blank: ManifestItem, part: PackPart, file: PackFile, placed: PlacedEntry | None) -> ManifestRow:
    state = placed.state if placed is not None else "included"
    item = replace(
        blank,
        path=file.path,
        name=file.name,
        version=str(file.number),
        as_at=file.as_at,
        sha256=file.sha256,
        acts=acts(file.remark) or (placed is not None and LEFT_OUT in placed.reason),
        in_pdf=state if state in ("listed", "damaged") else "included",
        remark=_remark(file, placed),
        covers=file.covers,
    )
    return ManifestRow(item, part.part.key, file_id=file.file_id, version_id=file.version_id)


def _remark(file: PackFile, placed: PlacedEntry | None) -> str:
    """Anything to say about the file's outcome in the PDF, and what was found when it was uploaded (macros, say).

    If it is gone, or is not what was uploaded, the ZIP says so.
    """
    if placed is None or placed.state == "included":
        return " ".join(filter(None, (placed.reason if placed else "", file.remark)))
    if not placed.reason:
        return file.remark
    if placed.reason == ALTERED:
        return ""
    return placed.reason if file.path.is_file() else ""


def _remark_rows(blank: ManifestItem, part: PackPart) -> list[ManifestRow]:
    found = []
    for mark, words in remarks_on(part).items():
        if mark == NOT_SUPPLIED and part.uncovered:
            item = replace(blank, in_pdf="not supplied", remark=words)
            found += [ManifestRow(replace(item, covers=each), part.part.key) for each in part.uncovered]
        elif mark == NOT_SUPPLIED:
            found.append(ManifestRow(replace(blank, in_pdf="not supplied", remark=words), part.part.key))
        elif mark == NIL_RETURN:
            item = replace(blank, in_pdf="nil return", remark=words)
            found.append(ManifestRow(item, part.part.key, nil_return_id=part.nil_return_id))
        elif mark == OPTIONAL:
            found.append(ManifestRow(replace(blank, in_pdf="nothing supplied, optional", remark=words), part.part.key))
        elif mark == APART:
            found.append(ManifestRow(replace(blank, in_pdf="in a part of its own", remark=words), part.part.key))
    return found
