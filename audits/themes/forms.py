"""The form with which the themes of audits are added to a document."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.timezone import localdate

from documents.models import Version
from frameworks import Covered
from govuk.dates import long_date
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

    replaces = forms.BooleanField(
        required=False,
        initial=True,
        help_text="It stays as an earlier version. Untick this if both should count.",
    )

    def __init__(
        self,
        *args: Any,
        asked: Sequence[Covered],
        earlier: Version | None,
        button: str,
        cancel: str,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        if earlier is not None:
            dated = earlier.as_at or localdate(earlier.uploaded_at)
            self.fields["replaces"].label = f"Replace the one of {long_date(dated)}"
        else:
            del self.fields["replaces"]
        if asked:
            choices = [(each.key, one_line(each.label[:1].upper() + each.label[1:])) for each in asked]
            self.fields["covers"].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields["covers"]
        self.helper = GovukFormHelper(button, cancel=cancel)
