"""The framework file contains every entry of the briefing paper."""

import datetime as dt
import re

import pytest

from frameworks import Condition, Freshness, Library, Source, Timing, deadline_time
from tests.frameworks import paper

FRAMEWORK = Library().framework("slac-2009")


def without_stop(text):
    return text.strip().removesuffix(".")


def test_framework_carries_its_key_facts():
    assert FRAMEWORK.title == "Joint inspection of safeguarding and looked after children"
    assert FRAMEWORK.effective_from == dt.date(2009, 4, 1)
    assert FRAMEWORK.notice_days == 10
    assert FRAMEWORK.last_day == 40
    assert FRAMEWORK.parties == ("council", "lead inspector", "inspectors", "Ofsted")
    assert [strand.key for strand in FRAMEWORK.strands] == ["safeguarding", "looked-after"]
    assert [grade.key for grade in FRAMEWORK.grades] == ["outstanding", "good", "adequate", "inadequate"]
    assert [(member.organisation, member.at_least) for member in FRAMEWORK.team] == [
        ("Ofsted", 3),
        ("Care Quality Commission", 1),
    ]
    assert (FRAMEWORK.window.at_least, FRAMEWORK.window.before) == (1, dt.date(2012, 4, 1))
    assert FRAMEWORK.window.source == Source("paper", "item 2")


def test_core_documents_are_the_papers():
    printed = dict(re.findall(r"^(\d+)\) (.*)$", paper.ITEM_8, re.MULTILINE))
    assert len(printed) == 13
    assert {document.key: document.title for document in FRAMEWORK.documents} == {
        number: without_stop(title) for number, title in printed.items()
    }
    assert [document.number for document in FRAMEWORK.documents] == list(range(1, 14))


@pytest.mark.parametrize(
    ("document", "parts"),
    [
        ("1", [("minutes", 6, True, False, False)]),
        ("2", [("membership", 1, False, False, False), ("minutes", 6, True, False, False)]),
        (
            "3",
            [
                ("plan", 1, False, False, False),
                ("review", 1, True, False, False),
                ("updates", 1, False, False, True),
            ],
        ),
        ("4", [("groups", 1, False, False, False)]),
        ("5", [("service-users", 1, False, False, False), ("stakeholders", 1, False, False, False)]),
        (
            "6",
            [
                ("performance", 1, False, False, False),
                ("quality-assurance", 1, False, False, False),
                ("audit-evidence", 1, False, False, False),
            ],
        ),
        ("7", [("data", 1, False, False, False)]),
        ("8", [("workforce-data", 1, False, False, False), ("pressures-and-priorities", 1, False, False, False)]),
        ("9", [("summaries", 1, True, True, False)]),
        ("10", [("reports", 1, False, False, False)]),
        (
            "11",
            [
                ("council-homes", 1, False, True, False),
                ("voluntary-homes", 1, False, True, False),
                ("private-homes", 1, False, True, False),
                ("fostering", 1, False, True, False),
                ("adoption", 1, False, True, False),
            ],
        ),
        ("12", [("arrangements", 1, False, False, False)]),
        ("13", [("council", 1, False, False, False), ("partner-agencies", 1, False, False, False)]),
    ],
)
def test_document_has_the_parts_that_its_wording_asks_for(document, parts):
    found = FRAMEWORK.document(document).parts
    assert [(part.key, part.needed, part.dated, part.nil_return, part.optional) for part in found] == parts


def test_only_these_parts_must_be_fresh():
    fresh = {(d.key, p.key): p.freshness for d in FRAMEWORK.documents for p in d.parts if p.freshness}
    latest = Freshness("latest", "notified", 0)
    assert fresh == {
        ("1", "minutes"): latest,
        ("2", "minutes"): latest,
        ("3", "review"): latest,
        ("9", "summaries"): Freshness("within-years", "notified", 2),
    }


@pytest.mark.parametrize(
    ("strand", "printed", "count"),
    [("safeguarding", paper.ANNEX_2_SAFEGUARDING, 18), ("looked-after", paper.ANNEX_2_LOOKED_AFTER, 19)],
)
def test_focus_groups_are_the_papers(strand, printed, count):
    rows = [line.split("\t") for line in printed.splitlines()]
    assert len(rows) == count
    assert [(group.number, group.title) for group in FRAMEWORK.groups_of(strand)] == [
        (int(number.rstrip(".")), without_stop(title)) for number, title, _ in rows
    ]


def test_focus_groups_have_their_kinds():
    kinds = {group.key: group.kind for group in FRAMEWORK.focus_groups}
    visits = [key for key, kind in kinds.items() if kind == "visit"]
    focus_groups = [key for key, kind in kinds.items() if kind == "focus-group"]
    assert len(kinds) == 37
    assert visits == ["looked-after-17", "looked-after-19"]
    assert focus_groups == [
        *(f"safeguarding-{number}" for number in range(10, 17)),
        *(f"looked-after-{number}" for number in range(9, 15)),
    ]


def test_kind_that_the_line_does_not_name_is_said_to_be_an_interpretation():
    assert FRAMEWORK.group("safeguarding-12").kind_source.kind == "paper"
    assert FRAMEWORK.group("looked-after-2").kind_source.kind == "paper"
    assert FRAMEWORK.group("safeguarding-6").kind_source.kind == "interpretation"
    assert FRAMEWORK.group("looked-after-13").kind_source.kind == "interpretation"


def test_annex_4_is_the_papers():
    printed = {int(number): without_stop(text) for number, text in re.findall(r"(\d+)\.\t(.*)", paper.ANNEX_4)}
    assert len(printed) == 26
    assert {each.number: each.title for each in FRAMEWORK.case_lists} == {n: printed[n] for n in range(1, 5)}
    asked = {each.number: each.label for each in FRAMEWORK.case_fields if each.number}
    assert asked == {n: printed[n] for n in range(5, 15)}
    assert {each.number: each.label for each in FRAMEWORK.placements} == {n: printed[n] for n in range(15, 27)}


def test_case_fields_say_whom_they_apply_to():
    assert [(field.key, field.kind, field.applies_to) for field in FRAMEWORK.case_fields if field.number] == [
        ("identifier", "identifier", "all"),
        ("referral-date", "date", "all"),
        ("date-of-birth", "date", "all"),
        ("gender", "code", "all"),
        ("ethnicity", "code", "all"),
        ("legal-status", "code", "all"),
        ("disability", "code", "all"),
        ("child-protection-plan", "yes-no", "safeguarding"),
        ("previous-child-protection-plan", "yes-no", "safeguarding"),
        ("child-in-need-plan", "yes-no", "safeguarding"),
    ]
    assert [placement.key for placement in FRAMEWORK.placements if placement.needs_text] == ["other"]
    assert all(field.codes for field in FRAMEWORK.case_fields if field.kind == "code")
    assert [(each.key, each.strand) for each in FRAMEWORK.case_lists] == [
        ("child-in-need", "safeguarding"),
        ("child-protection", "safeguarding"),
        ("looked-after", "looked-after"),
        ("unallocated", None),
    ]


def test_what_is_kept_of_a_list_is_what_is_exported():
    kept = {each.key: [field.key for field in FRAMEWORK.fields_of(each.key)] for each in FRAMEWORK.case_lists}
    assert kept["child-in-need"] == kept["child-protection"]
    assert "placement" in kept["looked-after"]
    assert "placement" not in kept["child-in-need"]
    assert {"unallocated", "awaiting-transfer", "placement", "child-protection-plan"} <= set(kept["unallocated"])
    assert all("allocated-worker" not in fields and fields[0] == "identifier" for fields in kept.values())


def test_each_national_code_of_a_placement_has_one_item_of_annex_4():
    # domain: placements without an item in Annex 4 are "other"; U1 to U3, Q1, F1, F4 are with relatives or friends
    of = {code: placement.key for placement in FRAMEWORK.placements for code in placement.codes}
    assert {of[code] for code in ("U1", "U2", "U3", "Q1", "F1", "F4")} == {"foster-relatives-friends"}
    assert {of[code] for code in ("U4", "U5", "U6", "Q2", "F2", "F3", "F5", "F6")} == {"foster"}
    assert {of[code] for code in ("A3", "A4", "A5", "A6")} == {"adopters"}
    assert {of[code] for code in ("K1", "H1", "H2")} == {"secure"}
    assert {of[code] for code in ("K2", "H3", "H4")} == {"childrens-home"}
    others = ("P2", "P3", "H5", "R1", "R3", "R5", "T0", "T1", "T2", "T3", "T4")
    assert {of[code] for code in others} == {"other"}
    assert (of["P1"], of["R2"], of["S1"]) == ("parents", "specialist-health", "specialist-school")


def test_inspectors_select_eight_cases_or_more_and_then_twelve():
    assert [(each.key, each.minimum, each.maximum) for each in FRAMEWORK.case_selections] == [
        ("initial", 8, None),
        ("additional", 12, 12),
    ]
    due = [FRAMEWORK.step(each.audit_step).last_day for each in FRAMEWORK.case_selections]
    assert due == [10, 19]


def test_steps_fall_on_the_papers_days():
    assert [(step.first_day, step.last_day, step.key, step.party) for step in FRAMEWORK.steps] == [
        (1, 1, "notification", "Ofsted"),
        (2, 2, "set-up-call", "lead inspector"),
        (2, 2, "core-documents", "council"),
        (2, 2, "send-documents", "council"),
        (3, 3, "survey-letter", "council"),
        (4, 4, "case-list", "council"),
        (5, 5, "set-up-meeting", "lead inspector"),
        (5, 5, "initial-selection", "council"),
        (6, 10, "initial-audits", "council"),
        (10, 10, "focus-group-arrangements", "council"),
        (11, 19, "fieldwork", "inspectors"),
        (11, 11, "initial-audits-handed-over", "council"),
        (11, 19, "additional-selection", "inspectors"),
        (19, 19, "additional-audits", "council"),
        (19, 19, "additional-audits-handed-over", "council"),
        (20, 20, "fieldwork-ends", "inspectors"),
        (20, 20, "feedback", "inspectors"),
        (20, 20, "survey-results", "inspectors"),
        (21, 25, "report-drafted", "Ofsted"),
        (25, 25, "draft-report", "Ofsted"),
        (26, 30, "factual-accuracy", "council"),
        (35, 35, "final-report", "Ofsted"),
        (35, 35, "circulate-report", "council"),
        (40, 40, "publication", "Ofsted"),
    ]


def test_deadlines_are_the_councils_and_fall_at_five():
    deadlines = {step.key: (step.last_day, step.duty) for step in FRAMEWORK.steps if step.deadline}
    assert deadlines == {
        "core-documents": (2, "documents"),
        "send-documents": (2, "send-documents"),
        "survey-letter": (3, "surveys"),
        "case-list": (4, "case-lists"),
        "initial-selection": (5, "case-selection"),
        "initial-audits": (10, "audits"),
        "initial-audits-handed-over": (11, "hand-over-audits"),
        "focus-group-arrangements": (10, "focus-groups"),
        "additional-audits": (19, "audits"),
        "additional-audits-handed-over": (19, "hand-over-audits"),
        "factual-accuracy": (30, "record"),
        "circulate-report": (35, "record"),
    }
    assert {step.party for step in FRAMEWORK.steps if step.deadline} == {"council"}
    assert {deadline_time(step) for step in FRAMEWORK.steps} == {dt.time(17, 0)}
    assert FRAMEWORK.step("focus-group-arrangements").source.kind == "interpretation"


def test_report_hangs_on_the_end_of_fieldwork_and_not_on_the_call():
    assert {anchor.key: anchor.timing for anchor in FRAMEWORK.anchors} == {
        "notified": None,
        "set-up-meeting": Timing("notified", "working", 4, 4),
        "fieldwork-start": Timing("notified", "working", 10, 10),
        "fieldwork-end": Timing("fieldwork-start", "working", 9, 9),
        "draft-received": Timing("fieldwork-end", "working", 5, 5),
        "final-received": Timing("fieldwork-end", "working", 15, 15),
        "published": Timing("fieldwork-end", "working", 20, 20),
    }
    assert FRAMEWORK.step("factual-accuracy").timing == Timing("draft-received", "working", 1, 5)


def test_judgements_are_those_the_paper_and_the_reports_name():
    by_strand = {
        strand.key: [each.key for each in FRAMEWORK.judgements if each.strand == strand.key]
        for strand in FRAMEWORK.strands
    }
    both = [
        "capacity-for-improvement",
        "quality-of-provision",
        "ambition-and-prioritisation",
        "performance-management-and-quality-assurance",
    ]
    assert by_strand == {
        "safeguarding": [
            "overall-effectiveness",
            "children-are-safe",
            "children-feel-safe",
            "leadership-and-management",
            "equality-and-diversity",
            *both,
            "contribution-of-health-agencies",
            "partnership-working",
        ],
        "looked-after": [
            "overall-effectiveness",
            "being-healthy",
            "staying-safe",
            "enjoying-and-achieving",
            "positive-contribution",
            "economic-wellbeing",
            "leadership-and-management",
            "equality-and-diversity",
            *both,
            "educational-progress",
        ],
    }
    assert [each.key for each in FRAMEWORK.judgements if each.fact] == ["educational-progress"]
    assert [each.key for each in FRAMEWORK.judgements if each.outcome] == [
        "children-are-safe",
        "children-feel-safe",
        "being-healthy",
        "staying-safe",
        "enjoying-and-achieving",
        "positive-contribution",
        "economic-wellbeing",
    ]


SAFE = ("children-are-safe", "children-feel-safe")
OUTCOMES = ("being-healthy", "staying-safe", "enjoying-and-achieving", "positive-contribution", "economic-wellbeing")
OVERALL, LEADERSHIP, EQUALITY = "overall-effectiveness", "leadership-and-management", "equality-and-diversity"


@pytest.mark.parametrize(
    ("key", "strand", "condition", "limits", "ceiling", "firmness"),
    [
        ("S1", "safeguarding", Condition(SAFE, "is", "inadequate"), OVERALL, "inadequate", "likely"),
        ("S2", "safeguarding", Condition(SAFE, "below", "good"), OVERALL, "adequate", "unlikely"),
        ("S3", "safeguarding", Condition((EQUALITY,), "is", "inadequate"), LEADERSHIP, "inadequate", "unlikely"),
        ("L1", "looked-after", Condition(OUTCOMES, "is", "inadequate"), OVERALL, "inadequate", "likely"),
        ("L2", "looked-after", Condition(OUTCOMES[1:3], "below", "good"), OVERALL, "adequate", "unlikely"),
        (
            "L3",
            "looked-after",
            Condition(("educational-progress",), "below", "good"),
            "enjoying-and-achieving",
            "adequate",
            "unlikely",
        ),
        ("L4", "looked-after", Condition((EQUALITY,), "is", "inadequate"), LEADERSHIP, "inadequate", "likely"),
    ],
)
def test_limiting_rule_says_what_item_11_says(key, strand, condition, limits, ceiling, firmness):
    rule = {each.key: each for each in FRAMEWORK.rules}[key]
    assert (rule.strand, rule.conditions, rule.limits) == (strand, (condition,), limits)
    assert (rule.ceiling, rule.firmness, rule.match) == (ceiling, firmness, "any")
    assert rule.source.kind == "paper"


def test_there_are_seven_rules_in_the_papers_words():
    assert [rule.key for rule in FRAMEWORK.rules] == ["S1", "S2", "S3", "L1", "L2", "L3", "L4"]
    assert FRAMEWORK.rules[5].text == (
        "Enjoying and achieving are unlikely to be good if looked after children and young people are not making at "
        "least good educational progress overall in relation to their starting points and capability"
    )


def test_holdings_are_the_seven_of_the_paper_and_the_unannounced_inspection():
    assert [holding.key for holding in FRAMEWORK.holdings] == [
        "performance-profile",
        "inspection-and-regulation",
        "serious-case-reviews",
        "fostering-and-adoption-datasets",
        "questionnaires",
        "complaints",
        "local-area-agreements",
        "unannounced-inspection",
    ]


def test_preparation_of_a_focus_group_is_four_things():
    assert [each.key for each in FRAMEWORK.preparation] == ["owner", "attendees", "briefed", "booked"]


@pytest.mark.parametrize("look_up", ["document", "group", "step", "anchor", "phase", "strand", "grade"])
def test_look_up_of_what_is_not_there_raises(look_up):
    with pytest.raises(KeyError):
        getattr(FRAMEWORK, look_up)("nothing")


def test_judgement_is_looked_up_in_its_strand():
    assert FRAMEWORK.judgement("looked-after", "staying-safe").label == "Staying safe"
    with pytest.raises(KeyError):
        FRAMEWORK.judgement("safeguarding", "staying-safe")


def test_the_part_for_audit_evidence_takes_the_themes_of_audits():
    document, part = FRAMEWORK.part_that_takes("audit-themes")
    assert (document.number, part.key) == (6, "audit-evidence")
