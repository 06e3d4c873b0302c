"""What people type about the inspectors, what was said and what was asked for. Forms validate; actions decide."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from accounts.models import Post
from contact.models import Contact, Request
from govuk.forms import DateField, LineField, TextField, TimeField
from inspections.models import Inspector

LONDON = ZoneInfo("Europe/London")
NO_CHILDREN = "Do not name children or their families, here or anywhere in this service."
MOST_OWNERS = 3


def moment(day: date, at: time) -> datetime:
    """That day and time in London."""
    return datetime.combine(day, at, LONDON)


def _text(label: str, help_text: str = "", *, required: bool = False, missing: str = "", rows: int = 4) -> TextField:
    return TextField(
        label=label,
        help_text=f"{help_text} {NO_CHILDREN}".strip(),
        required=required,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": missing} if missing else None,
    )


def _how(label: str, missing: str) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=Contact.How.choices,
        widget=forms.RadioSelect,
        error_messages={"required": missing, "invalid_choice": missing},
    )


class InspectorForm(forms.Form):
    name = LineField(
        label="Name",
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": "Enter the inspector’s name"},
    )
    part = forms.ChoiceField(
        label="What are they in the inspection?",
        choices=Inspector.Part.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what they are in the inspection"},
    )
    telephone = LineField(
        label="Telephone number (optional)",
        max_length=50,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off", "class": "govuk-input--width-20"}),
    )
    email = forms.EmailField(
        label="Email address (optional)",
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"invalid": "Enter an email address in the correct format, like name@example.org"},
    )


class SetUpMeetingForm(forms.Form):
    on = DateField(label="Day of the meeting", help_text="For example, 26 4 2011", name="Day of the meeting")
    at = TimeField(label="Time", help_text="For example, 10am or 14:30", name="The time of the meeting")
    place = LineField(label="Place (optional)", max_length=200, required=False)
    notes = _text("Notes (optional)", "What was agreed: areas for enquiry, rooms, who attends.", rows=8)


class ContactForm(forms.Form):
    how = _how("How was it?", "Choose how the contact was made")
    on = DateField(label="Day", help_text="For example, 20 4 2011", name="The day")
    at = TimeField(label="Time", help_text="For example, 9:30am or 14:30", name="The time")
    with_whom = LineField(label="With whom?", max_length=200, error_messages={"required": "Enter whom it was with"})
    by_whom = LineField(
        label="Who spoke for the council?",
        max_length=200,
        error_messages={"required": "Enter who spoke for the council"},
    )
    said = _text("What was said? (optional)", rows=6)
    once = forms.UUIDField(widget=forms.HiddenInput)


class RequestForm(forms.Form):
    """What was asked for, by when, and who owes the answer; without an owner the DCS office does."""

    about = forms.ChoiceField(
        label="What kind of thing was asked for?",
        help_text="It stands in emails and calendars, in place of the words below.",
        choices=Request.About.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what kind of thing was asked for"},
    )
    text = _text(
        "What was asked for?",
        "It is shown on pages to those who answer it and to those who watch the inspection.",
        required=True,
        missing="Write down what was asked for",
    )
    asked_by = LineField(label="Who asked?", max_length=200, error_messages={"required": "Enter who asked for it"})
    asked_on = DateField(
        label="Day on which it was asked", help_text="For example, 20 4 2011", name="The day it was asked"
    )
    asked_at = TimeField(label="Time at which it was asked", name="The time it was asked")
    due_on = DateField(label="Due on", help_text="For example, 21 4 2011", name="The day it is due")
    due_at = TimeField(label="Due at", help_text="For example, 12 noon as midday, or 5pm", name="The time it is due")
    once = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, posts: Sequence[Post], is_change: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_change:
            for name in ("asked_on", "asked_at", "once"):
                del self.fields[name]
        self.posts = {str(post.pk): post for post in posts}
        choices = [("", "The DCS office"), *((key, f"{p.name} ({p.organisation})") for key, p in self.posts.items())]
        for place in range(1, MOST_OWNERS + 1):
            self.fields[f"owner_{place}"] = forms.ChoiceField(
                label="Who answers it?" if place == 1 else f"And who else? ({place} of {MOST_OWNERS}, optional)",
                choices=choices if place == 1 else [("", "Nobody else"), *choices[1:]],
                required=False,
                error_messages={"invalid_choice": "Choose a post from the list"},
            )

    def facts(self) -> dict[str, Any]:
        """The arguments of the actions, each post once, in order."""
        given = self.cleaned_data
        chosen = [given[f"owner_{place}"] for place in range(1, MOST_OWNERS + 1)]
        facts = {name: given[name] for name in ("about", "text", "asked_by")}
        facts["due"] = moment(given["due_on"], given["due_at"])
        facts["posts"] = [self.posts[key] for key in dict.fromkeys(key for key in chosen if key)]
        if "asked_on" in given:
            facts |= {"asked_at": moment(given["asked_on"], given["asked_at"]), "once": given["once"]}
        return facts


class AnswerForm(forms.Form):
    how = _how("How was it answered?", "Choose how it was answered")
    on = DateField(
        label="Day on which it was answered", help_text="For example, 21 4 2011", name="The day it was answered"
    )
    at = TimeField(label="Time", help_text="For example, 11:30am", name="The time it was answered")
    text = _text("What was the answer? (optional)")
    evidence = LineField(
        label="Which document or file answers it? (optional)",
        help_text="In words, for example: the list of March in document 8. Do not name children.",
        max_length=300,
        required=False,
    )


class ReopenForm(forms.Form):
    reason = _text("Why is it owed again?", required=True, missing="Say why it is owed again", rows=2)


class WithdrawRequestForm(forms.Form):
    reason = _text(
        "Why is nothing owed on it any more?",
        "For example, the inspector no longer needs it.",
        required=True,
        missing="Say why nothing is owed on it any more",
        rows=2,
    )
