"""The code sets as data: what codes there are, that they are sound, and the labels of the national returns."""

from __future__ import annotations

from itertools import combinations

import pytest

from codesets import code_set, code_sets
from tests.codesets.sets import ANNEX_4, SETS, recogniser

CODES = {
    "ethnicity": (
        "WBRI WIRI WIRT WOTH WROM MWBC MWAS MWBA MOTH AIND APKN ABAN AOTH CHNE BCRB BAFR BOTH OOTH REFU NOBT"
    ),
    "gender": "1 2 9 0",
    "disability": "NONE MOB HAND PC INC COMM LD HEAR VIS BEH CON AUT DDA",
    "legal-status": "C1 C2 D1 E1 V2 V3 V4 J1 J2 J3 L1 L2 L3",
    "placement": (
        "U1 U2 U3 U4 U5 U6 Q1 Q2 F1 F2 F3 F4 F5 F6 A3 A4 A5 A6 P1 P2 P3 H1 H2 H3 H4 H5 K1 K2 K3 R1 R2 R3 R5 S1 "
        "T0 T1 T2 T3 T4 Z1 M1 M2 M3"
    ),
}


def test_there_are_five_sets() -> None:
    assert code_sets() == SETS
    with pytest.raises(KeyError):
        code_set("height")
    with pytest.raises(KeyError):
        code_set("words")


@pytest.mark.parametrize("key", SETS)
def test_the_codes_of_a_set(key) -> None:
    assert [each.code for each in code_set(key).codes] == CODES[key].split()


@pytest.mark.parametrize("key", SETS)
def test_no_code_and_no_label_stands_for_two_values(key) -> None:
    found = code_set(key)
    names = [name for each in found.codes for name in (each.code, *each.finer)]
    labels = [*(each.label.casefold() for each in found.groups), *(each.label.casefold() for each in found.codes)]
    assert (len(set(names)), len(set(labels))) == (len(names), len(labels))
    groups = {each.key for each in found.groups}
    assert {each.group for each in found.codes} <= {*groups, ""}
    assert {concept for each in found.codes for concept in each.accepts} <= set(found.concepts)


@pytest.mark.parametrize("key", SETS)
def test_no_words_can_mean_two_codes(key) -> None:
    """Two meanings that one set of concepts would fit are a fault of the data, found before a file has it."""
    meanings = [(code.code, meaning) for code in code_set(key).codes for meaning in code.means]
    both = [
        (one, other)
        for (one, first), (other, second) in combinations(meanings, 2)
        if one != other and first.needed | second.needed <= first.may & second.may
    ]
    assert both == []


@pytest.mark.parametrize("key", SETS)
def test_no_phrase_says_two_things(key) -> None:
    phrases = [phrase for each in code_set(key).concepts.values() for phrase in each]
    assert sorted({each for each in phrases if phrases.count(each) > 1}) == []


@pytest.mark.parametrize("key", SETS)
def test_each_label_is_read_as_its_code(key) -> None:
    reader = recogniser(key)
    for code in code_set(key).codes:
        for label in (code.label, *code.also):
            assert reader.recognise(label).value == code.code, label
            assert reader.recognise(label.upper()).value == code.code, label
            assert reader.recognise(f"{code.code} - {label}").value == code.code, label
        for finer in code.finer:
            assert reader.recognise(finer).value == code.code


def test_each_item_of_a_framework_is_read_word_for_word() -> None:
    reader = recogniser("placement")
    for item in ANNEX_4:
        read = reader.recognise(item.label)
        assert (read.code, read.group, read.value) == (None, item.key, f"group:{item.key}")
        for code in item.codes:
            assert reader.recognise(code).group == item.key
            assert reader.recognise(f"{code}: {item.label}").value == code
    for one, other in combinations(ANNEX_4, 2):
        for code in one.codes:
            assert not reader.recognise(f"{code}: {other.label}").is_known


# The national returns' own words for their codes, in the editions that councils' systems still show.
OF_THE_RETURNS = [
    ("placement", "U1", "Foster placement with relative(s) or friend(s) – long term fostering"),
    (
        "placement",
        "U2",
        "Fostering placement with relative(s) or friend(s) who is/are also an approved adopter(s) – fostering for "
        "adoption /concurrent planning",
    ),
    ("placement", "U4", "Foster placement with other foster carer(s) – long term fostering"),
    (
        "placement",
        "U5",
        "Foster placement with other foster carer(s) who is/are also an approved adopter(s) –fostering for adoption "
        "/concurrent planning",
    ),
    (
        "placement",
        "U6",
        "Foster placement with other foster carer(s) – not long term or fostering for adoption /concurrent planning",
    ),
    ("placement", "H5", "Semi-independent living accommodation not subject to children’s homes regulations"),
    ("placement", "K1", "Secure children’s homes"),
    ("placement", "K2", "Children’s Homes subject to Children’s Homes Regulations"),
    ("placement", "P1", "Placed with own parent(s) or other person(s) with parental responsibility"),
    (
        "placement",
        "P2",
        "Independent living for example in a flat, lodgings, bedsit, bed and breakfast (B&B) or with friends, with or "
        "without formal support",
    ),
    ("placement", "R5", "Young offender institution (YOI)"),
    ("placement", "S1", "All residential schools, except where dual-registered as a school and children’s home"),
    ("placement", "T1", "Temporary periods in hospital"),
    ("placement", "T2", "Temporary absences of the child on holiday"),
    ("placement", "T3", "Temporary accommodation whilst normal foster carer(s) is/are on holiday"),
    ("placement", "T4", "Temporary accommodation of seven days or less, for any reason, not covered by codes T1 to T3"),
    ("placement", "Z1", "Other placements (must be listed on a schedule sent to DfE with annual submission)"),
    ("legal-status", "V2", "Single period of accommodation under section 20 (Children Act 1989)"),
    ("legal-status", "L1", "Under police protection and in local authority accommodation"),
    ("legal-status", "L2", "Emergency protection order (EPO)"),
    (
        "legal-status",
        "V4",
        "Accommodated under an agreed series of short-term breaks, when agreements are recorded (NOT individual "
        "episodes of care)",
    ),
    ("ethnicity", "WIRT", "Traveller of Irish Heritage"),
    ("ethnicity", "WROM", "Gypsy/Roma"),
    ("ethnicity", "MWAS", "Mixed - White and Asian"),
    ("ethnicity", "BAFR", "Black or Black British - African"),
    ("ethnicity", "NOBT", "Information not yet obtained"),
    ("disability", "AUT", "Diagnosed with autism or Asperger syndrome"),
]


@pytest.mark.parametrize(("key", "code", "label"), OF_THE_RETURNS)
def test_the_words_of_the_national_returns(key, code, label) -> None:
    assert recogniser(key).recognise(label).value == code
    assert recogniser(key).recognise(f"{code} {label}").value == code
