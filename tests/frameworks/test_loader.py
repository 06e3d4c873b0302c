"""Every fault of a framework or plan file is named: where it is, and what would be right."""

import pytest

from frameworks import Fault, Framework, FrameworkError, Plan, load_framework, load_plan
from frameworks.loader import LARGEST
from tests.frameworks.fault_tables import (
    CASE_SELECTION,
    KEY,
    LINE,
    ONE_FAULT,
    ONE_FAULT_IN_CASES,
    ONE_FAULT_IN_PLAN,
    ONE_FAULT_IN_SELECTION,
)
from tests.frameworks.files import ANNEX_A, GONE, TINY, TINYTOWN, at, changed, data_of, place_of, toml, ways

TINY_FRAMEWORK = load_framework(TINY)


def faults_of(load, path, *more):
    with pytest.raises(FrameworkError) as caught:
        load(path, *more)
    return [(fault.key, fault.reason) for fault in caught.value.faults]


@pytest.fixture
def file(tmp_path):
    return tmp_path / "file.toml"


# Framework files


@pytest.mark.parametrize(("changes", "key", "reason"), ONE_FAULT)
def test_fault_of_a_framework_is_named(file, changes, key, reason):
    file.write_text(toml(changed(data_of(TINY), changes)))
    assert faults_of(load_framework, file) == [(key, reason)]


@pytest.mark.parametrize(("changes", "key", "reason"), ONE_FAULT_IN_SELECTION)
def test_fault_of_a_case_selection_is_named(file, changes, key, reason):
    file.write_text(toml(changed(data_of(TINY), {"case_selections[2]": CASE_SELECTION | changes})))
    assert faults_of(load_framework, file) == [(f"case_selections[2].{key}", reason)]


def test_two_selections_are_not_recorded_by_one_deadline(file):
    recorded = {"steps[5].duty": "case-selection", "case_selections[0].step": "letters-to-families"}
    data = changed(data_of(TINY), recorded)
    file.write_text(toml(data))
    assert isinstance(load_framework(file), Framework)
    file.write_text(toml(changed(data, {"case_selections[1].step": "letters-to-families"})))
    assert faults_of(load_framework, file) == [
        (
            "case_selections[1].step",
            "is step letters-to-families, as case_selections[0].step is already; each needs its own",
        )
    ]


@pytest.mark.parametrize(("changes", "key", "reason"), ONE_FAULT_IN_CASES)
def test_fault_of_what_is_said_of_cases_is_named(file, changes, key, reason):
    file.write_text(toml(changed(data_of(ANNEX_A), changes)))
    assert faults_of(load_framework, file) == [(key, reason)]


def test_framework_without_notification_is_refused(file):
    data = changed(data_of(TINY), {"anchors[0].key": "rung", "anchors[0].timing": {"anchor": "stated"}})
    file.write_text(toml(data))
    found = faults_of(load_framework, file)
    assert found[0] == (
        "anchors",
        'has no anchor with the key "notified"; add it, without a timing: its date is given',
    )


def test_all_faults_are_named_at_once_in_the_order_of_the_file(file):
    changes = {
        "title": 1,
        "strands[0].colour": "red",
        "documents[0].parts[0].needed": 0,
        "documents[1].parts[1].label": GONE,
        "focus_groups[3].strand": "health",
        "rules[0].ceiling": "good",
    }
    file.write_text(toml(changed(data_of(TINY), changes)))
    assert [key for key, _ in faults_of(load_framework, file)] == [
        "title",
        "strands[0].colour",
        "documents[0].parts[0].needed",
        "documents[1].parts[1].label",
        "rules[0].ceiling",
        "focus_groups[3].strand",
    ]


def test_key_of_a_broken_list_is_not_blamed_a_second_time(file):
    file.write_text(toml(changed(data_of(TINY), {"strands[0].key": 7})))
    assert faults_of(load_framework, file) == [("strands[0].key", f"should be {KEY}, not the number 7")]


def tables_of(data):
    return [way for way in ((), *ways(data)) if isinstance(at(data, list(way)), dict)]


@pytest.mark.parametrize("way", tables_of(data_of(TINY)), ids=place_of)
def test_unknown_key_is_refused_at_every_level(file, way):
    data = data_of(TINY)
    at(data, list(way))["surprise"] = 1
    file.write_text(toml(data))
    found = faults_of(load_framework, file)
    assert [key for key, _ in found] == [place_of((*way, "surprise"))]
    assert found[0][1].startswith("is not a key of a")


@pytest.mark.parametrize("way", tables_of(data_of(TINYTOWN)), ids=place_of)
def test_unknown_key_is_refused_at_every_level_of_a_plan(file, way):
    data = data_of(TINYTOWN)
    at(data, list(way))["surprise"] = 1
    file.write_text(toml(data))
    found = faults_of(load_plan, file, TINY_FRAMEWORK)
    assert [key for key, _ in found] == [place_of((*way, "surprise"))]


def test_unknown_key_that_is_no_plain_word_is_quoted(file):
    data = data_of(TINY)
    data["grades"][0]["a b\n"] = 1
    file.write_text(toml(data))
    assert faults_of(load_framework, file) == [
        ('grades[0]."a b\\n"', "is not a key of a grade; its keys are key, label")
    ]


# Keys that may be left out of the made-up files without anything else being wrong
OPTIONAL = {
    "effective_from", "effective_to", "team", "preparation", "focus_groups", "case_fields", "placements",
    "surveys", "letter", "left_within_months",
    "documents", "rules", "holdings", "unit", "first", "last", "weekday", "time", "optional", "nil_return", "freshness",
    "covers", "each", "also_called", "strand of a case list", "needs_text", "outcome", "graded", "parent", "match",
    "applies_to", "number of a case field", "number of a placement", "case_rules", "role", "lists", "headings",
    "case_selections", "minimum", "maximum", "audit_step", "handover_step", "selection",
    "audit_questions", "audit_themes", "hint", "takes",
}  # fmt: skip
# What would be wrong once the key is left out, and goes with it
STEPS_OF_AUDITS = ["steps[7]", "steps[6]"]
GO_WITH = {
    "case_selections": ["focus_groups[1].selection", *STEPS_OF_AUDITS],
    "audit_step": ["case_selections[0].handover_step", *STEPS_OF_AUDITS],
    "handover_step": ["steps[7]"],
}
OPTIONAL_IN_PLAN = {
    "deadline_time", "step_times",
    "working_hours", "retention", "case_days", "superseded_days",
    "reminder_points", "late_recipients", "weekly_recipients", "weekly_day", "turning_days",
    "aliases of a post", "people", "closures", "two_approvals", "lists",
}  # fmt: skip


def required_ways(data, optional):
    found = [way for way in ways(data) if isinstance(way[-1], str) and way[-1] not in optional]
    may_go = {
        ("case_lists", "strand"),
        ("case_fields", "number"),
        ("placements", "number"),
        ("audit_questions", "needed"),
    }
    return [way for way in found if (way[0], way[-1]) not in may_go]


@pytest.mark.parametrize("way", required_ways(data_of(TINY), OPTIONAL), ids=place_of)
def test_required_key_left_out_is_named(file, way):
    # `grades`, `judgements`, `dated`, `timing`, `duty` and `years` are required by what else the file says.
    place = place_of(way)
    file.write_text(toml(changed(data_of(TINY), {place: GONE})))
    found = faults_of(load_framework, file)
    needed_by = {"grades": "rules[0].ceiling", "judgements": "rules[0].limits"}
    named = (needed_by | {"case_lists": "surveys[0].letter.lists[0]"}).get(place, place)
    if way[-1] == "dated":
        named = place.removesuffix("dated") + "freshness"
    assert named in [key for key, _ in found]


@pytest.mark.parametrize("way", required_ways(data_of(TINYTOWN), OPTIONAL_IN_PLAN | {"aliases"}), ids=place_of)
def test_required_key_of_a_plan_left_out_is_named(file, way):
    file.write_text(toml(changed(data_of(TINYTOWN), {place_of(way): GONE})))
    found = faults_of(load_plan, file, TINY_FRAMEWORK)
    assert place_of(way) in [key for key, reason in found if reason.startswith("is missing")]


@pytest.mark.parametrize("key", sorted(OPTIONAL - {"strand of a case list"}))
def test_optional_key_may_be_left_out(file, key):
    # A survey's letter must say of which lists it goes; everything else may leave them out.
    places = [place_of(way) for way in ways(data_of(TINY)) if way[-1] == key and (way[0], key) != ("surveys", "lists")]
    data = changed(data_of(TINY), dict.fromkeys([*reversed(places), *GO_WITH.get(key, [])], GONE))
    file.write_text(toml(data))
    assert isinstance(load_framework(file), Framework)


# Plan files


@pytest.mark.parametrize(("changes", "key", "reason"), ONE_FAULT_IN_PLAN)
def test_fault_of_a_plan_is_named(file, changes, key, reason):
    file.write_text(toml(changed(data_of(TINYTOWN), changes)))
    assert faults_of(load_plan, file, TINY_FRAMEWORK) == [(key, reason)]


def test_plan_picks_its_own_framework_among_several():
    plan = load_plan(TINYTOWN, [TINY_FRAMEWORK])
    assert (plan.key, plan.framework) == ("tinytown", "tiny-2030")


def test_plan_for_no_known_framework_is_refused():
    assert faults_of(load_plan, TINYTOWN, []) == [
        ("framework", 'is "tiny-2030", but there is no such framework; there are: none')
    ]


# Files that cannot be read as TOML


@pytest.mark.parametrize(
    ("content", "key", "reason"),
    [
        (b'kind = "framework"\ntitle = \n', "line 2", "is not valid TOML: Invalid value"),
        (b'a = 1\nb = "open', "line 2", "is not valid TOML: Unterminated string"),
        (b"a = 1\na = 2\n", "line 2", "is not valid TOML: Cannot overwrite a value"),
        (b"a = 2011-02-30\n", "line 1", "is not valid TOML: Invalid date or datetime"),
        (b"a = " + b"[" * 5000, "", "is not valid TOML: is nested too deeply"),
        (b'kind = "framework"\n\n# caf\xe9\n', "line 3", "is not UTF-8 text; save the file as UTF-8"),
        (b"PK\x03\x04\x00", "line 1", "is not valid TOML: Expected '=' after a key in a key/value pair"),
        (b"#" * (LARGEST + 1), "", f"is larger than {LARGEST} bytes; no file of this kind is"),
    ],
)
def test_file_that_is_not_toml_is_named_with_its_line(file, content, key, reason):
    file.write_bytes(content)
    assert faults_of(load_framework, file) == [(key, reason)]
    assert faults_of(load_plan, file, TINY_FRAMEWORK) == [(key, reason)]


def test_number_too_long_to_read_is_a_fault(file):
    file.write_text("last_day = " + "9" * 5000)
    (fault,) = faults_of(load_framework, file)
    assert fault[1].startswith("is not valid TOML: ")


def test_very_large_number_is_not_printed_in_full(file):
    file.write_text(toml(changed(data_of(TINY), {"last_day": 10**30})))
    assert faults_of(load_framework, file) == [
        ("last_day", "should be a whole number from 1 to 400, not a very large number")
    ]


def test_file_that_is_not_there_is_a_fault(tmp_path):
    assert faults_of(load_framework, tmp_path / "none.toml") == [
        ("", "there is no such file; it should be a TOML file")
    ]
    assert faults_of(load_framework, tmp_path) == [("", "is a directory or a device; it should be a TOML file")]
    assert faults_of(load_framework, "a\0b") == [("", "there is no such file; it should be a TOML file")]


def test_byte_order_mark_and_windows_line_ends_are_read(file):
    file.write_bytes(b"\xef\xbb\xbf" + TINY.read_bytes().replace(b"\n", b"\r\n"))
    assert load_framework(file) == TINY_FRAMEWORK


def test_error_is_one_line_for_each_fault(file):
    file.write_text(toml(changed(data_of(TINY), {"title": "a\nb", "last_day": 0})))
    with pytest.raises(FrameworkError) as caught:
        load_framework(file)
    assert str(caught.value).splitlines() == [
        f'{file}: title: should be {LINE}, not the text "a\\nb"',
        f"{file}: last_day: should be a whole number from 1 to 400, not the number 0",
    ]
    assert caught.value.faults[1] == Fault(
        str(file), "last_day", "should be a whole number from 1 to 400, not the number 0"
    )


def test_fault_without_a_place_names_the_file_alone():
    assert str(Fault("a.toml", "", "cannot\nbe read")) == "a.toml: cannot be read"


def test_loading_twice_gives_the_same():
    assert load_framework(TINY) == load_framework(TINY)
    plan = load_plan(TINYTOWN, TINY_FRAMEWORK)
    assert isinstance(plan, Plan)
    assert plan == load_plan(TINYTOWN, TINY_FRAMEWORK)
