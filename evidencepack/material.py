"""What a pack is made from, read once from the rooms below, and its fingerprint."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from typing import Any

from documents.pack import PackDocument, PackFile, PackPart, contents
from evidencepack.archive import Item
from evidencepack.contents import Entry, Note, Part, Placed, Section
from focusgroups.state import GroupState, states
from govuk.dates import long_date
from inspections.duty import Duty, Owner
from inspections.standing import Standing
from timetable.duties import all_duties

CHILDREN_APART = "{} that {} children {} in a part of {} own, which is sent separately."


@dataclass(frozen=True)
class Material:
    """Everything that goes into a pack, as it stood at one moment."""

    standing: Standing
    documents: tuple[PackDocument, ...]
    groups: tuple[GroupState, ...]
    duties: tuple[Duty, ...]

    @property
    def has_children_part(self) -> bool:
        return any(file.names_children for _, part in self.parts() for file in part.files)

    def parts(self) -> list[tuple[PackDocument, PackPart]]:
        return [(document, part) for document in self.documents for part in document.parts]


def material(standing: Standing) -> Material:
    """What a pack of this inspection would be made from now."""
    return Material(
        standing=standing,
        documents=contents(standing),
        groups=tuple(states(standing).values()),
        duties=tuple(all_duties(standing)),
    )


def fingerprint(made_from: Material) -> str:
    """A hash over everything that the pack shows, but the time: the same inputs make the same pack."""
    standing = made_from.standing
    facts = {
        "inspection": [standing.inspection.title, standing.inspection.kind, str(standing.inspection.notified_on)],
        "framework": [standing.framework.key, standing.framework.version],
        "dates": [str(dated.last) for dated in standing.schedule.steps] if standing.schedule else [],
        "documents": [
            [doc.document.key, doc.state, doc.missing, _owner_facts(doc.owners), [_part_facts(p) for p in doc.parts]]
            for doc in made_from.documents
        ],
        "groups": [
            [
                state.group.key,
                _owner_facts(state.owners),
                [str(row) for row in state.attendees],
                [mark.done for mark in state.preparation],
            ]
            for state in made_from.groups
        ],
        "steps": [[duty.key, duty.done] for duty in made_from.duties if duty.kind == "step"],
    }
    return hashlib.sha256(json.dumps(facts, sort_keys=True, default=str).encode()).hexdigest()


def _owner_facts(owners: tuple[Owner, ...]) -> list[list[Any]]:
    return [[owner.name, owner.holder_name] for owner in owners]


def _part_facts(part: PackPart) -> list[Any]:
    files = [[f.version_id, f.sha256, f.label, f.as_at, f.names_children] for f in part.files]
    return [part.part.key, part.nil_return, part.missing, files]


def owner_line(owners: tuple[Owner, ...]) -> str:
    """The owners as a pack names them: post and holder, "vacant", or that there is none."""
    if not owners:
        return "no owner named"
    return "; ".join(f"{owner.name} ({owner.holder_name or 'vacant'})" for owner in owners)


def label_of(document: PackDocument, part: PackPart) -> str:
    """What is stamped on the part's pages: document and part, counted from 1 ("3.2")."""
    return f"{document.document.key}.{document.parts.index(part) + 1}"


def sections(made_from: Material, *, children: bool) -> tuple[Section, ...]:
    """The pack's documents and parts; with `children` those that have files which name children, and only those."""
    found = []
    for document in made_from.documents:
        parts = tuple(
            _section_part(document, part, children=children)
            for part in document.parts
            if not children or any(file.names_children for file in part.files)
        )
        if parts:
            found.append(Section(f"{document.document.key} {document.document.title}", parts))
    return tuple(found)


def _section_part(document: PackDocument, part: PackPart, *, children: bool) -> Part:
    here = [file for file in part.files if file.names_children == children]
    entries: list[Entry | Note] = [Entry(file.path, file.kind, heading_of(file)) for file in here]
    apart = sum(file.names_children for file in part.files)
    if apart and not children:
        entries.append(Note("In a part of its own", (_apart(apart),)))
    if part.nil_return is not None and not children:
        entries.append(Note("Nil return", (f"There is nothing to supply. {part.nil_return}",)))
    if part.missing and entries and not children:
        entries.append(Note("NOT SUPPLIED", (part.missing, f"Owner: {owner_line(document.owners)}")))
    return Part(
        label=label_of(document, part),
        title=part.part.label,
        owner=owner_line(document.owners),
        entries=tuple(entries),
        remarks=("This part is optional.",) if part.part.optional else (),
    )


def _apart(number: int) -> str:
    if number == 1:
        return CHILDREN_APART.format("One file", "names", "is", "its")
    return CHILDREN_APART.format(f"{number} files", "name", "are", "their")


def heading_of(file: PackFile) -> str:
    """What a file is called in the bookmarks: its label, and the date that its content speaks of."""
    return f"{file.label}, {long_date(file.as_at)}" if file.as_at else file.label


def items(made_from: Material, placed: tuple[Placed, ...], *, children: bool) -> list[Item]:
    """The rows of the manifest: every file, and every part to which nothing was supplied.

    `placed` is what became of each file in the PDF. Files that name children are in the manifest of their own part
    alone; the other one does not give their names.
    """
    became = {(row.label, row.path): row for row in placed if row.path is not None}
    rows = []
    for document, part in made_from.parts():
        label, here = label_of(document, part), [f for f in part.files if f.names_children == children]
        row = Item(
            document=document.document.key,
            document_title=document.document.title,
            part=label,
            part_title=part.part.label,
            owner=owner_line(document.owners),
        )
        for file in here:
            where = became.get((label, file.path))
            in_pdf = where.state if where is not None and where.state in ("listed", "damaged") else "included"
            rows.append(
                replace(
                    row,
                    path=file.path,
                    name=file.name,
                    version=str(file.number),
                    as_at=file.as_at,
                    sha256=file.sha256,
                    in_pdf=in_pdf,  # type: ignore[arg-type]
                    names_children=children,
                    remark=where.reason if where is not None else "",
                )
            )
        if not children and not part.files:
            remark = part.missing or ("Optional." if part.part.optional else "")
            if part.nil_return is not None:
                remark = f"Nil return: {part.nil_return}"
            rows.append(replace(row, remark=remark))
    return rows
