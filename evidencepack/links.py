"""Which of a PDF's links, notes and form fields go into the pack: links that open a page of the file or of the web.

Everything else is flattened or left out: a click in the pack must not start a program or a script on an inspector's
machine. The ZIP has the file as it was uploaded.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Literal

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Page, Pdf

from files.inside.pdf_actions import MOST_LOOKED_AT, is_safe_address, items, remarks_on
from parsing import file_fault_as

# A page with anything else may start something by itself (AA, PresSteps) or carry files (AF), so it is left out.
PAGE_KEYS = frozenset(
    {"/Type", "/Parent", "/Resources", "/MediaBox", "/CropBox", "/BleedBox", "/TrimBox", "/ArtBox", "/Contents"}
    | {"/Rotate", "/Group", "/Annots", "/StructParents", "/Tabs", "/UserUnit"}
)
# What a plain link is drawn and found with; its target is in Dest or A.
_LOOKS = frozenset({"/Type", "/Subtype", "/Rect", "/Contents", "/Border", "/BS", "/C", "/F", "/H", "/QuadPoints"})
_LINK_KEYS = _LOOKS | {"/Dest", "/A", "/P", "/NM", "/M", "/StructParent"}
_TO_WEB, _TO_PAGE = frozenset({"/Type", "/S", "/URI"}), frozenset({"/Type", "/S", "/D"})
_MOST_VALUES = 6  # of a target: the page, how it is shown, and up to four numbers

# Pages by the number that links use for them.
Pages = Mapping[tuple[int, int], Object]
LinkKind = Literal["web", "page", ""]


def kind_of(annotation: Object, pages: Pages) -> LinkKind:
    """Where a link that goes unchanged into the pack leads: to a page of this file or to the web; "" for all others."""
    if not isinstance(annotation, Dictionary) or annotation.get(Name.Subtype) != Name.Link:
        return ""
    keys = annotation.keys()
    if not keys <= _LINK_KEYS or ("/A" in keys) == ("/Dest" in keys):
        return ""
    if "/Dest" in keys:
        return "page" if _is_in_file(annotation.Dest, pages) else ""
    action = annotation.A
    if not isinstance(action, Dictionary):
        return ""
    kind, given = action.get(Name.S), action.keys()
    if kind == Name.URI:
        return "web" if given <= _TO_WEB and is_safe_address(action.get(Name.URI)) else ""
    is_in_file = kind == Name.GoTo and given <= _TO_PAGE and _is_in_file(action.get(Name.D), pages)
    return "page" if is_in_file else ""


def kinds_in(pdf: Pdf) -> frozenset[LinkKind]:
    """Which kinds of links a PDF has; "" stands for notes, fields and anything else on its pages."""
    pages = {page.obj.objgen: page.obj for page in pdf.pages}
    found: set[LinkKind] = set()
    looked_at = 0
    for page in pages.values():
        for annotation in items(page.get(Name.Annots)):
            looked_at += 1
            found.add(kind_of(annotation, pages) if looked_at <= MOST_LOOKED_AT else "")
            if "" in found:
                return frozenset(found)
    return frozenset(found)


def _is_in_file(place: Object | None, pages: Pages) -> bool:
    """Whether it names a page of the file and how to show it. Named targets do not count: their index is not copied."""
    if not isinstance(place, Array) or not 1 < len(place) <= _MOST_VALUES:
        return False
    page, *shown = place
    return isinstance(page, Dictionary) and page.objgen in pages and all(map(_is_simple, shown))


def _is_simple(value: object) -> bool:
    return value is None or isinstance(value, int | Decimal | Name)


def clean_copy(source: Path, out: Path) -> bool:
    """Writes the pages of a PDF with only plain links on them. Returns whether anything in it could act.

    What a form or a note shows becomes part of its page, as far as the file says how it looks. Raises whatever pikepdf
    raises for the file.
    """
    with pikepdf.open(source, suppress_warnings=True) as pdf:
        acted = bool(remarks_on(pdf))
        links = _Links(pdf)
        kept = [links.take_from(page) for page in pdf.pages]
        pdf.generate_appearance_streams()
        pdf.flatten_annotations("screen")
        for page, left in zip(pdf.pages, kept, strict=True):
            for key in page.obj.keys() - (PAGE_KEYS - {"/Annots"}):
                del page.obj[key]
            if left:
                page.obj[Name.Annots] = Array(left)
        for key in pdf.Root.keys() - {"/Type", "/Pages"}:
            del pdf.Root[key]
        pdf.save(out, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none, static_id=True)
    return acted


class _Links:
    """The plain links of a PDF, rebuilt without anything else that they carry, and with names looked up."""

    def __init__(self, pdf: Pdf) -> None:
        self.pdf = pdf
        self.pages = {page.obj.objgen: page.obj for page in pdf.pages}
        names = pdf.Root.get(Name.Names)
        tree = names.get(Name.Dests) if isinstance(names, Dictionary) else None
        self.tree: Mapping[str, Object] = pikepdf.NameTree(tree) if isinstance(tree, Dictionary) else {}
        self.old = pdf.Root.get(Name.Dests)
        self.left = MOST_LOOKED_AT

    def take_from(self, page: Page) -> list[Object]:
        """Takes from a page the links that go into the pack; everything else stays on the page."""
        found, others = [], []
        for annotation in items(page.obj.get(Name.Annots)):
            self.left -= 1
            if self.left < 0:
                break
            if not isinstance(annotation, Dictionary):
                continue
            link = self._made_anew(annotation) if annotation.get(Name.Subtype) == Name.Link else None
            if link is None:
                others.append(annotation)
            else:
                found.append(link)
        page.obj[Name.Annots] = Array(others)
        return found

    def _made_anew(self, annotation: Object) -> Object | None:
        """Only the link, or None if it leads nowhere that is allowed."""
        target = self._target(annotation)
        if target is None:
            return None
        looks = {key: annotation[key] for key in sorted(_LOOKS & annotation.keys())}
        return self.pdf.make_indirect(Dictionary(looks | target))

    def _target(self, annotation: Object) -> dict[str, Object] | None:
        action = annotation.get(Name.A)
        if isinstance(action, Dictionary) and action.get(Name.S) == Name.URI:
            address = action.get(Name.URI)
            return {"/A": Dictionary(S=Name.URI, URI=address)} if is_safe_address(address) else None
        if isinstance(action, Dictionary):
            place = action.get(Name.D) if action.get(Name.S) == Name.GoTo else None
        else:
            place = annotation.get(Name.Dest)
        found = self._place(place)
        return None if found is None else {"/Dest": found}

    def _place(self, place: Object | None) -> Object | None:
        """A place in this file, looked up if it is given by name, or None if there is no such place."""
        if isinstance(place, Name):
            place = self.old.get(place) if isinstance(self.old, Dictionary) else None
        elif isinstance(place, pikepdf.String):
            place = self._named(str(place))
        if isinstance(place, Dictionary):
            place = place.get(Name.D)
        if not isinstance(place, Array) or not len(place):
            return None
        page = place[0]
        if isinstance(page, int) and 0 <= page < len(self.pdf.pages):  # Some programs count pages from 0.
            page = self.pdf.pages[page].obj
        if not isinstance(page, Dictionary) or page.objgen not in self.pages:
            return None
        shown = [place[at] for at in range(1, min(len(place), _MOST_VALUES))]
        return Array([page, *shown]) if shown and all(map(_is_simple, shown)) else Array([page, Name.Fit])

    def _named(self, name: str) -> Object | None:
        try:
            with file_fault_as(LookupError(name)):
                return self.tree[name]
        except LookupError:
            return None
