"""Gathers the pages of every part: checks files, turns pictures into pages, and makes pages of words where needed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from evidencepack.archive import CARE_FOLDER
from evidencepack.contents import (
    Bundle,
    Chapter,
    EntryState,
    Note,
    PackEntry,
    PackSection,
    PageMaker,
    PageRun,
    PlacedEntry,
    SectionPart,
)
from evidencepack.links import clean_copy
from evidencepack.pdf_checks import UNCOPIED, Unpageable, check_pdf, check_unaltered
from evidencepack.pictures import moves, picture_to_pdf
from parsing import file_fault_as

NOT_SUPPLIED = "NOT SUPPLIED"
CONVERTED = "Made into pages for the pack. The file itself is in the ZIP."
LEFT_OUT = (
    "What would act when it is opened or clicked is left out here. "
    f"The file as it was uploaded is in the ZIP, under “{CARE_FOLDER}”."
)
MOVES = "It is an animation, of which the first picture is shown. The file itself is in the ZIP."
Converter = Callable[[Path], Path]


class Gatherer:
    """Makes PDF files in `scratch` for files that are not PDFs. `unusable` names files known to be unfit, with reasons.

    `convert` makes an office document into a PDF, or raises Unpageable; without it office documents are only listed.
    """

    def __init__(
        self,
        scratch: Path,
        page: PageMaker,
        convert: Converter | None,
        unusable: Mapping[Path, Unpageable],
        step: Callable[[], None],
    ) -> None:
        self.scratch = scratch
        self.page = page
        self.convert = convert
        self.unusable = unusable
        self.step = step
        self.made = 0
        self.bound: set[Path] = set()

    def gather(self, sections: Iterable[PackSection]) -> list[Chapter]:
        """The whole pack without its front matter, in order."""
        return [Chapter(section.title, [self._part(part) for part in section.parts]) for section in sections]

    def _part(self, part: SectionPart) -> Bundle:
        bundle = Bundle(part)
        listed: list[tuple[PackEntry, Unpageable | None]] = []
        for entry in part.entries:
            if isinstance(entry, Note):
                bundle.runs.append(self._words(part, entry.heading, entry.lines, "note", None))
            elif entry.kind == "listed" or (entry.kind == "office" and self.convert is None):
                listed.append((entry, None))
            elif entry.kind == "office":
                try:
                    bundle.runs.append(self._converted(part, entry))
                except Unpageable as why:
                    listed.append((entry, why))
            else:
                bundle.runs.append(self._file(part, entry))
            self.step()
        if listed:
            bundle.runs.append(self._listed(part, listed))
        if not part.entries:
            bundle.runs.append(self._not_supplied(part))
        return bundle

    def _file(self, part: SectionPart, entry: PackEntry) -> PageRun:
        try:
            self._check_usable(entry)
            placed = PlacedEntry(part.label, entry.heading, entry.path, "included", 0, 0, change=entry.change)
            if entry.kind == "pdf":
                return self._bound(entry, entry.path, placed)
            path = self._new_path()
            pages = picture_to_pdf(entry.path, path)
            placed = replace(placed, pages=pages, reason=MOVES if moves(entry.path) else "")
            return PageRun(path, pages, None, entry.bookmark, True, [placed])
        except Unpageable as fault:
            return self._damaged(part, entry, fault)

    def _converted(self, part: SectionPart, entry: PackEntry) -> PageRun:
        """The pages of an office document. Raises Unpageable if there are none."""
        assert self.convert is not None
        self._check_usable(entry)
        placed = PlacedEntry(part.label, entry.heading, entry.path, "included", 0, 0, CONVERTED, change=entry.change)
        return self._bound(entry, self.convert(entry.path), placed)

    def _check_usable(self, entry: PackEntry) -> None:
        """Raises Unpageable if the bytes are not those that were uploaded, or the file could not be bound before."""
        check_unaltered(entry.path, entry.sha256)
        if entry.path in self.unusable:
            raise self.unusable[entry.path]

    def _bound(self, entry: PackEntry, path: Path, placed: PlacedEntry) -> PageRun:
        """The pages of a PDF, or of a copy that has only plain links. Raises Unpageable."""
        checked = check_pdf(path)
        placed = replace(placed, pages=checked.pages)
        # If one file were bound twice, the links of both copies would lead to the pages of one.
        is_bound_before = path in self.bound
        self.bound.add(path)
        if "" in checked.links or ("page" in checked.links and is_bound_before):
            source, path = path, self._new_path()
            with file_fault_as(Unpageable(UNCOPIED)):
                acted = clean_copy(source, path)
            if acted:
                placed = replace(placed, reason=" ".join(filter(None, (placed.reason, LEFT_OUT))))
        return PageRun(path, checked.pages, checked.marks, entry.bookmark, False, [placed])

    def _damaged(self, part: SectionPart, entry: PackEntry, fault: Unpageable) -> PageRun:
        lines = ["This file could not be included in the pack.", str(fault)]
        if entry.path.is_file():
            lines.append("The file itself is in the ZIP that goes with the pack.")
        run = self._words(part, entry.heading, lines, "damaged", entry.path, str(fault))
        run.heading = entry.bookmark
        run.covers = [replace(placed, change=entry.change, passing=fault.passing) for placed in run.covers]
        return run

    def _listed(self, part: SectionPart, entries: list[tuple[PackEntry, Unpageable | None]]) -> PageRun:
        found = [self._listing(part, entry, why) for entry, why in entries]
        lines = ["These files cannot be shown as pages. They are in the ZIP that goes with the pack:"]
        for (entry, _), placed in zip(entries, found, strict=True):
            lines.append(f"{entry.bookmark}. {placed.reason}" if placed.reason else entry.bookmark)
        run = self._words(part, "Files that are listed only", lines, "listed", None)
        run.covers = [replace(placed, pages=run.pages) for placed in found]
        return run

    def _listing(self, part: SectionPart, entry: PackEntry, why: Unpageable | None) -> PlacedEntry:
        """What is said about a file that is only listed; `why` is why it could not be made into pages, if that was
        tried.
        """
        state: EntryState = "listed"
        if why is None or why.passing:
            try:
                check_unaltered(entry.path, entry.sha256)
            except Unpageable as fault:
                state, why = "damaged", fault
        placed = PlacedEntry(part.label, entry.heading, entry.path, state, 0, 0, change=entry.change)
        return replace(placed, reason=str(why), passing=why.passing) if why else placed

    def _not_supplied(self, part: SectionPart) -> PageRun:
        lines = (f"Owner: {part.owner}" if part.owner else "Owner: nobody has been named.", *part.remarks)
        return self._words(part, NOT_SUPPLIED, lines, "not supplied", None)

    def _words(
        self,
        part: SectionPart,
        heading: str,
        lines: Sequence[str],
        state: EntryState,
        path: Path | None,
        reason: str = "",
    ) -> PageRun:
        """A page of words, under the part's own name."""
        made = self._new_path()
        made.write_bytes(self.page(f"{part.label} {part.title}", (heading, *lines)))
        checked = check_pdf(made)
        placed = PlacedEntry(part.label, heading, path, state, 0, checked.pages, reason)
        return PageRun(made, checked.pages, checked.marks, heading, False, [placed])

    def _new_path(self) -> Path:
        self.made += 1
        return self.scratch / f"{self.made}.pdf"
