"""Time and memory stay bounded, whatever the cells hold."""

from __future__ import annotations

import time

import pytest

from codesets import Recogniser, code_set
from codesets.recogniser import LONGEST, REMEMBERED
from tests.codesets.sets import SETS, recogniser

LONG = 2000
HOSTILE = {
    "a letter": "a",
    "unknown words": "abcdef ",
    "known words": "white ",
    "phrases": "foster placement with relative or friend ",
    "codes": "WBRI ",
    "brackets": "(a)",
    "sections": "s.20(1)",
    "full stops": "a.",
    "question marks": "?",
    "combining marks": "a\u0301",
    "ligatures": "\ufdfa",
    "nothing": "\0",
    "separators": "a,",
    "figures": "1.",
    "misspelt words": "whitr brutish ",
}


@pytest.mark.parametrize("key", SETS)
@pytest.mark.parametrize("kind", HOSTILE)
def test_a_long_cell_is_read_in_no_time(key, kind) -> None:
    for length in (LONGEST, LONG):
        text = (HOSTILE[kind] * LONG)[:length]
        start = time.perf_counter()
        recogniser(key)._read(text)
        assert time.perf_counter() - start < 0.5


def test_a_hundred_thousand_values_of_a_few_hundred_spellings() -> None:
    reader = Recogniser(code_set("ethnicity"))
    spellings = [f"{number}. {code.label}" for code in code_set("ethnicity").codes for number in range(10, 30)]
    values = spellings * (100_000 // len(spellings))
    quickest = min(_time_of(reader, values) for _ in range(3))
    assert quickest < 0.1


def _time_of(reader: Recogniser, values: list[str]) -> float:
    start = time.perf_counter()
    for value in values:
        reader.recognise(value)
    return time.perf_counter() - start


def test_what_is_remembered_is_bounded() -> None:
    reader = Recogniser(code_set("gender"))
    for number in range(REMEMBERED + 500):
        reader.recognise(f"{number:06}")
    reader.recognise("x" * (LONGEST + 1))
    assert reader._remembered.cache_info().currsize == REMEMBERED


def test_text_too_long_for_a_value_is_refused_and_kept_of_a_disability() -> None:
    text = "An account of the child's needs. " * 60
    assert not recogniser("gender").recognise(text).is_known
    read = recogniser("disability").recognise(text)
    assert (read.is_known, read.details) == (False, text.strip())
