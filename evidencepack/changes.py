"""What is new, replaced or gone in a pack since the last one that was sent, and a supplement with only those files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from documents.pack import PackDocument
from evidencepack.material import Material, label_of, rows, without_invisible_signs
from evidencepack.models import Pack, PackSending
from inspections.models import Inspection

NEW, REPLACED, GONE = "New", "Replaced", "No longer in it"
NIL_STATED, NIL_WITHDRAWN = "Nil return stated", "Nil return withdrawn"

PackChange = dict[str, Any]
Rows = Sequence[Mapping[str, Any]]


def last_sent(inspection: Inspection) -> PackSending | None:
    """The latest sending of the inspection's packs, with its pack, whose manifest is loaded when it is used."""
    sendings = PackSending.objects.filter(pack__inspection=inspection).select_related("pack__supplements")
    heavy = ("manifest", "changes", "supplements__manifest", "supplements__changes")
    return sendings.defer(*(f"pack__{name}" for name in heavy)).order_by("-pack__number", "-sent_at", "-pk").first()


def held(sent: PackSending) -> list[Mapping[str, Any]]:
    """What the recipient of the packs has by now: the rows of the last whole pack sent, updated by its supplements."""
    base = sent.pack.supplements or sent.pack
    found = [row for row in base.manifest if _is_something(row)]
    later = Pack.objects.filter(supplements=base, number__lte=sent.pack.number, sendings__isnull=False)
    for supplement in later.distinct().order_by("number"):
        found = _worked_in(found, supplement)
    return found


def _is_something(row: Mapping[str, Any]) -> bool:
    """Whether it stands for a file or a nil return that is now gone. Files listed but not in the ZIP had gone
    before.
    """
    return bool(row["supplied"] or row["nil_return_id"])


def _worked_in(before: Iterable[Mapping[str, Any]], supplement: Pack) -> list[Mapping[str, Any]]:
    came = [row for row in supplement.manifest if _is_something(row)]
    files = {row["file_id"] for row in (*came, *supplement.changes) if row["file_id"]}
    stated = {row["part"] for row in came if row["nil_return_id"]}
    stated |= {change["part"] for change in supplement.changes if change["what"] == NIL_WITHDRAWN}
    kept = [
        row for row in before if row["file_id"] not in files and not (row["nil_return_id"] and row["part"] in stated)
    ]
    return [*kept, *came]


def changes_between(before: Rows, made_from: Material) -> list[PackChange]:
    """The differences between a pack made from this material and the rows `before`.

    Each change says what happened, to which part (`part`, `part_title`), and to which file by its `name`; files that
    name children are marked, so that their names can be left out for people who may not know them.
    """
    now = [
        {
            "part": row.item.part,
            "part_title": row.item.part_title,
            "name": row.item.name,
            "names_children": row.item.names_children,
            "file_id": row.file_id,
            "version_id": row.version_id,
            "nil_return_id": row.nil_return_id,
        }
        for children in (False, True)
        for row in rows(made_from, children=children)
    ]
    sent = [row for row in before if _is_something(row)]
    return [*_file_changes(sent, now), *_nil_changes(sent, now)]


def _file_changes(before: Iterable[Mapping[str, Any]], now: Iterable[Mapping[str, Any]]) -> list[PackChange]:
    old = {row["file_id"]: row for row in before if row["file_id"]}
    new = {row["file_id"]: row for row in now if row["file_id"]}
    found = []
    for key, row in new.items():
        if key not in old:
            found.append(_change(NEW, row))
        elif old[key]["version_id"] != row["version_id"]:
            found.append(_change(REPLACED, row))
    return found + [_change(GONE, row) for key, row in old.items() if key not in new]


def _nil_changes(before: Iterable[Mapping[str, Any]], now: Iterable[Mapping[str, Any]]) -> list[PackChange]:
    old = {row["nil_return_id"]: row for row in before if row["nil_return_id"]}
    new = {row["nil_return_id"]: row for row in now if row["nil_return_id"]}
    stated = [_change(NIL_STATED, row) for key, row in new.items() if key not in old]
    parts = {row["part"] for row in new.values()}  # A nil return stated again in other words was not withdrawn.
    return stated + [_change(NIL_WITHDRAWN, r) for k, r in old.items() if k not in new and r["part"] not in parts]


def _change(what: str, row: Mapping[str, Any]) -> PackChange:
    facts = {key: row[key] for key in ("part", "part_title", "names_children", "file_id")}
    return {"what": what, **facts, "name": without_invisible_signs(row["name"])}


def marked(made_from: Material, changes: Iterable[PackChange], since: Pack) -> Material:
    """The same rows, in which every new or replaced file says so ("New since pack 2")."""
    words = {
        change["file_id"]: f"{change['what']} since pack {since.number}"
        for change in changes
        if change["what"] in (NEW, REPLACED)
    }
    return replace(made_from, changed=words)


def supplement_of(made_from: Material, changes: Iterable[PackChange]) -> Material:
    """Only files that are new or replaced and nil returns stated since; the documents are unchanged.

    What is still missing or out of date is said about the documents, and not again in the place of each part.
    """
    changes = list(changes)
    files = {change["file_id"] for change in changes if change["what"] in (NEW, REPLACED)}
    stated = {change["part"] for change in changes if change["what"] == NIL_STATED}
    return replace(made_from, documents=tuple(_narrowed(row, files, stated) for row in made_from.documents))


def _narrowed(row: PackDocument, files: set[int], stated: set[str]) -> PackDocument:
    parts = []
    for part in row.parts:
        kept = replace(part, files=tuple(file for file in part.files if file.file_id in files), missing="", stale="")
        if label_of(row, part) not in stated:
            kept = replace(kept, nil_return=None, nil_return_id=None)
        if kept.files or kept.nil_return is not None:
            parts.append(kept)
    return replace(row, parts=tuple(parts))


def is_current(pack: Pack, mark: str, sent: PackSending | None) -> bool:
    """Whether a pack asked for now would be this one: it has the same contents and compares with the last one sent.

    `mark` is the fingerprint of a pack made now, `sent` the inspection's last sending.
    """
    if pack.fingerprint != mark or pack.is_unsettled or not pack.has_its_files:
        return False
    return sent is None or sent.pack_id in (pack.pk, pack.since_id)
