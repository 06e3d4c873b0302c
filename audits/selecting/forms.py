"""The forms for selecting cases. Identifiers are always posted, so that no address contains one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from audits.selecting.drawing import LARGEST
from audits.selecting.identifiers import NotText, identifiers_in, text_of
from frameworks import CaseSelection, Framework
from govuk.forms import DropInput, LineField, TextField

_MOST_BYTES = 1024 * 1024
_NO_TEXT = "Choose a text or CSV file, or copy the column of identifiers and paste it above"


class SelectForm(forms.Form):
    """Identifiers, typed or pasted or in a text file; `identifiers` are cleaned to a list, which may be empty."""

    identifiers = TextField(
        label="Identifiers of the cases",
        help_text="One on each line, or separated by commas, semicolons or tabs. You see them before they are added.",
        required=False,
        max_length=50_000,
        widget=forms.Textarea(attrs={"rows": 8, "autocomplete": "off", "spellcheck": "false"}),
    )
    file = forms.FileField(
        label="Or a file that has them (optional)",
        help_text="A text or CSV file with one column. It is read and not kept.",
        required=False,
        allow_empty_file=True,
        widget=DropInput(attrs={"accept": ".txt,.csv"}),
    )

    def __init__(self, *args: Any, framework: Framework, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._framework = framework

    def clean_file(self) -> list[str]:
        """The identifiers in the file; empty without one."""
        given = self.cleaned_data["file"]
        if not given:
            return []
        if given.size > _MOST_BYTES:
            raise forms.ValidationError("Choose a file of 1 MB or less")
        try:
            found = identifiers_in(text_of(given.read()), self._framework)
        except NotText:
            raise forms.ValidationError(_NO_TEXT) from None
        if not found:
            raise forms.ValidationError("The file names no case. Choose one with an identifier on each line")
        return found

    def clean_identifiers(self) -> list[str]:
        return identifiers_in(self.cleaned_data["identifiers"], self._framework)

    @property
    def named(self) -> list[str]:
        """All the identifiers, those of the file last."""
        return [*self.cleaned_data["identifiers"], *self.cleaned_data["file"]]


class TakeOutForm(forms.Form):
    why = LineField(
        label="Why it is taken out",
        max_length=500,
        help_text="For example: the lead inspector chose another case. Do not name the child.",
        error_messages={"required": "Say why the case is taken out"},
    )


class SampleForm(forms.Form):
    """The seed and the size of a sample, and the selection that it becomes."""

    selection = forms.ChoiceField(
        label="Which selection", error_messages={"invalid_choice": "Choose one of the selections"}
    )
    size = forms.IntegerField(
        label="How many cases",
        min_value=1,
        max_value=LARGEST,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-4"}),
        error_messages={
            "required": "Enter how many cases to draw",
            "invalid": "Enter a whole number, such as 8",
            "min_value": "Enter 1 or more",
            "max_value": "Enter a smaller number",
        },
    )
    seed = forms.IntegerField(
        label="Seed",
        help_text="Any whole number. The same lists and seed give the same sample, so that it can be drawn again.",
        min_value=0,
        max_value=LARGEST,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-10"}),
        error_messages={
            "required": "Enter a seed, such as 1",
            "invalid": "Enter a whole number, such as 1",
            "min_value": "Enter 0 or more",
            "max_value": f"Enter a number up to {LARGEST:,}",
        },
    )
    seen = LineField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, selections: Sequence[CaseSelection], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["selection"].choices = [(each.key, each.title) for each in selections]  # type: ignore[attr-defined]
        if len(selections) == 1:
            self.fields["selection"].widget = forms.HiddenInput()
            self.fields["selection"].initial = selections[0].key
