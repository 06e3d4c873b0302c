"""Spellings made by rule from every code and label: numbered, in other case, punctuated, misspelt, contradicted."""

from __future__ import annotations

import random
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codesets import code_set
from tests.codesets.sets import SETS, recogniser

ALL = [(key, code.code, code.label) for key in SETS for code in code_set(key).codes]
SLIP_FROM = 5  # letters of a word that is misspelt here

WRITTEN = [
    "{code}",
    "{code} {label}",
    "{code} - {label}",
    "{code}-{label}",
    "{code}: {label}",
    "{code} : {code} {label}",
    "{code}  [{label}]",
    "{code} – {label}",
    "{label} ({code})",
    "{label} [{code}]",
    "b) {label}",
    "(b) {label}",
    "b) {code}",
    "12. {label}",
    "(A.A13) {label}",
    "B4: B4 - {label}",
    "A4.18 {label}",
    " {label} ",
    "{label}.",
    "'{label}",
    "{label} (199)",
    "CFX - {label}",
]
# These look like codes of the sets whose codes are a letter and a figure or a figure alone; there they are refused.
LIKE_CODES = {"B4: B4 - {label}"}


def is_read_as_code(key: str, form: str) -> bool:
    return not (form in LIKE_CODES and key in {"placement", "legal-status"})


@pytest.mark.parametrize("form", WRITTEN)
@pytest.mark.parametrize("case", [str, str.upper, str.lower, str.title])
def test_every_way_of_writing_a_code_and_its_label(form, case) -> None:
    wrong = []
    for key, code, label in ALL:
        text = form.format(code=code, label=case(label))
        read = recogniser(key).recognise(text)
        if read.value != (code if is_read_as_code(key, form) else ""):
            wrong.append((key, text, read.value, read.why))
    assert wrong == []


def test_blanks_of_every_kind_do_not_matter() -> None:
    for key, code, label in ALL:
        for blank in ("\u00a0", "  ", "\t", "\u2003", " \u200b", "\n"):
            assert recogniser(key).recognise(f"{blank}{label.replace(' ', blank)}{blank}").value == code


def slips(word: str) -> set[str]:
    """A word with one letter left out, doubled, or exchanged with the next; its first letter stays."""
    places = range(1, len(word))
    left_out = {word[:at] + word[at + 1 :] for at in places}
    doubled = {word[:at] + word[at] + word[at:] for at in places}
    exchanged = {word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in places if at + 1 < len(word)}
    return (left_out | doubled | exchanged) - {word}


def misspelt(label: str) -> list[str]:
    words = label.split()
    return sorted(
        " ".join([*words[:at], wrong, *words[at + 1 :]])
        for at, word in enumerate(words)
        if word.isalpha() and len(word) >= SLIP_FROM
        for wrong in slips(word)
    )


def test_a_misspelt_label_is_read_as_its_code_or_refused() -> None:
    """Never as another one. Nearly all are read: what is refused is as near to another word."""
    read = {"right": 0, "refused": 0}
    wrong = []
    for key, code, label in ALL:
        group = recogniser(key).recognise(code).group
        for text in misspelt(label):
            found = recogniser(key).recognise(text)
            if found.value == code:
                read["right"] += 1
            elif not found.is_known:
                read["refused"] += 1
            elif found.value != f"group:{group}":
                wrong.append((key, text, found.value))
    assert wrong == []
    assert sum(read.values()) > 5000
    assert read["right"] > 0.97 * sum(read.values())


# Codes of other editions that a label may stand beside: the later code says more than the earlier label, or the
# earlier more than the later. All other pairs of a code and another's label are a contradiction.
EDITIONS = {
    *((later, earlier) for later in ("U1", "U2", "U3") for earlier in ("Q1", "F1", "F4")),
    *((later, earlier) for later in ("U4", "U5", "U6") for earlier in ("Q2", "F2", "F3", "F5", "F6")),
    *(("Q1", each) for each in ("F1", "F4")),
    *((each, "Q1") for each in ("F1", "F4")),
    *(("Q2", each) for each in ("F2", "F3", "F5", "F6")),
    *((each, "Q2") for each in ("F2", "F3", "F5", "F6")),
    *(pair for each in ("H1", "H2") for pair in ((each, "K1"), ("K1", each))),
    *(pair for each in ("H3", "H4") for pair in ((each, "K2"), ("K2", each))),
}


@pytest.mark.parametrize("key", SETS)
def test_a_code_beside_the_label_of_another_is_refused(key) -> None:
    for one, other in permutations(code_set(key).codes, 2):
        for text in (f"{one.code} - {other.label}", f"{other.label} ({one.code})"):
            read = recogniser(key).recognise(text)
            if (one.code, other.code) in EDITIONS:
                assert read.value == one.code, text
            else:
                assert not read.is_known, text
                assert read.near[0] == one.code, text


@pytest.mark.parametrize("key", [key for key in SETS if key != "disability"])
def test_two_codes_side_by_side_are_refused(key) -> None:
    for one, other in permutations(code_set(key).codes, 2):
        for between in (" ", "/", ", ", " and ", " - "):
            read = recogniser(key).recognise(f"{one.code}{between}{other.code}")
            assert not read.is_known
            assert set(read.near) == {one.code, other.code}


@pytest.mark.parametrize("key", SETS)
@pytest.mark.parametrize("form", ["{}?", "maybe {}", "{} (to be confirmed)", "not {}", "{} - ended", "probably {}"])
def test_doubt_and_denial_are_refused(key, form) -> None:
    for code in code_set(key).codes:
        for text in (code.code, code.label):
            assert not recogniser(key).recognise(form.format(text)).is_known, form.format(text)


@given(st.sampled_from(SETS), st.text(max_size=120))
def test_any_text_is_read_or_refused_with_a_reason(key, text) -> None:
    read = recogniser(key).recognise(text)
    assert read.is_known == bool(read.code or read.group)
    assert read.is_known or read.why
    assert bool(read.value) == (read.is_known or bool(read.details))
    assert read == recogniser(key).recognise(text)


WORDS = sorted({word for key in SETS for code in code_set(key).codes for word in [code.code, *code.label.split()]})


@given(st.sampled_from(SETS), st.lists(st.sampled_from([*WORDS, ";", ",", "/", "-", "yes", "no", "Rett"]), max_size=9))
def test_what_is_shown_for_a_kept_value_is_read_as_it(key, words) -> None:
    reader = recogniser(key)
    value = reader.recognise(" ".join(words)).value
    assert reader.recognise(reader.label_of(value)).value == value


@given(st.text(max_size=200))
def test_details_of_a_disability_are_kept_as_they_were(text) -> None:
    reader = recogniser("disability")
    read = reader.recognise(text)
    assert reader.recognise(reader.label_of(read.value)).value == read.value


@pytest.mark.parametrize("key", SETS)
def test_each_kept_form_is_shown_in_words_that_are_read_as_it(key) -> None:
    reader = recogniser(key)
    groups = {code.group for code in code_set(key).codes if code.group} if key != "placement" else {"foster", "other"}
    for value in [*(code.code for code in code_set(key).codes), *(f"group:{each}" for each in groups)]:
        assert reader.recognise(reader.label_of(value)).value == value
        assert reader.group_of(value) == reader.recognise(reader.label_of(value)).group


@settings(max_examples=50)
@given(
    st.lists(
        st.sampled_from([each for each in code_set("disability").codes if each.code != "NONE"]), min_size=1, max_size=20
    )
)
def test_any_disabilities_together(codes) -> None:
    read = recogniser("disability").recognise(random.Random(1).choice([", ", ";", " / "]).join(c.label for c in codes))
    assert set(read.values) == {each.code for each in codes}
    assert read.code == (codes[0].code if len({each.code for each in codes}) == 1 else None)
    assert (read.group, read.details) == ("disabled", "")
