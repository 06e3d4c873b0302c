"""What people type about a focus group."""

from __future__ import annotations

from django import forms

from govuk.forms import LineField, TextField


class AttendeeForm(forms.Form):
    name = LineField(
        label="Name",
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": "Enter the name of the person who will attend."},
    )
    role = LineField(label="Role (optional)", max_length=200, required=False)
    organisation = LineField(label="Organisation (optional)", max_length=200, required=False)
    email = forms.EmailField(
        label="Email address (optional)",
        required=False,
        error_messages={"invalid": "Enter an email address in the correct format, like name@example.org."},
    )


class BriefingForm(forms.Form):
    note = TextField(
        label="Note (optional)",
        help_text="For example how they were briefed and with what. Do not name children or their families.",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class GroupFilter(forms.Form):
    """The filters of the list; they are in the address, so that the view can be sent to a colleague."""

    SHOW = (
        ("", "All"),
        ("tbc", "No owner"),
        ("to do", "Nobody named"),
        ("partial", "Partly arranged"),
        ("ready", "Ready"),
    )
    q = LineField(label="Group or owner", required=False, max_length=100)
    state = forms.ChoiceField(label="Preparation", choices=SHOW, required=False)
    mine = forms.BooleanField(label="Only mine", required=False)
