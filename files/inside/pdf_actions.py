"""What a PDF can do by itself: scripts, attached files, and links and buttons that do more than open a page.

ISO 32000-2 says where these may be: 12.6 (actions and what triggers them), 12.5.6 (kinds of annotation) and 7.11.4
(attached files). They may be in the catalog, the bookmarks and the form, on every page, and in each thing on a page. A
small file can hold millions of them, so the search is limited.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from pikepdf import Array, Dictionary, Name, Object, Pdf

SCRIPTS = "It has scripts in it, which the pack leaves out."
ATTACHMENTS = "It has other files attached inside it, which the pack does not show."
ACTIONS = "It has links or buttons that do more than open a page, which the pack leaves out."
UNSEEN = "It has more links and notes than can be looked at."
#: In the order in which they are listed. Together they fit into the field of a version.
REMARKS = (SCRIPTS, ATTACHMENTS, ACTIONS, UNSEEN)
#: How many pages, annotations, actions, bookmarks and fields are checked: about a second's work.
MOST_LOOKED_AT = 100_000
_ACTING, _RELATED = frozenset({"/A", "/PA"}), frozenset({"/Kids", "/Parent"})
#: An address that only opens a web page. A link to an email address starts a program, so it is left out.
_SAFE_ADDRESS = re.compile(r"https?://[^\x00-\x20\x7f]+", re.IGNORECASE)
_MEDIA = ("/Screen", "/Movie", "/Sound", "/RichMedia", "/3D")


def remarks_on(pdf: Pdf) -> list[str]:
    """Remarks about everything in a PDF that can act, wherever it is; mostly none."""
    look = _Look()
    look.at_catalog(pdf.Root)
    for page in pdf.pages:
        if not look.has_room():
            break
        look.at_page(page.obj)
    return [remark for remark in REMARKS if remark in look.found]


def is_safe_address(address: Object | None) -> bool:
    """Whether a link to this address only opens a web page, or starts an email."""
    return address is not None and _SAFE_ADDRESS.fullmatch(str(address)) is not None


def items(value: Object | None) -> Iterator[Object]:
    """The items of an array; none if it is not one."""
    return iter(value) if isinstance(value, Array) else iter(())


class _Look:
    """One search through a PDF, with the remarks it has found."""

    def __init__(self) -> None:
        self.found: set[str] = set()
        self.left = MOST_LOOKED_AT
        self.seen: set[tuple[int, int]] = set()

    def has_room(self) -> bool:
        """Counts one more thing; False, with a remark, if there are too many."""
        self.left -= 1
        if self.left < 0:
            self.found.add(UNSEEN)
        return self.left >= 0

    def _is_new(self, thing: Object | None) -> bool:
        """Whether it is a dictionary still to be checked: nothing is checked twice, however it is referred to."""
        if not isinstance(thing, Dictionary) or not self.has_room():
            return False
        if not thing.is_indirect:
            return True
        if thing.objgen in self.seen:
            return False
        self.seen.add(thing.objgen)
        return True

    def at_catalog(self, root: Object) -> None:
        self._at_action(root.get(Name.OpenAction))
        self._at_triggers(root.get(Name.AA))
        names = root.get(Name.Names)
        if isinstance(names, Dictionary):
            self.found |= {SCRIPTS} if Name.JavaScript in names else set()
            self.found |= {ATTACHMENTS} if Name.EmbeddedFiles in names else set()
        if Name.AF in root:
            self.found.add(ATTACHMENTS)
        self._at_bookmarks(root.get(Name.Outlines))
        form = root.get(Name.AcroForm)
        for field in items(form.get(Name.Fields)) if isinstance(form, Dictionary) else ():
            self._at_annotation(field)

    def _at_bookmarks(self, outlines: Object | None) -> None:
        waiting: list[Any] = [outlines]
        while waiting:
            mark = waiting.pop()
            if self._is_new(mark):
                self._at_action(mark.get(Name.A))
                waiting += (mark.get(Name.First), mark.get(Name.Next))

    def at_page(self, page: Object) -> None:
        keys = page.keys()
        if "/AA" in keys:
            self._at_triggers(page.get(Name.AA))
        if "/AF" in keys:
            self.found.add(ATTACHMENTS)
        if "/PresSteps" in keys:
            self.found.add(ACTIONS)
        for annotation in items(page.get(Name.Annots)):
            if self.left < 0:
                break
            self._at_annotation(annotation)

    def _at_annotation(self, annotation: Object) -> None:
        """A link, a note, or a form field (which is also an annotation), with the fields above and below it."""
        waiting: list[Any] = [annotation]
        while waiting:
            thing = waiting.pop()
            if not self._is_new(thing):
                continue
            keys, subtype = thing.keys(), thing.get(Name.Subtype)
            if subtype == Name.FileAttachment or "/AF" in keys:
                self.found.add(ATTACHMENTS)
            elif subtype in _MEDIA:
                self.found.add(ACTIONS)
            for key in _ACTING & keys:
                self._at_action(thing.get(key))
            if "/AA" in keys:
                self._at_triggers(thing.get(Name.AA))
            for key in _RELATED & keys:
                related = thing.get(key)
                waiting += items(related) if isinstance(related, Array) else [related]

    def _at_triggers(self, triggers: Object | None) -> None:
        """The actions triggered by what happens to a page, a field or the file."""
        if isinstance(triggers, Dictionary):
            for key in triggers.keys():  # noqa: SIM118 a Dictionary of pikepdf is no dict
                self._at_action(triggers.get(key))

    def _at_action(self, action: Object | None) -> None:
        """An action, and those that follow it. It may also be a target page, which is not a dictionary."""
        waiting: list[Any] = [action]
        while waiting:
            each = waiting.pop()
            if not self._is_new(each):
                continue
            kind = each.get(Name.S)
            if kind == Name.JavaScript or Name.JS in each:
                self.found.add(SCRIPTS)
            elif kind != Name.GoTo and not (kind == Name.URI and is_safe_address(each.get(Name.URI))):
                self.found.add(ACTIONS)
            following = each.get(Name.Next)
            waiting += items(following) if isinstance(following, Array) else [following]
