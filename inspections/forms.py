"""What people type about inspections: notifications, owners, posts, closure days. Forms validate; actions decide."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms

from accounts.models import Invitation, Post, User
from govuk.forms import DateField, DropInput, LineField, SeenField, TextField
from govuk.text import one_line
from inspections.models import ClosureDay

CHOOSE = ("", "Choose one")


def _reason(label: str, help_text: str, missing: str) -> TextField:
    return TextField(
        label=label,
        help_text=help_text,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": missing},
    )


class NotificationForm(forms.Form):
    """The day of the call; `confirmed` once the page has shown the dates that follow from it."""

    notified_on = DateField(
        label="Day of the notification",
        help_text="The working day on which the email or call arrived: it becomes day 1. For example, 18 4 2011",
        name="Day of the notification",
    )
    confirmed = forms.DateField(required=False, widget=forms.HiddenInput)

    def is_confirmed(self) -> bool:
        """Whether the page has shown the dates of exactly this day."""
        return bool(self.cleaned_data["confirmed"] == self.cleaned_data["notified_on"])


class CorrectionForm(NotificationForm):
    reason = _reason(
        "Why is it corrected?",
        "It stays on the record of the inspection.",
        "Say why the date is corrected, so that it is on the record",
    )


class WithdrawInspectionForm(forms.Form):
    reason = _reason(
        "Why is it withdrawn?",
        "For example, the inspectorate has deferred it. It stays on the record.",
        "Say why the inspection is withdrawn, so that it is on the record",
    )


class DateForm(forms.Form):
    """The dates that are set for a step or an event; `confirmed` once the page has shown what follows from these dates.

    A step's first day is typed as a date or as a working day of the inspection (`number`). A step of several days keeps
    its length if no last day is typed. `seen` is the id of the date that was set when the page was drawn.
    """

    first = DateField(label="New date", help_text="For example, 9 5 2011", name="The new date", required=False)
    number = forms.IntegerField(
        label="Or working day of the inspection",
        help_text="For example, 12 for day 12. Leave it empty if you entered a date.",
        required=False,
        min_value=1,
        max_value=300,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-3", "inputmode": "numeric"}),
        error_messages={
            "invalid": "Enter the working day as a number, such as 12",
            "min_value": "The first working day is 1",
            "max_value": "Enter a working day up to 300, or a date",
        },
    )
    last = DateField(
        label="New last date (optional)",
        help_text="Leave it empty to keep its number of working days.",
        name="The new last date",
        required=False,
    )
    reason = _reason(
        "Why is it moved?",
        "For example, the lead inspector asked for it. It stays on the record and is shown with the date.",
        "Say why the step is moved, so that it is on the record",
    )
    seen = SeenField(min_value=0)
    confirmed = LineField(widget=forms.HiddenInput, max_length=40, required=False)

    def __init__(self, *args: Any, is_event: bool, is_range: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_event:
            del self.fields["number"]
            self.fields["first"].label = "On which day does it fall?"
            reason = self.fields["reason"]
            reason.label, reason.required = "How do you know? (optional)", False
            reason.help_text = "For example, the lead inspector confirmed it by telephone. It is shown with the date."
        if is_event or not is_range:
            del self.fields["last"]
        else:
            self.fields["first"].label = "New first date"

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not (cleaned.get("first") or cleaned.get("number") or {"first", "number"} & set(self.errors)):
            self.add_error("first", forms.ValidationError("Enter the new date", code="date_all"))
        if cleaned.get("first") and cleaned.get("number"):
            self.add_error("number", "Enter a date or a working day, not both")
        return cleaned


class OwnersForm(forms.Form):
    """The owners of one item, first to last; empty places are ignored."""

    def __init__(self, *args: Any, posts: Iterable[Post], owners: list[Post], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.posts = {str(post.pk): post for post in posts}
        choices = [("", "Nobody"), *((key, f"{post.name} ({post.organisation})") for key, post in self.posts.items())]
        for place in range(max(3, len(owners) + 2)):
            self.fields[f"owner_{place + 1}"] = forms.ChoiceField(
                label="First owner" if place == 0 else f"Owner {place + 1} (optional)",
                choices=choices,
                required=False,
                initial=str(owners[place].pk) if place < len(owners) else "",
                error_messages={"invalid_choice": "Choose a post from the list"},
            )

    def chosen(self) -> list[Post]:
        """The chosen posts, in order; a post named twice is listed twice."""
        return [self.posts[key] for name in self.fields if (key := self.cleaned_data.get(name))]


class OwnersFileForm(forms.Form):
    file = forms.FileField(
        label="Spreadsheet",
        help_text="CSV, Excel or OpenDocument (.ods), up to 5 MB. Nothing changes until you have seen what would.",
        widget=DropInput(attrs={"accept": ".csv,.xlsx,.xls,.ods"}),
        error_messages={
            "required": "Choose a spreadsheet",
            "empty": "The file is empty. Choose the spreadsheet again.",
        },
    )


class ApplyOwnersForm(forms.Form):
    """Confirms a spreadsheet of owners; `seen` says which changes were shown."""

    seen = LineField(widget=forms.HiddenInput, max_length=64)
    add_posts = forms.BooleanField(required=False)

    def __init__(self, *args: Any, new_posts: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if new_posts:
            words = "Add this post" if new_posts == 1 else f"Add these {new_posts} posts"
            self.fields["add_posts"].label = f"{words}: none of them is another post written differently"
            if new_posts == 1:
                self.fields["add_posts"].label = f"{words}: it is not another post written differently"
        else:
            del self.fields["add_posts"]


class PostFilter(forms.Form):
    q = LineField(label="Post, organisation or person", required=False, max_length=100)


class AddPostForm(forms.Form):
    name = LineField(label="Name of the post", max_length=200, error_messages={"required": "Enter the post's name"})
    organisation = LineField(
        label="Organisation",
        max_length=200,
        help_text="The council, or the partner agency that the post is in.",
        error_messages={"required": "Enter the organisation"},
    )
    aliases = TextField(
        label="Also written (optional)",
        help_text="Other spellings found in spreadsheets, one on each line.",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean_aliases(self) -> list[str]:
        aliases = [one_line(line) for line in self.cleaned_data["aliases"].splitlines() if line]
        if any(len(alias) > 200 for alias in aliases):
            raise forms.ValidationError("Each spelling must be 200 characters or fewer")
        return aliases


class GivePostForm(forms.Form):
    """Who will hold a post; `confirmed` once the page has said who leaves it."""

    user = forms.ChoiceField(
        label="Give it to", error_messages={"required": "Choose a person", "invalid_choice": "Choose a person"}
    )
    confirmed = LineField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, people: Iterable[User], invited: Iterable[Invitation] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people: dict[str, User | Invitation] = {str(user.pk): user for user in people}
        self.people |= {f"invited-{row.pk}": row for row in invited}
        field = self.fields["user"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [CHOOSE, *((key, _named(person)) for key, person in self.people.items())]

    def chosen(self) -> User | Invitation:
        """Somebody in the council, or somebody invited who gets the post when they accept."""
        return self.people[self.cleaned_data["user"]]

    def is_confirmed(self) -> bool:
        """Whether exactly this person was confirmed."""
        return bool(self.cleaned_data["confirmed"] == self.cleaned_data["user"])


def _named(person: User | Invitation) -> str:
    named = f"{person.full_name} ({person.email})"
    return f"{named}, invited" if isinstance(person, Invitation) else named


class ClosureForm(forms.Form):
    """A day that does not count; `confirmed` once the page has shown what it moves."""

    date = DateField(label="Day", help_text="For example, 24 12 2026", name="Day")
    kind = forms.ChoiceField(
        label="What is it?",
        choices=ClosureDay.Kind.choices,
        widget=forms.RadioSelect,
        initial=ClosureDay.Kind.CLOSURE,
        error_messages={"required": "Choose what it is", "invalid_choice": "Choose what it is"},
    )
    reason = LineField(
        label="Reason",
        max_length=200,
        help_text="As it is to be read beside a date, such as “Christmas closure”.",
        error_messages={"required": "Say why the day does not count"},
    )
    confirmed = forms.DateField(required=False, widget=forms.HiddenInput)

    def is_confirmed(self) -> bool:
        """Whether the page has shown what exactly this day moves."""
        return bool(self.cleaned_data["confirmed"] == self.cleaned_data["date"])


class ActivityFilter(forms.Form):
    person = LineField(label="Person", required=False, max_length=100)
    thing = LineField(label="What", required=False, max_length=100)
    day = DateField(label="Day", required=False)

    def words(self, name: str) -> str:
        """A search term, without spaces around it; empty if it is not valid."""
        return str(self.cleaned_data.get(name) or "").strip()

    def on(self) -> date | None:
        found: date | None = self.cleaned_data.get("day")
        return found
