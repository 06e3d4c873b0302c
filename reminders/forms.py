"""The filters of the ledger and the preview, and what people set about reminders. Forms validate; actions decide."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django import forms

from accounts.permissions import Permission, roles_with
from govuk.forms import LineField, TimeField
from outbox.models import TROUBLED, WAITING, MessageState
from reminders.rules.arrangements import Arrangement
from reminders.rules.people import Person

MOST_DAYS = 10
FURTHEST_DAY = 60
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")


class LedgerFilter(forms.Form):
    STATES = {"failed": TROUBLED, "waiting": WAITING, "sent": (MessageState.SENT,)}

    q = LineField(label="Person or subject", required=False, max_length=200)
    state = forms.ChoiceField(
        label="State",
        required=False,
        choices=[("", "All"), ("failed", "Failed or came back"), ("waiting", "Waiting"), ("sent", "Sent")],
    )


class PersonFilter(forms.Form):
    """One of the people who get any email."""

    person = forms.ChoiceField(label="Person", required=False)

    def __init__(self, *args: Any, people: Iterable[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = [("", "Everybody"), *((str(p.pk), p.name) for p in people)]  # type: ignore[attr-defined]


class DaysField(LineField):
    """Working days before a deadline, typed as "5, 2, 1, 0"; a tuple of whole numbers, most first."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(str(day) for day in value) if isinstance(value, tuple | list) else value

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        parts = [part for part in re.split(r"[\s,;]+|\band\b", text) if part]
        wrong = next((part for part in parts if not re.fullmatch(r"[0-9]{1,4}", part)), None)
        if wrong is not None:
            raise forms.ValidationError(
                f"“{wrong[:20]}” is not a number of days. Enter whole numbers, such as 5, 2, 1, 0"
            )
        days = [int(part) for part in parts]
        if any(day > FURTHEST_DAY for day in days):
            raise forms.ValidationError(f"Each must be {FURTHEST_DAY} working days or fewer before the deadline")
        if len(set(days)) != len(days):
            raise forms.ValidationError("Enter each number of days once")
        if not 1 <= len(days) <= MOST_DAYS:
            raise forms.ValidationError(f"Enter from 1 to {MOST_DAYS} numbers of days")
        return tuple(sorted(days, reverse=True))


class RecipientsField(forms.MultipleChoiceField):
    """Roles that see everything; a tuple in the order of the list."""

    def __init__(self, label: str, help_text: str, missing: str) -> None:
        super().__init__(
            label=label,
            help_text=help_text,
            widget=forms.CheckboxSelectMultiple,
            choices=[(role.value, role.label) for role in roles_with(Permission.BE_TOLD_OF_ALL_WORK)],
            error_messages={"required": missing},
        )

    def clean(self, value: Any) -> Any:
        chosen = set(super().clean(value))
        return tuple(role for role in roles_with(Permission.BE_TOLD_OF_ALL_WORK) if role.value in chosen)


class SettingsForm(forms.Form):
    days = DaysField(
        label="Working days before a deadline",
        help_text="On each of these days its owners are reminded; 0 is the day itself. For example, 5, 2, 1, 0",
        max_length=100,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-10"}),
        error_messages={"required": "Enter the working days before a deadline, such as 5, 2, 1, 0"},
    )
    opens = TimeField(
        label="Working hours begin",
        help_text="Reminders go at this time. For example, 9am",
        name="The beginning of working hours",
        error_messages={"required": "Enter when working hours begin, such as 9am"},
    )
    closes = TimeField(
        label="Working hours end",
        help_text="No reminder goes after this. For example, 5pm",
        name="The end of working hours",
        error_messages={"required": "Enter when working hours end, such as 5pm"},
    )
    late_roles = RecipientsField(
        "Told each day of what is late",
        "Besides those who owe it.",
        "Choose who is told of what is late besides those who owe it",
    )
    weekly_roles = RecipientsField(
        "Get the weekly summary and agenda",
        "Owners get one of their own documents in any case.",
        "Choose who gets the weekly summary",
    )
    weekly_day = forms.TypedChoiceField(
        label="The weekly summary and agenda go on", coerce=int, choices=list(enumerate(WEEKDAYS))
    )
    reply_to = forms.EmailField(
        label="Answers go to (optional)",
        help_text="The DCS office’s shared mailbox, for example. Left empty, answers go to all of the DCS office.",
        required=False,
        max_length=254,
        error_messages={"invalid": "Enter an email address in the correct format, like office@example.org"},
    )

    @staticmethod
    def initial_of(arrangement: Arrangement) -> dict[str, Any]:
        """The initial values of the form for this arrangement."""
        return {
            "days": arrangement.days,
            "opens": arrangement.hours.start,
            "closes": arrangement.hours.end,
            "late_roles": [role.value for role in arrangement.late_roles],
            "weekly_roles": [role.value for role in arrangement.weekly_roles],
            "weekly_day": arrangement.weekly_day,
            "reply_to": arrangement.reply_to,
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        opens, closes = cleaned.get("opens"), cleaned.get("closes")
        if opens and closes and closes <= opens:
            self.add_error("closes", "Working hours must end after they begin")
        return cleaned
