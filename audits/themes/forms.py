"""The form with which the themes of audits are added to a document."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from frameworks import Covered
from govuk.forms import GovukFormHelper, LineField
from govuk.text import one_line


class OfferForm(forms.Form):
    seen = LineField(widget=forms.HiddenInput, required=False, max_length=64)
    covers = forms.MultipleChoiceField(
        label="What the audits are about",
        widget=forms.CheckboxSelectMultiple,
        help_text="Choose all that they show.",
        error_messages={"required": "Choose what the audits are about"},
    )

    def __init__(self, *args: Any, asked: Sequence[Covered], button: str, cancel: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if asked:
            choices = [(each.key, one_line(each.label[:1].upper() + each.label[1:])) for each in asked]
            self.fields["covers"].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields["covers"]
        self.helper = GovukFormHelper(button, cancel=cancel)
