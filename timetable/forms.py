"""What people type when they record a step as done."""

from __future__ import annotations

from django import forms

from govuk.forms import TextField


class RecordStepForm(forms.Form):
    note = TextField(
        label="Note (optional)",
        help_text="For example how and to whom it was sent. Do not name children or their families.",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
