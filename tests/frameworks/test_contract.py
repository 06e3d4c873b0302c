"""What scripts read: the keys of `framework` and `plan` as JSON."""

import json

from frameworks import Library, as_json, load_framework, load_plan, plan_as_json
from tests.frameworks.files import TINY, TINYTOWN


def test_framework_as_json_has_every_key_of_the_contract():
    found = as_json(Library().framework("slac-2009"))
    assert json.loads(json.dumps(found)) == found
    assert (found["key"], found["title"]) == ("slac-2009", "Joint inspection of safeguarding and looked after children")
    assert found["grades"] == ["outstanding", "good", "adequate", "inadequate"]
    counts = {key: len(value) for key, value in found.items() if isinstance(value, list)}
    assert counts == {
        "grades": 4,
        "strands": 2,
        "documents": 13,
        "focus_groups": 37,
        "case_lists": 4,
        "case_fields": 10,
        "case_columns": 21,
        "case_rules": 15,
        "placements": 12,
        "judgements": 24,
        "rules": 7,
        "steps": 24,
    }


def test_entries_of_a_framework_as_json():
    found = as_json(Library().framework("slac-2009"))
    assert found["documents"][0] == {
        "number": 1,
        "title": "Minutes of the last six Local Safeguarding Children Board meetings",
        "parts": [
            {
                "key": "minutes",
                "label": "Minutes of the last six meetings, each dated",
                "needed": 6,
                "optional": False,
                "nil_return": False,
                "dated": True,
                "covers": [],
                "each": None,
            }
        ],
    }
    performance, agencies = found["documents"][5]["parts"][0], found["documents"][12]["parts"][1]
    assert performance["covers"] == [
        {"key": "safeguarding", "label": "safeguarding"},
        {"key": "child-protection", "label": "child protection"},
        {"key": "looked-after", "label": "looked after children"},
    ]
    assert (agencies["covers"], agencies["each"]) == ([], "partner-agencies")
    assert found["focus_groups"][18] == {
        "strand": "looked-after",
        "number": 1,
        "title": "Representatives of the Corporate Parenting Board",
        "kind": "meeting",
    }
    assert found["case_lists"][3] == {
        "key": "unallocated",
        "title": "Any unallocated cases or cases awaiting transfer to another team",
    }
    assert found["case_fields"][0] == {"key": "identifier", "label": "Child's unique identifier"}
    assert found["case_columns"][3] == {
        "key": "gender",
        "label": "Gender",
        "kind": "code",
        "codes": "gender",
        "lists": ["child-in-need", "child-protection", "looked-after", "unallocated"],
        "exported": True,
    }
    assert found["placements"][11] == {"key": "other", "label": "Other – please specify"}
    assert found["judgements"][1] == {
        "strand": "safeguarding",
        "key": "children-are-safe",
        "label": "Children and young people are safe",
        "outcome": True,
        "fact": False,
    }
    assert found["rules"][6] == {
        "key": "L4",
        "strand": "looked-after",
        "text": "Leadership and management are likely to be inadequate if the grade awarded for equality and "
        "diversity is inadequate",
    }
    assert found["steps"][8] == {
        "key": "initial-audits",
        "first_day": 6,
        "last_day": 10,
        "title": "Audit of each initial case file",
        "party": "council",
        "deadline": True,
        "time": None,
    }


def test_step_without_a_day_number_has_none_in_json():
    step = as_json(load_framework(TINY))["steps"][8]
    assert (step["key"], step["first_day"], step["last_day"]) == ("corrections", None, None)


def test_plan_as_json_has_every_key_of_the_contract():
    found = plan_as_json(Library().plan("oxfordshire"))
    assert json.loads(json.dumps(found)) == found
    assert (found["key"], found["framework"]) == ("oxfordshire", "slac-2009")
    counts = {key: len(value) for key, value in found.items() if isinstance(value, list)}
    assert counts == {
        "posts": 32,
        "documents": 13,
        "focus_groups": 37,
        "steps": 1,
        "step_times": 0,
        "lists": 1,
        "two_approvals": 0,
    }
    assert [(each["key"], each["label"]) for each in found["lists"][0]["entries"]] == [
        ("primary-care-trust", "Primary Care Trust"),
        ("police", "police service"),
        ("hospitals", "accident and emergency department of the local hospitals"),
        ("vcs-consortium", "VCS Consortium"),
    ]
    assert found["posts"][1] == {
        "name": "Lead Member",
        "aliases": ["LM"],
        "organisation": "Oxfordshire County Council",
    }
    assert found["documents"][11] == {
        "number": 12,
        "owners": ["Area Service Manager, Central", "Local Authority Designated Officer, Schools"],
        "as_written": "Area Service Manager, Central and Local Authority Designated Officer, Schools",
    }
    assert found["focus_groups"][17] == {
        "strand": "safeguarding",
        "number": 18,
        "owners": [],
        "as_written": "tbc",
    }
    assert found["focus_groups"][36]["strand"] == "looked-after"


def test_plan_of_another_framework_has_its_strands_and_numbers_in_json():
    found = plan_as_json(load_plan(TINYTOWN, load_framework(TINY)))
    assert [document["number"] for document in found["documents"]] == [1, 4]
    assert [(group["strand"], group["number"]) for group in found["focus_groups"]] == [
        ("help", 1),
        ("care", 1),
        ("care", 2),
        ("leavers", 1),
    ]
    assert (found["deadline_time"], found["step_times"]) == ("16:00", [{"step": "papers", "time": "11:30"}])
    assert found["steps"] == [{"step": "letters-to-families", "owners": ["Hub Manager"], "as_written": "Hub manager"}]
