"""The kinds of source that case lists come from, each with a reader that knows how its sheets are laid out.

To add one: a module with a `SourceReader` (`cases.reading.layout`), and a line in `READERS`.
"""

from __future__ import annotations

from collections.abc import Mapping

from cases.reading.headings import Headings
from cases.reading.layout import SourceReader
from cases.reading.sources.annex_a import AnnexA
from cases.reading.sources.own import Own
from cases.reading.sources.returns import RETURNS, OtherReturns
from frameworks import Framework

OWN = "own"
#: Those whose sheets are recognised, the first that knows a sheet reads it.
READERS = {"annex-a": AnnexA}
#: What may be named as a source.
SOURCES = (OWN, *READERS, *RETURNS)


def readers_for(source: str | None, framework: Framework, remembered: Mapping[str, str]) -> list[SourceReader]:
    """The readers that look at a sheet, in their order. Raises ValueError for a source that is none."""
    if source is not None and source not in SOURCES:
        raise ValueError(f"There is no source “{source}”. There are: {', '.join(SOURCES)}.")
    headings = Headings(framework, remembered)
    own = Own(framework, headings)
    if source == OWN:
        return [own]
    if source in READERS:
        return [READERS[source](framework, headings, is_stated=True), own]
    if source in RETURNS:
        return [OtherReturns(named=source)]
    known = [each(framework, headings, is_stated=False) for each in READERS.values()]
    return [*known, OtherReturns(), own]
