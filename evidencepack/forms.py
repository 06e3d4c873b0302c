"""What people type when they record a pack as sent."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from govuk.forms import DateField, LineField, OnceMixin, TimeField


class SendingForm(OnceMixin, forms.Form):
    recipient = LineField(
        label="Sent to",
        max_length=200,
        help_text="Name and email address of the lead inspector, for example.",
        error_messages={"required": "Say to whom the pack was sent."},
    )
    how = LineField(
        label="How",
        max_length=200,
        help_text="For example: by secure email, or through the inspectorate’s portal.",
        error_messages={"required": "Say how the pack was sent."},
    )
    day = DateField(label="Date sent")
    time = TimeField(label="Time sent")
    with_children_part = forms.BooleanField(
        label="The part with files that name children was sent too",
        required=False,
        help_text="Only then are the files in it counted as sent.",
    )

    def __init__(self, *args: Any, has_children_part: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_children_part:
            del self.fields["with_children_part"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("day") and cleaned.get("time"):
            cleaned["sent_at"] = datetime.combine(cleaned["day"], cleaned["time"], ZoneInfo("Europe/London"))
        return cleaned
