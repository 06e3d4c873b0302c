"""What is new, replaced or gone in a pack since the last one that was sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from evidencepack.material import Material, plain, rows
from evidencepack.models import Pack, Sending
from inspections.models import Inspection

NEW, REPLACED, GONE = "New", "Replaced", "No longer in it"
NIL_STATED, NIL_WITHDRAWN = "Nil return stated", "Nil return withdrawn"

Change = dict[str, Any]


def last_sent(inspection: Inspection) -> Sending | None:
    """The latest sending of the inspection's packs, with its pack, whose manifest is read when it is asked for."""
    sendings = Sending.objects.filter(pack__inspection=inspection).select_related("pack")
    return sendings.defer("pack__manifest", "pack__changes").order_by("-pack__number", "-sent_at", "-pk").first()


def changes_between(before: Sequence[Mapping[str, Any]], made_from: Material) -> list[Change]:
    """What a pack made from this material has that the manifest `before` has not, and the other way round.

    Each change says what happened, to which part (`part`, `part_title`), and to which file by its `name`; files that
    name children are marked, so that whoever may not know their names is told of them without.
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
    # A file that was listed in the manifest but could not be put into the ZIP had not gone.
    sent = [row for row in before if row["supplied"] or row["nil_return_id"]]
    return [*_file_changes(sent, now), *_nil_changes(sent, now)]


def _file_changes(before: Iterable[Mapping[str, Any]], now: Iterable[Mapping[str, Any]]) -> list[Change]:
    old = {row["file_id"]: row for row in before if row["file_id"]}
    new = {row["file_id"]: row for row in now if row["file_id"]}
    found = []
    for key, row in new.items():
        if key not in old:
            found.append(_change(NEW, row))
        elif old[key]["version_id"] != row["version_id"]:
            found.append(_change(REPLACED, row))
    return found + [_change(GONE, row) for key, row in old.items() if key not in new]


def _nil_changes(before: Iterable[Mapping[str, Any]], now: Iterable[Mapping[str, Any]]) -> list[Change]:
    old = {row["nil_return_id"]: row for row in before if row["nil_return_id"]}
    new = {row["nil_return_id"]: row for row in now if row["nil_return_id"]}
    stated = [_change(NIL_STATED, row) for key, row in new.items() if key not in old]
    parts = {row["part"] for row in new.values()}  # one stated anew, in other words, was not withdrawn
    return stated + [_change(NIL_WITHDRAWN, r) for k, r in old.items() if k not in new and r["part"] not in parts]


def _change(what: str, row: Mapping[str, Any]) -> Change:
    facts = {key: row[key] for key in ("part", "part_title", "names_children", "file_id")}
    return {"what": what, **facts, "name": plain(row["name"])}


def is_current(pack: Pack, mark: str, sent: Sending | None) -> bool:
    """Whether a pack asked for now would be this one: the same is in it, and it speaks of the last one that was sent.

    `mark` is the fingerprint of what a pack would be made from now, `sent` the inspection's last sending.
    """
    if pack.fingerprint != mark or not pack.has_its_files:
        return False
    return sent is None or sent.pack_id in (pack.pk, pack.since_id)
