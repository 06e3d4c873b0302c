"""The forms for a survey and for a child's letter."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from govuk.forms import DateField, LineField, TextField, TimeField

LONDON = ZoneInfo("Europe/London")


class SurveyForm(forms.Form):
    arrangements = TextField(
        label="Ofsted’s arrangements",
        required=False,
        max_length=5000,
        help_text="What the notification says of this survey: how it is answered, and by when.",
    )
    passed_on_by = LineField(label="Who passes it on", required=False, max_length=200)
    passed_on_to = TextField(
        label="To whom",
        required=False,
        max_length=5000,
        help_text="Teams or organisations. Name no child.",
    )
    day = DateField(label="Date passed on", required=False)
    time = TimeField(label="Time passed on", required=False)
    closes_on = DateField(label="When the survey closes", required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        day, time = cleaned.get("day"), cleaned.get("time")
        if day and not time and "time" not in self.errors:
            self.add_error("time", "Enter the time as well, such as 3pm")
        if time and not day and "day" not in self.errors:
            self.add_error("day", "Enter the date as well")
        cleaned["sent_at"] = datetime.combine(day, time, LONDON) if day and time else None
        return cleaned

    def facts(self) -> dict[str, Any]:
        names = ("arrangements", "passed_on_by", "passed_on_to", "sent_at", "closes_on")
        return {name: self.cleaned_data[name] for name in names}


class LetterForm(forms.Form):
    was_sent = forms.ChoiceField(
        label="The letter",
        choices=(("yes", "Was sent"), ("no", "Was not sent")),
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether the letter was sent"},
    )
    why_not = LineField(
        label="Why not",
        required=False,
        max_length=500,
        help_text="For example: lives abroad, address not known.",
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("was_sent") == "no" and not cleaned.get("why_not"):
            self.add_error("why_not", "Say why the letter was not sent")
        return cleaned
