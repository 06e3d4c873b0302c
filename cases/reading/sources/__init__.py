"""The kinds of source that case lists come from. Each has a reader that knows its layout.

To add one, write a module with a `SourceReader` (`cases.reading.layout`) and add a line to `READERS`.
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
#: Sources that are recognised. The first one that knows a sheet reads it.
READERS = {"annex-a": AnnexA}
#: The sources that can be stated.
SOURCES = (OWN, *READERS, *RETURNS)


def readers_for(source: str | None, framework: Framework, remembered: Mapping[str, str]) -> list[SourceReader]:
    """The readers that look at a sheet, in order. Raises ValueError for an unknown source."""
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
