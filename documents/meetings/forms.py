"""What people enter about the meetings that a part expects."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from documents.meetings.rhythm import FIRST, LAST, repeated
from govuk.dates import WEEKDAYS, long_date
from govuk.forms import DateField, LineField

_WHICH = ((FIRST, "First"), (2, "Second"), (3, "Third"), (4, "Fourth"), (LAST, "Last"))


class MeetingForm(forms.Form):
    """The day of one meeting."""

    held_on = DateField(label="Date of the meeting", name="The date of the meeting")


class MeetingsForm(forms.Form):
    """Days by a rule; `days` are the days that the rule gives."""

    every = forms.ChoiceField(
        label="How often",
        choices=(("month", "Every month"), ("two-months", "Every two months"), ("quarter", "Every quarter")),
    )
    which = forms.TypedChoiceField(label="Which in the month", choices=_WHICH, coerce=int)
    weekday = forms.TypedChoiceField(label="Day of the week", choices=list(enumerate(WEEKDAYS[:5])), coerce=int)
    first = DateField(label="From", name="The first date", help_text="Months are counted from here")
    until = DateField(label="Until", name="The last date")

    days: list[date]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        first, until = given.get("first"), given.get("until")
        if first is None or until is None or self.errors:
            return given
        if until < first:
            self.add_error("until", f"The last date must be {long_date(first)} or later")
            return given
        if until.year - first.year > 10:
            self.add_error("until", "Enter dates for ten years at most")
            return given
        self.days = repeated(**{name: given[name] for name in ("every", "which", "weekday", "first", "until")})
        if not self.days:
            self.add_error("until", "No such day lies between these dates")
        return given


class CancelForm(forms.Form):
    reason = LineField(
        label="Why it was cancelled",
        max_length=500,
        help_text="Do not name children here",
        error_messages={"required": "Say why the meeting was cancelled, such as that too few members could come"},
    )
