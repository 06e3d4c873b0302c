"""What may stand as the answer to a question, and how it reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from frameworks import Framework, Plan
from frameworks.auditing import AuditQuestion, AuditTheme
from frameworks.plan import audit_questions, audit_themes
from govuk.text import many_lines
from refusals import Refused

#: The most characters of one answer, of a contribution and of a concern: some eight printed pages.
LONGEST = 20_000
YES, NO = "yes", "no"
YES_NO = {YES: "Yes", NO: "No"}
CONCERN, GRADE = "immediate-concern", "grade"


@dataclass(frozen=True)
class AuditForm:
    """What the audits of one inspection ask: the questions with what can be chosen in each."""

    framework: Framework
    plan: Plan | None

    @property
    def questions(self) -> tuple[AuditQuestion, ...]:
        return audit_questions(self.framework, self.plan)

    @property
    def themes(self) -> tuple[AuditTheme, ...]:
        return audit_themes(self.framework, self.plan)

    def question(self, key: str) -> AuditQuestion | None:
        """The question with this key; None if nothing of that key is asked."""
        return next((each for each in self.questions if each.key == key), None)

    def with_role(self, role: str) -> AuditQuestion | None:
        """The question with this role; None if none has it."""
        return next((each for each in self.questions if each.role == role), None)

    def choices(self, question: AuditQuestion) -> list[tuple[str, str]]:
        """What can be chosen in a question, as (stored, shown); nothing if it is answered in words."""
        if question.kind == "yes-no":
            return list(YES_NO.items())
        if question.kind == "grade":
            return [(grade.key, grade.label) for grade in self.framework.grades]
        if question.kind == "themes":
            return [(theme.key, theme.label) for theme in self.themes]
        return []

    def cleaned(self, question: AuditQuestion, text: str) -> str:
        """An answer as it is stored. Raises Refused, at the question, if it is too long or is nothing to choose."""
        if question.kind == "text":
            return long_text(text, question.key)
        chosen = text.split() if question.kind == "themes" else [text] if text else []
        known = [key for key, _ in self.choices(question)]
        if not set(chosen) <= set(known):
            raise Refused(f"Choose from what is listed under “{question.title}”.", field=question.key)
        return " ".join(key for key in known if key in chosen)

    def in_words(self, question: AuditQuestion, text: str) -> str:
        """A stored answer as a page shows it: the words, or the labels of what was chosen."""
        if question.kind == "text":
            return text
        labels = dict(self.choices(question))
        chosen: Sequence[str] = text.split() if question.kind == "themes" else [text] if text else []
        return ", ".join(labels.get(key, key) for key in chosen)


def long_text(text: str, field: str) -> str:
    """Words as they are stored. Raises Refused if they are too long."""
    cleaned = many_lines(text)
    if len(cleaned) > LONGEST:
        raise Refused(
            f"This is {len(cleaned):,} characters long. Shorten it to {LONGEST:,}, or add the rest as a file.",
            field=field,
        )
    return cleaned
