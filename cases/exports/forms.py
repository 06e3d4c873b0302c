"""The forms for encrypting an export and for recording it as sent."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from cases.models import CaseExport, CaseExportFile
from govuk.dates import long_datetime
from govuk.forms import DateField, LineField, OnceMixin, SecretField, TimeField

SHORTEST_PASSPHRASE, LONGEST_PASSPHRASE = 12, 200


class PassphraseForm(forms.Form):
    passphrase = SecretField(
        label="Passphrase",
        min_length=SHORTEST_PASSPHRASE,
        max_length=LONGEST_PASSPHRASE,
        help_text="At least 12 characters. It is not kept anywhere: without it nobody can open the file.",
        error_messages={
            "required": "Enter a passphrase",
            "min_length": "The passphrase must be at least 12 characters long",
        },
    )
    again = SecretField(
        label="The same passphrase again",
        max_length=LONGEST_PASSPHRASE,
        error_messages={"required": "Enter the passphrase again"},
    )

    def clean_passphrase(self) -> str:
        given: str = self.cleaned_data["passphrase"]
        if not (given.isascii() and given.isprintable()):
            # Programs encode other characters in a passphrase differently.
            raise forms.ValidationError("Use unaccented letters, figures, spaces and punctuation only")
        return given

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        given, again = cleaned.get("passphrase"), cleaned.get("again")
        if given and again and given != again:
            self.add_error("again", "The two passphrases are not the same")
        return cleaned


class FilesField(forms.ModelMultipleChoiceField):
    """Files of an export. A number that no database can hold is no file of it: Django asks the database for it."""

    def clean(self, value: Any) -> Any:
        try:
            return super().clean(value)
        except OverflowError as error:
            raise forms.ValidationError("Choose files of this export only", code="invalid_choice") from error


class ExportSendingForm(OnceMixin, forms.Form):
    chosen = FilesField(
        queryset=CaseExportFile.objects.none(),
        label="What was sent",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose what was sent"},
    )
    recipient = LineField(
        label="Sent to",
        max_length=200,
        help_text="Name and email address of the lead inspector, for example.",
        error_messages={"required": "Say to whom the lists were sent"},
    )
    how = LineField(
        label="How",
        max_length=200,
        help_text="For example: by secure email, the passphrase by telephone.",
        error_messages={"required": "Say how the lists were sent"},
    )
    day = DateField(label="Date sent")
    time = TimeField(label="Time sent")

    def __init__(self, *args: Any, export: CaseExport, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["chosen"]
        field.queryset = CaseExportFile.objects.filter(export=export)
        field.label_from_instance = _called

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("day") and cleaned.get("time"):
            cleaned["sent_at"] = datetime.combine(cleaned["day"], cleaned["time"], ZoneInfo("Europe/London"))
        return cleaned


def _called(file: CaseExportFile) -> str:
    if file.kind == CaseExportFile.Kind.ENCRYPTED:
        return f"{file.get_kind_display()} of {long_datetime(file.made_at)}"
    return str(file.get_kind_display())
