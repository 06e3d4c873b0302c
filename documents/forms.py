"""What people enter about documents and files. Forms explain what is wrong and decide nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict

from documents.models import Version
from documents.reviews.comments import MOST_CHARACTERS
from documents.state import STATES
from documents.wording import capital
from files.types import ACCEPT
from frameworks import Covered, Part
from govuk.components import STATES as STATE_WORDS
from govuk.forms import DateField, DropInput, DropManyInput, FilesField, LineField, SeenField, TextField
from inspections.duty import Owner

#: How many files with a date of their own a page without JavaScript takes at once.
MOST_ROWS = 6

NAMES_CHILDREN = "It names children"
NAMES_CHILDREN_HINT = (
    "Then only the owners of this document, coordinators and case officers can open it or see what it is called."
)
THEY_NAME_CHILDREN_HINT = (
    "Then only the owners of this document, coordinators and case officers can open them or see what they are called."
)
WIDENED_HINT = (
    "If you take the tick away, everybody who sees this document can open it, it goes into the evidence pack itself, "
    "and the document has to be approved again."
)


class AnyFiles(FilesField):
    """Uploaded files, not validated: the action decides which are accepted, so that a bad one does not spoil the
    others.
    """

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        given = [item for item in (data if isinstance(data, list | tuple) else [data]) if item]
        if self.required and not given:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return given


class UploadRow(forms.Form):
    """Files that share one date: one file if the part is dated, any number if it is not."""

    file = AnyFiles(label="File", required=False)
    as_at = DateField(label="Date it is of", required=False)

    def __init__(self, *args: Any, part: Part, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        widget = DropInput if part.dated else DropManyInput
        self.fields["file"] = AnyFiles(
            label="File" if part.dated else "Files", required=False, widget=widget(attrs={"accept": ACCEPT})
        )
        _date_as_asked(self, part, today)

    @property
    def received(self) -> list[Any]:
        """The files that were chosen in this row, unchanged."""
        if not isinstance(self.files, MultiValueDict):
            return []
        return list(self.files.getlist(self.add_prefix("file")))


class CoversField(forms.MultipleChoiceField):
    """Check boxes for what a part has to cover; none is ticked while nobody knows."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, *, asked: Iterable[Covered], **kwargs: Any) -> None:
        choices = [(each.key, capital(each.label)) for each in asked]
        super().__init__(choices=choices, required=False, **kwargs)


class UploadOptions(forms.Form):
    """What is entered once for all files of a form; `asked` is what the part has to cover."""

    names_children = forms.BooleanField(
        label="These files name children", required=False, help_text=THEY_NAME_CHILDREN_HINT
    )

    def __init__(self, *args: Any, asked: Sequence[Covered] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if asked:
            hint = "Tick what each of these files covers. Add files that cover something else separately."
            self.fields["covers"] = CoversField(asked=asked, label="What these files cover", help_text=hint)


def _date_as_asked(form: forms.Form, part: Part, today: date) -> None:
    """A dated part asks for the date of each file, up to today; other parts do not."""
    if part.dated:
        form.fields["as_at"] = DateField(
            label="Date it is of",
            required=not isinstance(form, UploadRow),
            latest=today,
            help_text="For example the day of the meeting",
        )
    else:
        del form.fields["as_at"]


def _covers_as_asked(form: forms.Form, asked: Sequence[Covered]) -> None:
    """A part that has to cover something asks what a file covers; other parts do not."""
    if asked:
        form.fields["covers"] = CoversField(asked=asked, label=form.fields["covers"].label)
    else:
        del form.fields["covers"]


class ReplaceForm(forms.Form):
    file = AnyFiles(label="New version", widget=DropInput(attrs={"accept": ACCEPT}))
    as_at = DateField(label="Date it is of")
    covers = CoversField(asked=(), label="What the new version covers")
    note = LineField(
        label="Why it was replaced (optional)",
        required=False,
        max_length=500,
        help_text="Do not name children here",
    )

    # The version that the page showed, so that anybody who made another since then can be told.
    seen = SeenField(min_value=1)

    def __init__(
        self, *args: Any, part: Part, asked: Sequence[Covered], current: Version, today: date, **kwargs: Any
    ) -> None:
        kwargs["initial"] = {"seen": current.number, "covers": current.covers.split()}
        super().__init__(*args, **kwargs)
        _date_as_asked(self, part, today)
        _covers_as_asked(self, asked)


class DescribeForm(forms.Form):
    label = LineField(
        label="What the file is called",
        max_length=255,
        error_messages={"required": "Enter what the file is called"},
    )
    as_at = DateField(label="Date it is of")
    covers = CoversField(asked=(), label="What the file covers")
    names_children = forms.BooleanField(label=NAMES_CHILDREN, required=False, help_text=NAMES_CHILDREN_HINT)

    def __init__(
        self, *args: Any, part: Part, asked: Sequence[Covered], current: Version, today: date, **kwargs: Any
    ) -> None:
        file = current.file
        kwargs["initial"] = {
            "label": file.label,
            "names_children": file.names_children,
            "as_at": current.as_at,
            "covers": current.covers.split(),
        }
        super().__init__(*args, **kwargs)
        _date_as_asked(self, part, today)
        _covers_as_asked(self, asked)
        if file.names_children:
            self.fields["names_children"].help_text = f"{NAMES_CHILDREN_HINT} {WIDENED_HINT}"


class ReturnForm(forms.Form):
    reason = TextField(
        label="What has to be put right",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        help_text="The owner reads this on the document’s page. Do not name children.",
        error_messages={"required": "Say what has to be put right, so that the owner knows what to do"},
    )
    contents = LineField(widget=forms.HiddenInput, max_length=64)


class CommentForm(forms.Form):
    text = TextField(
        label="Add a comment",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=MOST_CHARACTERS,
        help_text="Everybody who sees this document reads it. Do not name children.",
        error_messages={"required": "Write a comment"},
    )
    once = forms.UUIDField(widget=forms.HiddenInput)


class NilReturnForm(forms.Form):
    reason = TextField(
        label="Why there is nothing to supply",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        help_text="This goes into the evidence pack in place of the files. Do not name children.",
        error_messages={"required": "Say why there is nothing to supply, for example that no review was held"},
    )


class RegisterFilter(forms.Form):
    """The filters of the register; every choice is in the address."""

    q = LineField(label="Search", required=False, max_length=200)
    state = forms.ChoiceField(label="State", required=False)
    owner = forms.ChoiceField(label="Owner", required=False)
    mine = forms.BooleanField(label="Mine only", required=False)

    def __init__(self, *args: Any, owners: Iterable[Owner], is_mine_only: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = [(state, STATE_WORDS[state][0]) for state in STATES]
        state, owner = cast(forms.ChoiceField, self.fields["state"]), cast(forms.ChoiceField, self.fields["owner"])
        state.choices = [("", "All"), *words, ("stale", "Out of date"), ("turning", "Soon out of date")]
        named = {owner.post: owner.name for owner in owners}
        owner.choices = [("", "All"), ("tbc", "Nobody yet"), *sorted(named.items(), key=lambda item: item[1].lower())]
        if is_mine_only:
            del self.fields["mine"], self.fields["owner"]
