"""What people type to sign in, about themselves, and about the people of a council."""

from __future__ import annotations

from datetime import time
from typing import Any

from django import forms
from django.contrib.auth import forms as auth_forms
from django.http import HttpRequest

from accounts.models import SUMMARY_HOURS, Role, User
from govuk.dates import clock_time
from govuk.forms import LineField


class SignInForm(auth_forms.AuthenticationForm):
    error_messages = {
        "invalid_login": "The email address or the password is not right. Passwords tell capitals from small letters.",
        "inactive": "The email address or the password is not right. Passwords tell capitals from small letters.",
    }

    def __init__(self, request: HttpRequest | None = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, *args, **kwargs)
        self.fields["username"] = LineField(
            label="Email address",
            max_length=254,
            widget=forms.EmailInput(attrs={"autocomplete": "username", "spellcheck": "false"}),
            error_messages={"required": "Enter your email address."},
        )
        self.fields["password"].error_messages["required"] = "Enter your password."

    def clean_username(self) -> str:
        return User.objects.normalize_email(self.cleaned_data["username"])


class PasswordResetForm(forms.Form):
    email = forms.EmailField(
        label="Email address",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
        error_messages={
            "required": "Enter your email address.",
            "invalid": "Enter an email address in the correct format, like name@example.org.",
        },
    )


class NewPasswordForm(auth_forms.SetPasswordForm):
    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(user, *args, **kwargs)
        first, second = self.fields["new_password1"], self.fields["new_password2"]
        first.help_text = "At least 12 characters, and not a common password. Three words together are easy to keep."
        second.help_text = ""
        first.label, second.label = "New password", "New password again"
        first.error_messages["required"] = "Enter a new password."
        second.error_messages["required"] = "Enter the new password again."


class JoinForm(NewPasswordForm):
    """The first password of somebody who accepts an invitation, and the name of somebody who is new."""

    full_name = LineField(label="Full name", max_length=200, error_messages={"required": "Enter your name."})
    field_order = ("full_name", "new_password1", "new_password2")

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(user, *args, initial={"full_name": user.full_name}, **kwargs)
        if user.pk is not None:
            # Somebody from another council already: only they change their name, in their account.
            del self.fields["full_name"]
        self.fields["new_password1"].label, self.fields["new_password2"].label = "Choose a password", "Password again"


class OwnDetailsForm(forms.Form):
    full_name = LineField(label="Full name", max_length=200, error_messages={"required": "Enter your name."})
    telephone = LineField(
        label="Telephone (optional)",
        max_length=50,
        required=False,
        help_text="Shown on the countdown, so that the DCS office can ring whoever owes something.",
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )


class ReminderForm(forms.Form):
    """How one's reminders come: each as it falls due, or one summary a day."""

    EACH, DAILY = "each", "daily"

    way = forms.ChoiceField(
        label="How do you want your reminders?",
        help_text="The notification of an inspection, and what cannot wait for a summary, comes at once either way.",
        choices=[(EACH, "Each reminder as it falls due"), (DAILY, "One summary a day")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how your reminders come."},
    )
    hour = forms.TypedChoiceField(
        label="The summary comes at",
        coerce=int,
        choices=[(hour, clock_time(time(hour))) for hour in SUMMARY_HOURS],
    )

    @classmethod
    def initial_of(cls, user: User) -> dict[str, Any]:
        """The initial values of the form for this person."""
        if user.summary_hour is None:
            return {"way": cls.EACH, "hour": 9}
        return {"way": cls.DAILY, "hour": user.summary_hour}

    def chosen(self) -> int | None:
        """The hour of the summary; None for each reminder as it falls due."""
        return self.cleaned_data["hour"] if self.cleaned_data["way"] == self.DAILY else None


class RolesField(forms.MultipleChoiceField):
    """Check boxes for the roles in a council; the cleaned value is a list of `Role`."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", "Roles")
        kwargs.setdefault("choices", Role.choices)
        kwargs.setdefault("error_messages", {"required": "Choose at least one role."})
        super().__init__(**kwargs)

    def clean(self, value: Any) -> list[Role]:
        return [Role(choice) for choice in super().clean(value)]


class AddPersonForm(forms.Form):
    full_name = LineField(label="Full name", max_length=200, error_messages={"required": "Enter the name."})
    email = forms.EmailField(
        label="Email address",
        max_length=254,
        help_text="The person gets an email with a link. They join once they accept.",
        error_messages={
            "required": "Enter the email address.",
            "invalid": "Enter an email address in the correct format, like name@example.org.",
        },
    )
    telephone = LineField(label="Telephone (optional)", max_length=50, required=False)
    roles = RolesField()


class PersonForm(forms.Form):
    full_name = LineField(label="Full name", max_length=200, error_messages={"required": "Enter the name."})
    telephone = LineField(label="Telephone (optional)", max_length=50, required=False)
    roles = RolesField()


class AddressForm(forms.Form):
    email = forms.EmailField(
        label="Email address",
        max_length=254,
        help_text="The person signs in with it, and gets every email there.",
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={
            "required": "Enter the email address.",
            "invalid": "Enter an email address in the correct format, like name@example.org.",
        },
    )


class PeopleFilter(forms.Form):
    """The filters of the list of people, taken from the address."""

    q = LineField(label="Name or email address", required=False, max_length=100)
    role = forms.ChoiceField(label="Role", required=False, choices=[("", "Any role"), *Role.choices])
