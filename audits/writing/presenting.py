"""What the pages of an audit show: the child's facts, the questions to answer, and the answers as they read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.forms.boundfield import BoundField

from audits.models import Answer, Audit, Contribution
from audits.writing.answers import CONCERN, GRADE, AuditForm
from audits.writing.forms import AnswersForm, mark_of, name_of
from cases.lists.presenting import facts_of
from cases.models import Child, ListRow
from cases.value_labels import ValueLabels
from frameworks.auditing import AuditQuestion


@dataclass(frozen=True, slots=True)
class ChildFacts:
    """What the lists say about a child now: the lists, and each field with what they say of it."""

    lists: tuple[str, ...]
    rows: tuple[tuple[str, str], ...]


def child_facts(child: Child, labels: ValueLabels) -> ChildFacts:
    """The facts from the current row of every list that the child is on; nothing if it is on no list any more."""
    current = {row.list: row for row in ListRow.objects.filter(child=child, until=None)}
    lists = [each for each in labels.framework.case_lists if each.key in current]
    names = [each.short for each in lists]
    facts = facts_of([current[each.key] for each in lists], labels)
    return ChildFacts(tuple(names), tuple((fact.label, _said(fact.said, names)) for fact in facts))


def _said(said: Sequence[str], names: Sequence[str]) -> str:
    """What the lists say of one field: once if they agree, else each with the name of its list."""
    given = [(words, name) for words, name in zip(said, names, strict=True) if words]
    if len({words for words, _ in given}) == 1:
        return given[0][0]
    return "; ".join(f"{words} ({name})" for words, name in given)


@dataclass(frozen=True, slots=True)
class OtherAnswer:
    """What somebody else, or another tab, saved in between."""

    text: str
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question with its field, the version that the page shows, and a mark of what it shows."""

    question: AuditQuestion
    field: BoundField
    version: int
    mark: str
    other: OtherAnswer | None = None

    @property
    def is_concern(self) -> bool:
        return self.question.role == CONCERN


def asked_questions(
    form: AnswersForm, answers: Mapping[str, Answer], clashes: Mapping[str, Answer]
) -> list[AskedQuestion]:
    """The questions of the form. What clashed has no mark, so that sending the page again saves the person's own."""
    found = []
    for question in form.asked.questions:
        stored = answers.get(question.key)
        bound, other = form[name_of(question)], clashes.get(question.key)
        mark = "" if other or bound.errors else mark_of(stored.text if stored else "")
        shown = OtherAnswer(form.asked.in_words(question, other.text), other.saved_at) if other else None
        found.append(AskedQuestion(question, bound, stored.version if stored else 0, mark, shown))
    return found


@dataclass(frozen=True, slots=True)
class AnsweredQuestion:
    """A question as it reads; `is_hidden` for a grade that a moderator must not see yet."""

    question: AuditQuestion
    text: str
    is_hidden: bool = False


def answered_questions(asked: AuditForm, answers: Mapping[str, Answer], *, is_blind: bool) -> list[AnsweredQuestion]:
    """The questions with their answers in words, without any grade for somebody who is blind."""
    return [
        AnsweredQuestion(question, "", is_hidden=True)
        if is_blind and question.kind == GRADE
        else AnsweredQuestion(
            question, asked.in_words(question, answers[question.key].text) if question.key in answers else ""
        )
        for question in asked.questions
    ]


def answers_of(audit: Audit) -> dict[str, Answer]:
    """The stored answers by the questions' keys."""
    return {answer.question: answer for answer in audit.answers.all()}


def progress(asked: AuditForm, answers: Mapping[str, Answer]) -> str:
    """How far the audit is: "3 of 6 needed answers are there."."""
    needed = [each for each in asked.questions if each.needed]
    done = sum(1 for each in needed if each.key in answers and answers[each.key].text)
    if not needed:
        return ""
    if done == len(needed):
        return "Every needed answer is there."
    return f"{done} of {len(needed)} needed answers {'is' if done == 1 else 'are'} there."


def contributions_to(audit: Audit) -> list[dict[str, Any]]:
    """The contributions, submitted ones with their text; of the others only that they are still owed."""
    rows = audit.assignments.filter(part="contributor").select_related("contribution").order_by("pk")
    found = []
    for row in rows:
        written: Contribution | None = getattr(row, "contribution", None)
        submitted_at = written.submitted_at if written else None
        if submitted_at or row.ended_at is None:
            text = written.text if written and submitted_at else ""
            found.append({"agency": row.agency, "text": text, "submitted_at": submitted_at})
    return found
