"""The forms of the data protection officer: searching the log, and finding and erasing a child."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from accounts.models import User
from govuk.forms import LineField


class LogSearchForm(forms.Form):
    """Sent by POST, so that no address contains an identifier."""

    person = forms.ModelChoiceField(queryset=User.objects.none(), required=False, label="Person", empty_label="Anybody")
    identifier = LineField(
        label="Identifier",
        required=False,
        max_length=100,
        help_text="As the case lists have it. It is not kept.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "govuk-input--width-20"}),
    )

    def __init__(self, *args: Any, people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people  # type: ignore[attr-defined]


class FindChildForm(forms.Form):
    identifier = LineField(
        label="Identifier",
        max_length=100,
        help_text="As the case lists have it. It is not kept.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "govuk-input--width-20"}),
        error_messages={"required": "Enter the identifier"},
    )


class EraseChildForm(forms.Form):
    """`one` is what is erased, in words: "child"."""

    why = LineField(
        label="Why it is erased",
        max_length=200,
        help_text="For example: request of 3 May 2011 under section 10. It is kept, so give no name.",
        error_messages={"required": "Say why it is to be erased"},
    )
    sure = forms.BooleanField(
        error_messages={"required": "Confirm that it is to be erased"},
    )

    def __init__(self, data: Any, *, one: str) -> None:
        super().__init__(data)
        self.fields["sure"].label = f"Erase this {one}. It cannot be undone."


class EraseDueForm(forms.Form):
    sure = forms.BooleanField(
        label="Erase all of this. It cannot be undone.",
        error_messages={"required": "Confirm that all of this is to be erased"},
    )
