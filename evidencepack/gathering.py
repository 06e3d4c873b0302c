"""Gathers the pages of every part: checks files, turns pictures into pages, makes a page of words where one is due."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from evidencepack.contents import Bundle, Chapter, Entry, Note, PageMaker, Part, Placed, Run, Section, State
from evidencepack.intake import Checked, Unpageable, check_pdf, check_unaltered
from evidencepack.pictures import moves, picture_to_pdf

NOT_SUPPLIED = "NOT SUPPLIED"
CONVERTED = "Made into pages for the pack. The file itself is in the ZIP."
MOVES = "It is an animation, of which the first picture is shown. The file itself is in the ZIP."
Converter = Callable[[Path], Path]


class Gatherer:
    """Makes PDF files in `scratch`, where no PDF is at hand. `unusable` names files known to be unfit, with reasons.

    `convert` makes an office document into a PDF, or raises Unpageable; without it they are only listed.
    """

    def __init__(
        self,
        scratch: Path,
        page: PageMaker,
        convert: Converter | None,
        unusable: Mapping[Path, str],
        step: Callable[[], None],
    ) -> None:
        self.scratch = scratch
        self.page = page
        self.convert = convert
        self.unusable = unusable
        self.step = step
        self.made = 0

    def gather(self, sections: Iterable[Section]) -> list[Chapter]:
        """The whole pack but for its front matter, in order."""
        return [Chapter(section.title, [self._part(part) for part in section.parts]) for section in sections]

    def _part(self, part: Part) -> Bundle:
        bundle = Bundle(part)
        listed: list[tuple[Entry, Unpageable | None]] = []
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

    def _file(self, part: Part, entry: Entry) -> Run:
        try:
            check_unaltered(entry.path, entry.sha256)
            if entry.path in self.unusable:
                raise Unpageable(self.unusable[entry.path])
            if entry.kind == "pdf":
                path = entry.path
                checked = check_pdf(path)
            else:
                path = self._new_path()
                checked = Checked(picture_to_pdf(entry.path, path), None)
        except Unpageable as fault:
            return self._damaged(part, entry, fault)
        placed = Placed(part.label, entry.heading, entry.path, "included", 0, checked.pages, change=entry.change)
        if entry.kind == "image" and moves(entry.path):
            placed = replace(placed, reason=MOVES)
        return Run(path, checked.pages, checked.marks, entry.bookmark, entry.kind == "image", [placed])

    def _converted(self, part: Part, entry: Entry) -> Run:
        """The pages of an office document. Raises Unpageable where it has none."""
        assert self.convert is not None
        check_unaltered(entry.path, entry.sha256)
        path = self.convert(entry.path)
        if path in self.unusable:
            raise Unpageable(self.unusable[path])
        checked = check_pdf(path)
        placed = Placed(
            part.label, entry.heading, entry.path, "included", 0, checked.pages, CONVERTED, change=entry.change
        )
        return Run(path, checked.pages, checked.marks, entry.bookmark, False, [placed])

    def _damaged(self, part: Part, entry: Entry, fault: Unpageable) -> Run:
        lines = ["This file could not be included in the pack.", str(fault)]
        if entry.path.is_file():
            lines.append("The file itself is in the ZIP that goes with the pack.")
        run = self._words(part, entry.heading, lines, "damaged", entry.path, str(fault))
        run.heading = entry.bookmark
        run.covers = [replace(placed, change=entry.change, passing=fault.passing) for placed in run.covers]
        return run

    def _listed(self, part: Part, entries: list[tuple[Entry, Unpageable | None]]) -> Run:
        found = [self._listing(part, entry, why) for entry, why in entries]
        lines = ["These files cannot be shown as pages. They are in the ZIP that goes with the pack:"]
        for (entry, _), placed in zip(entries, found, strict=True):
            lines.append(f"{entry.bookmark}. {placed.reason}" if placed.reason else entry.bookmark)
        run = self._words(part, "Files that are listed only", lines, "listed", None)
        run.covers = [replace(placed, pages=run.pages) for placed in found]
        return run

    def _listing(self, part: Part, entry: Entry, why: Unpageable | None) -> Placed:
        """What is said of a file that is only listed; `why` is why it was not made into pages, where that was tried."""
        state: State = "listed"
        if why is None or why.passing:
            try:
                check_unaltered(entry.path, entry.sha256)
            except Unpageable as fault:
                state, why = "damaged", fault
        placed = Placed(part.label, entry.heading, entry.path, state, 0, 0, change=entry.change)
        return replace(placed, reason=str(why), passing=why.passing) if why else placed

    def _not_supplied(self, part: Part) -> Run:
        lines = (f"Owner: {part.owner}" if part.owner else "Owner: nobody has been named.", *part.remarks)
        return self._words(part, NOT_SUPPLIED, lines, "not supplied", None)

    def _words(
        self,
        part: Part,
        heading: str,
        lines: Sequence[str],
        state: State,
        path: Path | None,
        reason: str = "",
    ) -> Run:
        """A page made for the occasion, under the part's own name."""
        made = self._new_path()
        made.write_bytes(self.page(f"{part.label} {part.title}", (heading, *lines)))
        checked = check_pdf(made)
        placed = Placed(part.label, heading, path, state, 0, checked.pages, reason)
        return Run(made, checked.pages, checked.marks, heading, False, [placed])

    def _new_path(self) -> Path:
        self.made += 1
        return self.scratch / f"{self.made}.pdf"
