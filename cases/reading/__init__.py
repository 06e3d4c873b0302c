"""Read case lists from files: what each row says, what is wrong with it, and where. Does not use Django.

`CaseListReader` goes through the files once. It stores and applies nothing.
"""

from cases.reading.case_list_reader import LIMITS, CaseListReader, list_meant
from cases.reading.results import CaseFault, Column, Record, SourceFile, Unmapped, fold_identifier
from cases.reading.sources import SOURCES
from cases.reading.yes_no import fold as fold_heading

__all__ = [
    "LIMITS",
    "SOURCES",
    "CaseFault",
    "CaseListReader",
    "Column",
    "Record",
    "SourceFile",
    "Unmapped",
    "fold_heading",
    "fold_identifier",
    "list_meant",
]
