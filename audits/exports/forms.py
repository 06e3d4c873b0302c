"""The form for recording that audits were handed over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from audits.exports.actions import in_words
from govuk.forms import DateField, LineField, OnceMixin, TimeField


class HandoverForm(OnceMixin, forms.Form):
    recipient = LineField(
        label="Handed over to",
        max_length=200,
        help_text="Name of the inspector, for example.",
        error_messages={"required": "Say to whom the audits were handed over"},
    )
    how = LineField(
        label="How",
        max_length=200,
        help_text="For example: on paper, in person.",
        error_messages={"required": "Say how the audits were handed over"},
    )
    day = DateField(label="Date")
    time = TimeField(label="Time")
    is_partial = forms.BooleanField(required=False)

    def __init__(self, *args: Any, missing: Sequence[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if missing:
            self.fields["is_partial"].label = f"Record it without {in_words(missing)}"
            self.fields["is_partial"].help_text = "The deadline stays open until every audit was handed over."
        else:
            del self.fields["is_partial"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("day") and cleaned.get("time"):
            cleaned["handed_over_at"] = datetime.combine(cleaned["day"], cleaned["time"], ZoneInfo("Europe/London"))
        return cleaned
