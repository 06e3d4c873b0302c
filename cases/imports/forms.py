"""The forms for importing case lists. Forms validate; actions decide."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from cases.imports import files
from frameworks import Framework
from govuk.forms import DateField, DropManyInput, FilesField, OnceMixin
from spreadsheets.reading import SUFFIXES

LEAVE_OUT = "-"
IN_WORDS = "CSV, Excel (.xlsx or .xls) or OpenDocument (.ods)"


class SpreadsheetsField(FilesField):
    """One or more uploaded files. The action decides whether they can be accepted."""

    widget = DropManyInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = [item for item in (data if isinstance(data, list | tuple) else [data]) if item]
        if not given:
            raise ValidationError(self.error_messages["required"], code="required")
        return given


class ChooseFilesForm(OnceMixin, forms.Form):
    """The files, their as-at day, and which list they hold if they do not say it themselves."""

    chosen = SpreadsheetsField(
        label="Files",
        widget=DropManyInput(attrs={"accept": ",".join(SUFFIXES)}),
        error_messages={"required": "Choose one file or several"},
    )
    list_key = forms.ChoiceField(
        label="Which list is it?",
        required=False,
        error_messages={"invalid_choice": "Choose a list, or let the files say it"},
    )

    def __init__(self, *args: Any, framework: Framework, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["chosen"].help_text = f"{IN_WORDS}, up to {files.most_megabytes()} MB each."
        self.fields["on"] = DateField(
            label="As at which day? (optional)",
            help_text="The day on which the lists were drawn. Leave it empty for today, or for the day that a "
            "statutory return is of.",
            name="The day that the lists are as at",
            required=False,
            latest=today,
        )
        lists = self.fields["list_key"]
        assert isinstance(lists, forms.ChoiceField)
        lists.help_text = "Only where neither the file, nor a sheet’s name, nor its columns say it."
        lists.choices = [("", "The files say it"), *((each.key, each.title) for each in framework.case_lists)]
        self.order_fields(["chosen", "on", "list_key"])


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A heading that was not recognised, the files and sheets it is in, and some values from below it."""

    heading: str
    places: tuple[str, ...]
    samples: tuple[str, ...] = ()


class HeadingsForm(forms.Form):
    """What each unrecognised column holds: one of the lists' fields, or nothing that is needed."""

    def __init__(
        self, *args: Any, unmatched: Iterable[Unmatched], fields: Iterable[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.unmatched = list(unmatched)
        choices = [(LEAVE_OUT, "Leave this column out"), *fields]
        for place, each in enumerate(self.unmatched):
            words = f"Choose what “{each.heading}” is, or leave it out"
            self.fields[f"column_{place}"] = forms.ChoiceField(
                label=f"What “{each.heading}” is",
                choices=choices,
                initial=LEAVE_OUT,
                error_messages={"required": words, "invalid_choice": words},
            )

    def clean(self) -> dict[str, Any]:
        """Two columns of one sheet cannot both be the same field."""
        cleaned = super().clean() or {}
        first: dict[tuple[str, str], str] = {}
        for place, each in enumerate(self.unmatched):
            chosen = cleaned.get(f"column_{place}", LEAVE_OUT)
            before = {first[chosen, where] for where in each.places if (chosen, where) in first}
            if chosen != LEAVE_OUT and before:
                self.add_error(f"column_{place}", f"“{min(before)}” is that already: choose one of them")
            for where in each.places:
                first.setdefault((chosen, where), each.heading)
        return cleaned

    def matched(self) -> dict[str, str]:
        """The field's key for each heading, "" for a column that is left out."""
        given = {each.heading: self.cleaned_data[f"column_{place}"] for place, each in enumerate(self.unmatched)}
        return {heading: "" if chosen == LEAVE_OUT else chosen for heading, chosen in given.items()}

    @property
    def rows(self) -> list[tuple[Unmatched, forms.BoundField]]:
        """Each unrecognised column with its form field."""
        return [(each, self[f"column_{place}"]) for place, each in enumerate(self.unmatched)]


class ApplyForm(forms.Form):
    """Confirm the import. If a list would become empty, a box has to be ticked."""

    allow_empty = forms.BooleanField(
        error_messages={"required": "Tick that it is right for this list to become empty, or discard the import"}
    )

    def __init__(self, *args: Any, emptied: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if emptied:
            self.fields["allow_empty"].label = f"It is right that {_and(emptied)} will be empty"
        else:
            del self.fields["allow_empty"]


def _and(words: list[str]) -> str:
    quoted = [f"“{each}”" for each in words]
    return f"{', '.join(quoted[:-1])} and {quoted[-1]}" if len(quoted) > 1 else quoted[0]
