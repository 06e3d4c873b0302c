"""Grades and themes in number: exact for the case team, with small numbers hidden from everybody else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Role
from audits.models import Answer, Audit, SelectedCase
from audits.moderating.actions import agree_grade
from audits.themes.counting import Figures, Group, ThemeQuestion, figures
from audits.themes.presenting import chart_parts, shown
from inspections.models import Inspection
from tests import reading
from tests.factories.moderated import make_auditor, moderated_case, submitted_case
from tests.factories.people import NOW, make_council, make_inspection, make_person
from tests.reading import sign_in

pytestmark = pytest.mark.django_db

GRADES = ("outstanding", "good", "adequate", "inadequate")


@pytest.fixture
def inspection():
    return make_inspection(make_council())


@pytest.fixture
def auditor(inspection):
    return make_auditor(inspection)


def person(inspection: Inspection, *roles: Role):
    return make_person(inspection.council, *roles)


def page(inspection: Inspection, user):
    return sign_in(user).get(reverse("audits:themes", args=[inspection.slug]))


def graded(inspection: Inspection, auditor, grades: Iterable[str], themes: str = "") -> None:
    for grade in grades:
        submitted_case(inspection, grade=grade, auditor=auditor, answers={"strength-themes": themes})


def counts(found: Figures) -> dict[str, int]:
    return {each.key: each.count for each in found.grades if each.count}


# Counting


def test_submitted_audits_are_counted_by_grade_and_theme(inspection, auditor) -> None:
    graded(inspection, auditor, ["good", "good"], "planning voice")
    graded(inspection, auditor, ["inadequate"], "voice")
    submitted_case(inspection, auditor=auditor, now=NOW + timedelta(days=3), answers={"development-themes": "voice"})
    found = figures(inspection, without=())
    assert (found.total, found.left_out, found.latest) == (4, 0, NOW + timedelta(days=3))
    assert counts(found) == {"good": 3, "inadequate": 1}
    named = {each.title: {t.label: t.count for t in each.themes if t.count} for each in found.questions}
    assert named == {
        "Themes of the strengths": {"Planning and review": 2, "The child’s wishes and feelings": 3},
        "Themes of the areas for development": {"The child’s wishes and feelings": 1},
    }


def test_an_audit_counts_with_its_agreed_grade_or_with_its_auditors_while_there_is_none(inspection) -> None:
    moderated_case(inspection, "outstanding", "inadequate")
    case = moderated_case(inspection, "outstanding", "inadequate")
    agree_grade(audit=case.audit, grade="adequate", why="In between", by=None, now=NOW)
    assert counts(figures(inspection, without=())) == {"outstanding": 1, "adequate": 1}


@pytest.mark.parametrize("how", ["open again", "taken out", "erased", "left out"])
def test_audits_that_are_not_finished_or_gone_do_not_count(inspection, auditor, how) -> None:
    case = submitted_case(inspection, grade="inadequate", auditor=auditor)
    submitted_case(inspection, grade="good", auditor=auditor)
    if how == "taken out":
        SelectedCase.objects.filter(pk=case.pk).update(removed_at=NOW)
    else:
        changes: dict[str, dict[str, Any]] = {
            "open again": {"submitted_at": None},
            "erased": {"erased_at": NOW},
            "left out": {},
        }
        Audit.objects.filter(pk=case.audit.pk).update(erased_at=None)
        if changes[how]:
            Audit.objects.filter(pk=case.audit.pk).update(**changes[how])
    found = figures(inspection, without={case.audit.pk} if how == "left out" else ())
    assert (found.total, found.left_out, counts(found)) == (1, int(how == "left out"), {"good": 1})


def test_grades_and_themes_that_the_framework_does_not_know_count_as_none(inspection, auditor) -> None:
    submitted_case(inspection, grade="splendid", auditor=auditor, answers={"strength-themes": "weather voice voice"})
    found = figures(inspection, without=())
    assert (found.total, found.graded) == (1, 0)
    assert [each.count for each in found.questions[0].themes if each.count] == [1]


def test_figures_take_a_constant_number_of_queries(inspection, auditor, django_assert_num_queries) -> None:
    graded(inspection, auditor, ["good"] * 8, "voice")
    with django_assert_num_queries(4):
        figures(inspection, without=())


# Hiding


def made_up(total: int, grades: Iterable[int], themes: Iterable[int]) -> Figures:
    groups = tuple(Group(key, key.capitalize(), count) for key, count in zip(GRADES, grades, strict=True))
    named = tuple(Group(f"t{place}", f"Theme {place}", count) for place, count in enumerate(themes))
    return Figures(total, 0, NOW, sum(each.count for each in groups), groups, (ThemeQuestion("q", "Themes", named),))


AUDITS = st.lists(st.tuples(st.sampled_from(GRADES), st.frozensets(st.integers(0, 3))), max_size=30)


def figures_of(audits: list[tuple[str, frozenset[int]]]) -> Figures:
    by_grade = Counter(grade for grade, _ in audits)
    by_theme = Counter(theme for _, themes in audits for theme in themes)
    return made_up(len(audits), [by_grade[key] for key in GRADES], [by_theme[theme] for theme in range(4)])


@given(AUDITS)
def test_no_small_number_of_audits_is_shown_outside_the_case_team(audits) -> None:
    found = shown(figures_of(audits), is_whole=False)
    grades = [each.count for each in found.grades.groups] if found.grades else []
    themes = [each.count for each in found.questions[0].groups]
    assert not {1, 2, 3, 4} & {*grades, *themes}
    assert not {1, 2, 3, 4} & {len(audits) - count for count in themes if count is not None}


@given(AUDITS)
def test_hidden_grades_cannot_be_worked_out_from_their_total(audits) -> None:
    """At least two are hidden, or none."""
    found = shown(figures_of(audits), is_whole=False)
    hidden = [each for each in found.grades.groups if each.count is None] if found.grades else []
    assert len(hidden) != 1


@given(AUDITS)
def test_the_case_team_sees_every_number(audits) -> None:
    whole = figures_of(audits)
    found = shown(whole, is_whole=True)
    if audits:
        assert [each.count for each in found.grades.groups] == [each.count for each in whole.grades]
    said = {each.label: each.count for each in found.questions[0].groups}
    assert said == {each.label: each.count for each in whole.questions[0].themes}


@given(AUDITS)
def test_order_of_hidden_themes_says_nothing_of_them(audits) -> None:
    found = shown(figures_of(audits), is_whole=False).questions[0].groups
    shown_counts = [each.count for each in found if each.count is not None]
    hidden = [each.label for each in found if each.count is None]
    assert [each.count for each in found] == [*sorted(shown_counts, reverse=True), *[None] * len(hidden)]
    assert hidden == sorted(hidden)


@given(AUDITS, st.booleans())
def test_parts_of_the_chart_add_up_and_show_nothing_that_the_table_hides(audits, is_whole) -> None:
    found = shown(figures_of(audits), is_whole=is_whole)
    if found.grades:
        parts = chart_parts(found.grades)
        assert sum(number for _, number, _ in parts) == len(audits)
        seen = {each.label.lower(): each.count for each in found.grades.groups if each.count}
        assert {words: number for words, number, _ in parts if words != "hidden"} == seen


def test_few_audits_say_nothing_outside_the_case_team() -> None:
    assert shown(made_up(4, [0, 4, 0, 0], [4, 0]), is_whole=False).says_nothing
    assert not shown(made_up(4, [0, 4, 0, 0], [4, 0]), is_whole=True).says_nothing
    assert not shown(made_up(5, [0, 5, 0, 0], [5, 0]), is_whole=False).says_nothing


# The page


def test_page_with_nothing_finished_says_what_will_be_here(inspection) -> None:
    said = reading.main(page(inspection, person(inspection, Role.MEMBER)))
    assert "No finished audits to count yet" in said


def test_case_officer_sees_exact_numbers(inspection, auditor) -> None:
    graded(inspection, auditor, ["good", "good", "adequate"], "voice")
    response = page(inspection, person(inspection, Role.CASE_OFFICER))
    assert "From 3 finished audits." in reading.main(response)
    assert [row[1] for row in reading.rows(response, "Grades")] == ["0 of 3", "2 of 3", "1 of 3", "0 of 3"]
    assert reading.rows(response, "Themes of the strengths")[0] == ["The child’s wishes and feelings", "3 of 3"]
    assert "hidden" not in reading.main(response)


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.MEMBER, Role.DCS_OFFICE])
def test_everybody_else_sees_no_small_number(inspection, auditor, role) -> None:
    graded(inspection, auditor, ["good"] * 7, "voice")
    graded(inspection, auditor, ["adequate"] * 2, "planning")
    response = page(inspection, person(inspection, role))
    assert [row[1] for row in reading.rows(response, "Grades")] == ["0 of 9", "Hidden", "Hidden", "0 of 9"]
    themes = dict(reading.rows(response, "Themes of the strengths"))
    assert (themes["The child’s wishes and feelings"], themes["Planning and review"]) == ("Hidden", "Hidden")
    assert themes["Assessment"] == "0 of 9"
    assert "Numbers from 1 to 4 are hidden" in reading.main(response)


def test_page_says_how_many_are_left_out_for_a_blind_officer(inspection, auditor) -> None:
    blind = make_auditor(inspection, Role.CASE_OFFICER)
    graded(inspection, auditor, ["good"])
    submitted_case(inspection, grade="inadequate", auditor=auditor, moderator=blind)
    response = page(inspection, blind)
    assert [row[1] for row in reading.rows(response, "Grades")] == ["0 of 1", "1 of 1", "0 of 1", "0 of 1"]
    assert "1 more is left out, because you moderate it and have not graded it yet." in reading.main(response)
    other = page(inspection, person(inspection, Role.CASE_OFFICER))
    assert [row[1] for row in reading.rows(other, "Grades")] == ["0 of 2", "1 of 2", "0 of 2", "1 of 2"]


def test_themes_of_an_audit_without_grades(inspection, auditor) -> None:
    graded(inspection, auditor, ["good"], "voice")
    Answer.objects.filter(question="grade").delete()
    response = page(inspection, person(inspection, Role.CASE_OFFICER))
    assert reading.texts(response, "//caption") == ["Themes of the strengths", "Themes of the areas for development"]
