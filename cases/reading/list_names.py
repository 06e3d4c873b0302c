"""Find out which list a file name, a sheet name or a person means."""

from __future__ import annotations

import re

from cases.reading.yes_no import fold
from frameworks import CaseList, Framework

_WORD = re.compile(r"[A-Za-z]+|\d+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z][a-z])")


def _words(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(_CAMEL.sub(" ", text.replace("'", "").replace("’", "")))]


class ListNames:
    """The names of a framework's lists."""

    def __init__(self, framework: Framework) -> None:
        self._lists = {each.key: each for each in framework.case_lists}
        self._names: list[tuple[list[str], CaseList]] = []
        self._exact: dict[str, CaseList] = {}
        for case_list in framework.case_lists:
            for name in (case_list.key, case_list.title, case_list.short, *case_list.names):
                self._names.append((_words(name), case_list))
                self._exact.setdefault(fold(name), case_list)
        self._names.sort(key=lambda each: -len(each[0]))

    def meant(self, name: str) -> CaseList | None:
        """The list with this key, title, number or other name."""
        by_number = next((each for each in self._lists.values() if name.strip() == str(each.number)), None)
        return self._lists.get(name) or self._exact.get(fold(name)) or by_number

    def named(self, name: str) -> CaseList | None:
        """The list whose name occurs in the name of a file or sheet; None if there is none, or more than one."""
        if exact := self._exact.get(fold(name)):
            return exact
        words = _words(name)
        found: dict[str, CaseList] = {}
        for wanted, case_list in self._names:  # longest first, so that its words are not taken for a shorter name
            while (start := _start(words, wanted)) is not None:
                found[case_list.key] = case_list
                words[start : start + len(wanted)] = ["/"]
        return next(iter(found.values())) if len(found) == 1 else None


def _start(words: list[str], wanted: list[str]) -> int | None:
    last = len(words) - len(wanted)
    return next((start for start in range(last + 1) if words[start : start + len(wanted)] == wanted), None)
