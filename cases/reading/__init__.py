"""Case lists read from files of any kind: what each row says, what is wrong with it, and where. No Django in it.

`Reading` goes through the files once; nothing is kept, and nothing is applied.
"""

from cases.reading.reading import LIMITS, Reading, list_meant
from cases.reading.results import CaseFault, Column, Record, SourceFile, Unmapped, fold_identifier
from cases.reading.sources import SOURCES
from cases.reading.words import fold as fold_heading

__all__ = [
    "LIMITS",
    "SOURCES",
    "CaseFault",
    "Column",
    "Reading",
    "Record",
    "SourceFile",
    "Unmapped",
    "fold_heading",
    "fold_identifier",
    "list_meant",
]
