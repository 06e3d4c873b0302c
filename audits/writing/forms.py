"""What auditors and contributors type, and what case officers add. Forms validate; actions decide."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from audits.models import Answer
from audits.writing.answers import LONGEST, AuditForm
from files.types import ACCEPT
from frameworks.auditing import AuditQuestion
from govuk.forms import DateField, DropManyInput, FilesField, LineField, SeenField, TextField, TimeField
from govuk.text import many_lines

TOO_LONG = f"This is %(show_value)s characters long. Shorten it to {LONGEST:,}, or add the rest as a file."


class LongTextField(TextField):
    """A text of up to `LONGEST` characters. The browser does not cut off what is pasted: what is too much is said."""

    def __init__(self, *, rows: int = 6, **kwargs: Any) -> None:
        widget = forms.Textarea(attrs={"rows": rows})
        super().__init__(max_length=LONGEST, widget=widget, required=False, **kwargs)
        self.error_messages["max_length"] = TOO_LONG

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {}


class AnswersForm(forms.Form):
    """The answers of an audit, a field for each question, named `answer-` and the question's key.

    Beside each field the page sends `seen-` with the version that it showed, and `shown-` with a mark of its text. What
    is as it was shown was not changed, and is left as it is. The page's script sends only what was changed, and names
    it in `changed`.
    """

    def __init__(self, data: Any = None, *, asked: AuditForm, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.asked = asked
        for question in asked.questions:
            self.fields[name_of(question)] = _field(asked, question)

    def changed(self) -> dict[str, str]:
        """The valid answers that the person changed, as they are stored, by the questions' keys."""
        given: Any = self.data
        named = given.getlist("changed") if "changed" in given else None
        found = {}
        for question in self.asked.questions:
            name = name_of(question)
            if name in self.errors or name not in self.cleaned_data:
                continue
            text = _stored(self.cleaned_data[name])
            is_changed = (
                mark_of(text) != given.get(f"shown-{question.key}", "") if named is None else question.key in named
            )
            if is_changed:
                found[question.key] = text
        return found

    def seen(self) -> dict[str, int]:
        """The version that each answer is based on, 0 for none."""
        field = SeenField(min_value=0)
        found = {}
        for question in self.asked.questions:
            try:
                found[question.key] = field.clean(self.data.get(f"seen-{question.key}")) or 0
            except forms.ValidationError:
                found[question.key] = 0
        return found


def name_of(question: AuditQuestion) -> str:
    """The name of a question's field."""
    return f"answer-{question.key}"


def mark_of(text: str) -> str:
    """A mark of a text, by which the page can tell later whether the person changed it."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def data_of(asked: AuditForm, answers: Mapping[str, Answer]) -> dict[str, Any]:
    """The stored answers as the initial values of an `AnswersForm`."""
    found: dict[str, Any] = {}
    for question in asked.questions:
        text = answers[question.key].text if question.key in answers else ""
        found[name_of(question)] = text.split() if question.kind == "themes" else text
    return found


def with_unsaved(asked: AuditForm, answers: Mapping[str, Answer], sent: QueryDict, unsaved: set[str]) -> AnswersForm:
    """A form with what is stored, and for the questions that were not saved with what was sent."""
    data: MultiValueDict[str, str] = MultiValueDict()
    for question in asked.questions:
        name = name_of(question)
        if question.key in unsaved:
            data.setlist(name, sent.getlist(name))
        else:
            text = answers[question.key].text if question.key in answers else ""
            data.setlist(name, text.split() if question.kind == "themes" else [text])
    form = AnswersForm(data, asked=asked)
    form.full_clean()
    return form


def _stored(value: Any) -> str:
    return " ".join(value) if isinstance(value, list) else many_lines(str(value or ""))


def _field(asked: AuditForm, question: AuditQuestion) -> forms.Field:
    label = question.title if question.needed else f"{question.title} (optional)"
    shared: dict[str, Any] = {"label": label, "help_text": question.hint or "", "required": False}
    if question.kind == "text":
        return LongTextField(label=label, help_text=shared["help_text"])
    wrong = "Choose from what is listed"
    if question.kind == "themes":
        messages = {"invalid_choice": wrong, "invalid_list": wrong}
        return forms.MultipleChoiceField(
            choices=asked.choices(question), widget=forms.CheckboxSelectMultiple, error_messages=messages, **shared
        )
    return forms.ChoiceField(
        choices=asked.choices(question),
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": wrong},
        **shared,
    )


class ConcernForm(forms.Form):
    concern = LongTextField(
        label="What is the concern?",
        help_text="What you saw in the file, and why somebody must act today. Only people of this case read it.",
        rows=4,
    )


class AcknowledgeForm(forms.Form):
    done = LongTextField(label="What was done about it?", help_text="Who acted, when, and what happens next.")


class ContributionForm(forms.Form):
    text = LongTextField(
        label="What your agency has to say about this case",
        help_text="What your agency knew and did, what went well, and what should have been better.",
        rows=14,
    )
    seen = SeenField(min_value=0)


class AddFilesForm(forms.Form):
    file = FilesField(label="Files", widget=DropManyInput(attrs={"accept": ACCEPT}))


class ExtendForm(forms.Form):
    on = DateField(label="New day", help_text="For example, 29 4 2011", name="The new day")
    at = TimeField(label="Time", help_text="For example, 5pm or 14:30", name="The time")
    why = LineField(
        label="Why does it need more time?",
        help_text="Do not name children or their families.",
        max_length=500,
        error_messages={"required": "Enter why the audit gets more time"},
    )
