"""Words of the national guidance, the censuses and case systems for each value; what they leave open is refused."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from tests.codesets.sets import SETS, recogniser

WORDS = tomllib.loads((Path(__file__).parent / "words.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("key", SETS)
def test_the_words_for_each_value(key) -> None:
    wrong = []
    for stored, texts in WORDS[key]["read"].items():
        for text in texts:
            read = recogniser(key).recognise(text)
            if not read.is_known or read.value != stored:
                wrong.append((text, stored, read.value, read.why))
    assert wrong == []


@pytest.mark.parametrize("key", SETS)
def test_words_that_leave_the_value_open(key) -> None:
    assert [text for text in WORDS[key]["open"]["refused"] if recogniser(key).recognise(text).is_known] == []


CUT_OFF = {
    "Foster placement with relative or friend - lo": "U1",
    "U1 Foster placement with relative or friend - lo": "U1",
    "12. Placed for adoption with placement order not wit": "A6",
    "Young Offender Institution or pri": "R5",
}


@pytest.mark.parametrize("text", CUT_OFF)
def test_a_label_that_breaks_off_within_a_word_is_read_where_only_one_goes_on_so(text) -> None:
    assert recogniser("placement").recognise(text).value == CUT_OFF[text]


@pytest.mark.parametrize(
    "text",
    [
        "Placed for adoption with cons",
        "Foster placement with rel",
        "U4 Foster placement with relative or friend - lo",
        "Young Offender Institution or pri?",
        "Young Offender Institution or pri - ended",
        "Young off",
    ],
)
def test_a_label_that_breaks_off_is_not_guessed(text) -> None:
    assert recogniser("placement").recognise(text).code is None
