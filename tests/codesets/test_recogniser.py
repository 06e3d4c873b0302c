"""How values are read: by code, by label, by words and near spelling, and what is refused."""

from __future__ import annotations

import pytest

from tests.codesets.sets import recogniser

READ_AS_A_CODE = [
    ("ethnicity", "WBRI", "WBRI", "white"),
    ("ethnicity", "wbri", "WBRI", "white"),
    ("ethnicity", "A1 White British", "WBRI", "white"),
    ("ethnicity", "(A.A2) White - British", "WBRI", "white"),
    ("ethnicity", "British White", "WBRI", "white"),
    ("ethnicity", "Whit Britsh", "WBRI", "white"),
    ("ethnicity", "MWBC – White & Black Carribbean", "MWBC", "mixed"),
    ("ethnicity", "Asian/Asian British: Indian", "AIND", "asian"),
    ("ethnicity", "West Indian", "BCRB", "black"),
    ("ethnicity", "BOTH", "BOTH", "black"),
    ("ethnicity", "Prefer not to say", "REFU", "not-stated"),
    ("ethnicity", "WENG", "WBRI", "white"),
    ("gender", "b) Female", "2", None),
    ("gender", "F", "2", None),
    ("gender", "Fmale", "2", None),
    ("gender", "Mael", "1", None),
    ("ethnicity", "Pakastani", "APKN", "asian"),
    ("ethnicity", "Irsih", "WIRI", "white"),
    ("gender", "1.0", "1", None),
    ("gender", "0 - Not stated/recorded", "0", None),
    ("gender", "Neither", "9", None),
    ("legal-status", "V2: Accommodated under S.20, single period", "V2", "section-20"),
    ("legal-status", "Interim care order s38(1)", "C1", "care-order"),
    ("legal-status", "Care Order", "C2", "care-order"),
    ("legal-status", "EPO", "L2", "child-protection"),
    ("placement", "F2 - Placement with foster carer, provided by LA in LA", "F2", "foster"),
    ("placement", "K1OUT - Secure unit (outside LA)", "K1", "secure"),
    ("placement", "Placed for adoption with consent not with current foster carer", "A4", "adopters"),
    ("placement", "Foster placment with relative/freind, long-term fostering", "U1", "foster-relatives-friends"),
    ("placement", "Young offenders’ institution", "R5", "other"),
    ("placement", "Seven days or less, temporary (not covered by codes T1 to T3)", "T4", "other"),
    ("disability", "Hand function", "HAND", "disabled"),
    ("disability", "N", "NONE", "none"),
]


@pytest.mark.parametrize(("field", "text", "code", "group"), READ_AS_A_CODE)
def test_a_value_is_read_as_its_code(field, text, code, group) -> None:
    read = recogniser(field).recognise(text)
    assert (read.code, read.value, read.values, read.group, read.near, read.why) == (code, code, (code,), group, (), "")


READ_AS_A_GROUP = [
    ("ethnicity", "White", "white"),
    ("ethnicity", "Mixed / Multiple ethnic groups", "mixed"),
    ("ethnicity", "Chinese or other ethnic group", "other"),
    ("ethnicity", "Not known", "not-stated"),
    ("legal-status", "Accommodated under section 20", "section-20"),
    ("legal-status", "Not looked after", "not-looked-after"),
    ("placement", "Foster placement", "foster"),
    ("placement", "18. FOSTER PLACEMENT", "foster"),
    ("placement", "Placement with relatives / friends", "relatives-friends"),
    ("placement", "Placed for adoption", "adopters"),
    ("placement", "Children's homes", "childrens-home"),
    ("placement", "Other - please specify", "other"),
    ("disability", "Yes", "disabled"),
    ("disability", "Refused", "not-known"),
]


@pytest.mark.parametrize(("field", "text", "group"), READ_AS_A_GROUP)
def test_a_coarse_value_has_its_group_only(field, text, group) -> None:
    read = recogniser(field).recognise(text)
    assert (read.code, read.group, read.value, read.values, read.near) == (None, group, f"group:{group}", (), ())


REFUSED = [
    ("ethnicity", "maybe", ()),
    ("ethnicity", "White British?", ()),
    ("ethnicity", "Not White British", ()),
    ("ethnicity", "WBRI - Pakistani", ("WBRI", "APKN")),
    ("ethnicity", "WBRI / APKN", ("APKN", "WBRI")),
    ("ethnicity", "White or Asian", ("MWAS",)),
    ("ethnicity", "Kurdish", ()),
    ("ethnicity", "A2", ()),
    ("gender", "Male or female", ()),
    ("gender", "1) Female", ("1", "2")),
    ("gender", "3", ()),
    ("legal-status", "C1 Full care order", ("C1", "C2")),
    ("legal-status", "Section 47", ()),
    ("legal-status", "C9 Care order", ()),
    ("placement", "Fostering", ("F1",)),
    ("placement", "Residential placement", ()),
    ("placement", "A3 - not with current foster carer", ("A3", "A4")),
    ("placement", "U4: other foster carer who is also an approved adopter", ("U4", "U5")),
    ("placement", "P1 Foster placement", ("P1",)),
    ("placement", "U1/U4", ("U1", "U4")),
    ("disability", "MOB; NONE", ("NONE", "MOB")),
    ("disability", "MOB HAND", ("HAND", "MOB")),
]


@pytest.mark.parametrize(("field", "text", "near"), REFUSED)
def test_what_is_not_certain_is_refused(field, text, near) -> None:
    read = recogniser(field).recognise(text)
    assert (read.code, read.group, read.value, read.is_known) == (None, None, "", False)
    assert read.why
    assert set(near) <= set(read.near)


WORDS_LIKE_WORDS = {
    "ethnicity": "that than tail bank back block blank while write green creation deal alsatian",
    "gender": "made make makes internet intermix",
    "legal-status": "node note nine page pack remainder",
    "disability": "heart head dead bind hard note node tree heading diagnosed",
    "placement": "percents reference unrelated",
}


@pytest.mark.parametrize("field", WORDS_LIKE_WORDS)
def test_a_word_that_is_written_nearly_like_one_of_the_list_is_not_taken_for_it(field) -> None:
    for word in WORDS_LIKE_WORDS[field].split():
        assert not recogniser(field).recognise(word).is_known, word


def test_several_disabilities_in_a_cell() -> None:
    read = recogniser("disability").recognise("Hearing, MOB / Autism; Rett syndrome")
    assert read.values == ("MOB", "HEAR", "AUT")
    assert (read.code, read.group, read.details) == (None, "disabled", "Rett syndrome")
    assert read.value == "MOB;HEAR;AUT;text:Rett syndrome"


def test_text_that_is_no_disability_is_kept_as_details() -> None:
    read = recogniser("disability").recognise(" Cerebral  palsy ")
    assert (read.value, read.details, read.is_known) == ("text:Cerebral palsy", "Cerebral palsy", False)
