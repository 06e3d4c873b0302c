"""Who is chosen for which part. Forms validate; actions decide."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from accounts.models import User
from audits.assigning.load import Load
from audits.models import Assignment, Audit
from govuk.forms import LineField

Part = Assignment.Part
NOBODY = "Choose a person from the list"


class PersonField(forms.ChoiceField):
    """One of the auditors, each shown with their load; cleans to the person, or None."""

    def __init__(self, *, loads: Sequence[Load], empty: str = "Choose a person", **kwargs: Any) -> None:
        self.people = {str(load.user.pk): load.user for load in loads}
        choices = [("", empty), *((str(load.user.pk), load.in_words) for load in loads)]
        messages = {"required": "Choose a person", "invalid_choice": NOBODY}
        super().__init__(choices=choices, error_messages=messages, **kwargs)
        self.widget.attrs["class"] = "audits-choose"

    def clean(self, value: Any) -> User | None:  # type: ignore[override]
        return self.people.get(super().clean(value))


class AssignForm(forms.Form):
    """A person for one part in the audit of a case; a contributor's agency."""

    def __init__(self, *args: Any, part: str, loads: Sequence[Load], **kwargs: Any) -> None:
        kwargs["auto_id"] = f"id_{part}_%s"
        super().__init__(*args, **kwargs)
        self.fields["user"] = PersonField(loads=loads, label=LABELS[Part(part)])
        if part == Part.CONTRIBUTOR:
            self.fields["agency"] = LineField(
                label="Agency",
                help_text="For example, Police, Health or the school",
                max_length=100,
                error_messages={"required": "Enter the agency that they write for"},
            )


LABELS = {Part.AUDITOR: "Who audits this case?", Part.CONTRIBUTOR: "Who contributes?", Part.MODERATOR: "Who moderates?"}


class PassOnForm(forms.Form):
    def __init__(self, *args: Any, loads: Sequence[Load], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"] = PersonField(loads=loads, label="Who takes it over?")
        self.fields["why"] = why_field("Why is it passed on?")


class EndForm(forms.Form):
    why = LineField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["why"] = why_field("Why does the part end?")


def why_field(label: str) -> LineField:
    """The reason for ending somebody's part."""
    return LineField(
        label=label,
        help_text="For example, on leave until June. Case officers see it. Do not name children or their families.",
        max_length=500,
        error_messages={"required": "Enter why"},
    )


class AssignSeveralForm(forms.Form):
    """A person for each of the cases without an auditor; some may be left for later."""

    def __init__(self, *args: Any, audits: Sequence[Audit], loads: Sequence[Load], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for audit in audits:
            self.fields[field_of(audit.case.number)] = PersonField(
                loads=loads, empty="Nobody yet", required=False, label=f"Auditor of {audit.case.title.lower()}"
            )

    @property
    def chosen(self) -> dict[int, User]:
        """The person that was chosen for each case, by number."""
        return {int(name.partition("-")[2]): user for name, user in self.cleaned_data.items() if isinstance(user, User)}


def field_of(number: int) -> str:
    """The name of the field of a case."""
    return f"case-{number}"
