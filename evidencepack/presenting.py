"""What pages show of packs. People who may not know files that name children do not see their names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from documents.records import NAMELESS
from evidencepack.material import OPTIONAL, Material, remarks_on
from evidencepack.models import Pack
from frameworks import Framework

# How many packs a list shows before it folds away those that were not sent.
NEWEST = 5
# The outcome of a file or part -> the words of its tag and their colour.
FATES = {
    "included": ("In the PDF", "green"),
    "listed": ("In the ZIP", "blue"),
    "damaged": ("Could not be shown", "late"),
    "not supplied": ("NOT SUPPLIED", "orange"),
    "nil return": ("Nil return", "green"),
    "nothing supplied, optional": ("Optional", "grey"),
    "in a part of its own": ("In a part of its own", "purple"),
}


@dataclass(frozen=True)
class PackForecast:
    """What a pack made now would hold; `gaps` are the parts that it would call NOT SUPPLIED."""

    files: int
    parts: int
    supplied: int
    gaps: list[dict[str, Any]]


def outlook(made_from: Material) -> PackForecast:
    """What a pack made now would hold. Parts that are optional and empty are not counted."""
    asked = [(document, part) for document, part in made_from.parts() if OPTIONAL not in remarks_on(part)]
    gaps = [{"document": document, "part": part} for document, part in asked if part.missing]
    return PackForecast(
        files=sum(len(part.files) for _, part in asked),
        parts=len(asked),
        supplied=len(asked) - len(gaps),
        gaps=gaps,
    )


def newest(packs: Sequence[Pack]) -> dict[str, list[Pack]]:
    """The packs to show at once: the newest and all that were sent. `older` are the rest, which are folded away."""
    shown = [pack for number, pack in enumerate(packs) if number < NEWEST or pack.sendings.all()]
    return {"packs": shown, "older": [pack for pack in packs if pack not in shown]}


@dataclass
class DocumentRows:
    """A document's rows of a pack's manifest."""

    number: str
    title: str
    rows: list[dict[str, Any]] = field(default_factory=list)


def documents(pack: Pack, framework: Framework, *, with_children: bool) -> list[DocumentRows]:
    """The manifest by document. Without `with_children` files that name children are only counted, for each part."""
    found: dict[str, DocumentRows] = {}
    order = {document.key: number for number, document in enumerate(framework.documents)}

    def place(row: Mapping[str, Any]) -> tuple[int, int, bool]:
        """The order: by document and part, with files before anything else about a part."""
        return order.get(row["document"], len(order)), int(row["part"].rpartition(".")[2]), not row["name"]

    for row in sorted(pack.manifest, key=place):
        if row["names_children"] and not with_children:
            continue
        document = found.setdefault(row["document"], DocumentRows(row["document"], row["document_title"]))
        document.rows.append(_shown(row))
    return list(found.values())


def _shown(row: Mapping[str, Any]) -> dict[str, Any]:
    words, colour = FATES[row["in_pdf"]]
    as_at = date.fromisoformat(row["as_at"]) if row["as_at"] else None
    # Packs made before files were marked do not have this.
    return {**row, "fate": words, "colour": colour, "as_at": as_at, "change": row.get("change", "")}


def hide_marked_since(pack: Pack, marked: frozenset[int]) -> bool:
    """Treat files that were marked as naming children (ids) after the pack was made like those marked before.

    Returns whether the parts of the pack that everybody may open hold such a file: then they are no longer for
    everybody.
    """
    found = any(row["file_id"] in marked and not row["names_children"] for row in pack.manifest)
    pack.manifest = [{**row, "names_children": True} if row["file_id"] in marked else row for row in pack.manifest]
    pack.changes = [{**row, "names_children": True} if row.get("file_id") in marked else row for row in pack.changes]
    return found


def damaged(pack: Pack, *, with_children: bool) -> list[dict[str, Any]]:
    """The files that could not be shown, each with the reason."""
    return [_nameless(row) if row["names_children"] and not with_children else row for row in pack.damaged]


def changes(pack: Pack, *, with_children: bool) -> list[Mapping[str, Any]]:
    """What has changed since the last pack that was sent."""
    return nameless(pack.changes, with_children=with_children)


def nameless(changes: Iterable[Mapping[str, Any]], *, with_children: bool) -> list[Mapping[str, Any]]:
    """The changes, without the names of files that name children unless `with_children`."""
    return [_nameless(row) if row["names_children"] and not with_children else row for row in changes]


def _nameless(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**row, "name": NAMELESS}
