"""Names of files as councils give them, and where each is proposed to go: what is called sure must be right."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from frameworks import Library
from intake.naming_dates import date_in
from intake.recogniser import Confidence, propose
from intake.vocabulary import vocabulary
from intake.words import stem

TODAY = date(2011, 4, 18)
FRAMEWORK = Library().framework("slac-2009")
WORDS = vocabulary(FRAMEWORK)
TINY = vocabulary(Library([Path(__file__).parent.parent / "data" / "frameworks"]).framework("tiny-2030"))
LINES = Path(__file__).with_name("names.txt").read_text(encoding="utf-8").splitlines()
NAMES = [tuple(line.split(" | ", 1)[::-1]) for line in LINES if line and not line.startswith("#")]


def proposed(path: str, words=WORDS):
    return propose(path, words, today=TODAY, known="Fictionshire")


def place(path: str, words=WORDS) -> str:
    """ "1.minutes sure", or "-" where nothing is proposed."""
    found = proposed(path, words)
    if found.confidence is Confidence.UNKNOWN:
        return "-"
    return f"{found.document}.{found.part} {found.confidence.value}"


def test_what_is_called_sure_is_right() -> None:
    sure = {path: proposed(path) for path, _ in NAMES if proposed(path).confidence is Confidence.SURE}
    assert {path: f"{found.document}.{found.part}" for path, found in sure.items()} == {
        path: wanted for path, wanted in NAMES if path in sure
    }


def test_most_names_are_recognised_and_few_likely_ones_are_wrong() -> None:
    figures: Counter[str] = Counter()
    for path, wanted in NAMES:
        found, _, confidence = place(path).partition(" ")
        figures[f"{confidence or 'unknown'} {'right' if found == wanted else 'wrong' if confidence else 'missed'}"] += 1
    assert len(NAMES) == 191
    assert figures == {
        "sure right": 107,
        "likely right": 21,
        "likely wrong": 2,
        "unknown right": 57,
        "unknown missed": 4,
    }


@pytest.mark.parametrize(
    ("path", "found"),
    [
        # A number that says one thing and words that say another: nothing is proposed.
        ("Doc 1 CTB minutes.pdf", "-"),
        # A number that may only count the files does not outweigh what they are called, but is a reason to look.
        ("LSCB/2 minutes 2011-01-17.pdf", "1.minutes likely"),
        # The document without the part.
        ("Doc 13/chart.pdf", "-"),
        # Folders help, whatever slash they are written with.
        ("LSCB\\minutes.pdf", "1.minutes sure"),
        ("Evidence/2010/LSCB/minutes.pdf", "1.minutes sure"),
        ("", "-"),
        ("///", "-"),
        (".pdf", "-"),
    ],
)
def test_signs_that_disagree_are_not_guessed_from(path: str, found: str) -> None:
    assert place(path) == found


def test_a_document_without_its_part_is_not_known_but_remembered() -> None:
    found = proposed("Doc 13/chart.pdf")
    assert (found.document, found.part, found.confidence) == ("13", "", Confidence.UNKNOWN)


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("Notes of the partnership 2011-02-03.pdf", "1.notes sure"),
        ("Document 4.pdf", "-"),
        ("learning review.docx", "4.reviews sure"),
        ("LSCB minutes.pdf", "-"),
        ("something else.pdf", "-"),
    ],
)
def test_another_framework_is_recognised_by_its_own_titles(path: str, found: str) -> None:
    assert place(path, TINY).replace("likely", "sure") == found


def test_acronyms_are_those_of_names_in_titles() -> None:
    assert {"lscb", "ctb", "cypp"} <= set(WORDS.acronyms)
    assert TINY.acronyms == {}


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("minutes 2011-03-14", date(2011, 3, 14)),
        ("minutes 20110314", date(2011, 3, 14)),
        ("minutes 14.03.2011", date(2011, 3, 14)),
        ("minutes 14-3-11", date(2011, 3, 14)),
        ("minutes 14032011", date(2011, 3, 14)),
        ("14th March 2011 minutes", date(2011, 3, 14)),
        ("minutes_14Mar2011", date(2011, 3, 14)),
        ("minutes 2011 Mar 14", date(2011, 3, 14)),
        ("14 mar 11", date(2011, 3, 14)),
        # A day that cannot be, one still to come, a month alone, a year alone, two years.
        ("minutes 2011-02-30", None),
        ("minutes 2011-04-19", None),
        ("minutes March 2011", None),
        ("plan 2009-12", None),
        ("plan 2009-2012", None),
        ("item 8.9.2", None),
        ("1234567890", None),
    ],
)
def test_a_date_in_a_name_is_proposed_only_if_it_is_a_day(name: str, found: date | None) -> None:
    assert date_in(name, TODAY)[0] == found


@pytest.mark.parametrize(
    "family",
    [
        ("review", "reviews", "reviewing", "reviewed"),
        ("summary", "summaries"),
        ("adoption", "adoptive"),
        ("member", "membership", "members"),
        ("organisation", "organisations"),
        ("staff", "staffing"),
    ],
)
def test_words_of_one_family_have_one_stem(family: tuple[str, ...]) -> None:
    assert len({stem(word) for word in family}) == 1


@settings(max_examples=150)
@given(st.text(max_size=120), st.sampled_from(["", "/", "Doc 9/", "01 LSCB/", "\\", "é̈/"]))
def test_no_name_is_too_odd_to_be_looked_at(text: str, folder: str) -> None:
    found = proposed(folder + text)
    assert found.as_at is None or found.as_at <= TODAY
    if found.confidence is not Confidence.UNKNOWN:
        FRAMEWORK.document(found.document).part(found.part)
