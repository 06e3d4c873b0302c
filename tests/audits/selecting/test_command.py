"""`manage.py sample_cases`: what scripts get, what people read, and how it ends."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.management import call_command

from audits.models import SelectedCase
from cases.models import Access
from inspections.models import Inspection
from tests.factories.case_lists import IN_NEED, LOOKED_AFTER, import_lists, record
from tests.factories.people import make_council, make_inspection

pytestmark = pytest.mark.django_db


@pytest.fixture
def inspection() -> Inspection:
    made = make_inspection(make_council(), kind="rehearsal")
    after = {f"L{number}": record(placement="U4") for number in range(4)}
    import_lists(made, {IN_NEED: {f"N{number}": record() for number in range(8)}, LOOKED_AFTER: after})
    return made


def run(capsys, *arguments: str) -> Any:
    call_command("sample_cases", *arguments, "--format", "json")
    return json.loads(capsys.readouterr().out)


def test_answers_cases_and_strata(inspection, capsys) -> None:
    found = run(capsys, inspection.slug, "--seed", "7", "--size", "6")
    assert list(found) == ["cases", "strata"]
    assert found["strata"] == [
        {"stratum": "Child in need, 5 to 9", "population": 8, "drawn": 4},
        {"stratum": "Looked after, 5 to 9", "population": 4, "drawn": 2},
    ]
    assert [case[0] for case in found["cases"]] == ["N"] * 4 + ["L"] * 2
    assert run(capsys, inspection.slug, "--seed", "7", "--size", "6") == found
    assert not SelectedCase.objects.exists()


def test_the_same_children_in_another_order_give_the_same_sample(inspection, capsys) -> None:
    found = run(capsys, inspection.slug, "--seed", "7", "--size", "6")
    other = make_inspection(make_council())
    after = {f"L{number}": record(placement="U4") for number in reversed(range(4))}
    import_lists(other, {LOOKED_AFTER: after, IN_NEED: {f"N{number}": record() for number in (3, 1, 7, 0, 2, 6, 5, 4)}})
    assert run(capsys, other.slug, "--seed", "7", "--size", "6") == found


def test_what_people_read(inspection, capsys) -> None:
    found = run(capsys, inspection.slug, "--seed", "7", "--size", "3")
    call_command("sample_cases", inspection.slug, "--seed", "7", "--size", "3")
    assert capsys.readouterr().out.splitlines() == [
        *found["cases"], "", "Child in need, 5 to 9: 2 of 8", "Looked after, 5 to 9: 1 of 4"
    ]  # fmt: skip


def test_drawing_is_logged_without_saying_anything_of_a_child(inspection, capsys) -> None:
    run(capsys, inspection.slug, "--seed", "7", "--size", "3")
    entry = Access.objects.get()
    assert (entry.what, entry.by, entry.child, entry.detail) == ("sample", None, "", "3 cases, seed 7, by a command")


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (("--seed", "7", "--size", "13"), 1, "There are only 12 cases to draw from. Enter 12 or fewer.\n"),
        (("--seed", "7", "--size", "0"), 1, "The size must be a whole number, 1 or more.\n"),
        (("--seed", "-1", "--size", "1"), 1, "The seed must be a whole number from 0 to 2,147,483,647.\n"),
        (("--seed", "seven", "--size", "1"), 2, "invalid int value: 'seven'\n"),
        (("--size", "1"), 2, "the following arguments are required: --seed\n"),
        (("--seed", "7"), 2, "the following arguments are required: --size\n"),
    ],
)
def test_what_cannot_be_drawn_is_refused_with_its_status(inspection, capsys, arguments, status, words) -> None:
    with pytest.raises(SystemExit) as ended:
        call_command("sample_cases", inspection.slug, *arguments)
    said = capsys.readouterr()
    assert (ended.value.code, said.out, said.err.endswith(words)) == (status, "", True)
    assert not Access.objects.exists()


def test_an_inspection_without_lists_and_one_that_is_unknown(capsys) -> None:
    empty = make_inspection(make_council())
    for slug, words in ((empty.slug, "There is no case to draw. Import the case lists first.\n"), ("none", None)):
        with pytest.raises(SystemExit) as ended:
            call_command("sample_cases", slug, "--seed", "1", "--size", "1")
        said = capsys.readouterr().err
        assert (ended.value.code, said) == (1, words or f"There is no inspection “none”. There are: {empty.slug}.\n")
