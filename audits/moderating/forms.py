"""The forms of a moderation and of follow-up actions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from audits.models import AuditFile
from audits.moderating import actions, follow_up_actions
from frameworks import Grade
from govuk.forms import DateField, GovukFormHelper, LineField, TextField


def _choices(grades: Iterable[Grade]) -> list[tuple[str, str]]:
    return [(each.key, each.label) for each in grades]


class ModeratorForm(forms.Form):
    grade = forms.ChoiceField(
        label="Grade",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a grade"},
        help_text="Your own, of the work with this child. It cannot be changed once you have given it.",
    )
    comments = TextField(
        label="Comments",
        required=False,
        max_length=actions.LONGEST,
        help_text="What led you to this grade, for the auditor and the case officers.",
    )

    def __init__(self, *args: Any, grades: Iterable[Grade], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["grade"].choices = _choices(grades)  # type: ignore[attr-defined]
        self.helper = GovukFormHelper("Give this grade")


class AgreeForm(forms.Form):
    grade = forms.ChoiceField(
        label="Agreed grade", widget=forms.RadioSelect, error_messages={"required": "Choose the agreed grade"}
    )
    why = TextField(
        label="Reason",
        required=False,
        max_length=actions.LONGEST,
        help_text="Needed where the two grades differ, or where the agreed grade is neither of them.",
    )

    def __init__(self, *args: Any, grades: Iterable[Grade], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["grade"].choices = _choices(grades)  # type: ignore[attr-defined]
        self.helper = GovukFormHelper("Record the agreed grade")


class FollowUpForm(forms.Form):
    what = TextField(
        label="What has to be done",
        max_length=follow_up_actions.LONGEST,
        error_messages={"required": "Enter what has to be done"},
    )
    who = LineField(
        label="Who does it",
        max_length=200,
        help_text="A person or a team.",
        error_messages={"required": "Enter who does it"},
    )
    due_on = DateField(label="Due by", name="The day by which it is due")

    def __init__(self, *args: Any, cancel: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = GovukFormHelper("Add the action", cancel=cancel)


class CloseFollowUpForm(forms.Form):
    evidence = TextField(
        label="How it was done",
        required=False,
        max_length=follow_up_actions.LONGEST,
        help_text="What was done, when, and how it shows.",
    )
    file = forms.ChoiceField(label="The file that shows it", required=False)

    def __init__(self, *args: Any, files: Iterable[AuditFile], cancel: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.files_by_key = {str(each.pk): each for each in files}
        if self.files_by_key:
            choices = [("", "No file"), *((key, each.name) for key, each in self.files_by_key.items())]
            self.fields["file"].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields["file"]
        self.helper = GovukFormHelper("Close the action", cancel=cancel)

    def facts(self) -> dict[str, Any]:
        """What `close_follow_up` takes of it."""
        chosen = self.files_by_key.get(self.cleaned_data.get("file", ""))
        return {"evidence": self.cleaned_data["evidence"], "file": chosen}


class FollowUpFilter(forms.Form):
    """Which follow-up actions the list shows."""

    OPEN, CLOSED, ALL = "open", "closed", "all"

    show = forms.ChoiceField(
        label="Show",
        required=False,
        choices=((OPEN, "Open"), (CLOSED, "Closed"), (ALL, "All")),
        widget=forms.Select(attrs={"data-go": True}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = GovukFormHelper("Show", method="get", secondary=True, attrs={"class": "house-filter"})

    @property
    def shown(self) -> str:
        """What was chosen; open ones if that is nothing or nothing known."""
        return (self.is_valid() and self.cleaned_data["show"]) or self.OPEN
