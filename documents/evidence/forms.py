"""What people give about a file as a whole."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, cast

from django import forms

from documents.models import Version
from frameworks import CoreDocument
from govuk.dates import long_date
from govuk.forms import DateField


class MoveForm(forms.Form):
    """Where a file goes: `target` is "document/part"."""

    target = forms.ChoiceField(
        label="Where it belongs", error_messages={"required": "Choose the part that the file belongs to"}
    )
    as_at = DateField(label="Date it is of", required=False)

    def __init__(
        self,
        *args: Any,
        documents: Iterable[CoreDocument],
        here: tuple[str, str],
        current: Version,
        today: date,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        field = cast(forms.ChoiceField, self.fields["target"])
        field.choices = [("", "Choose a part"), *_groups(documents, here)]
        hint = "Needed only where the part asks for a date"
        if current.as_at:
            hint = f"Leave empty to keep {long_date(current.as_at)}"
        self.fields["as_at"] = DateField(label="Date it is of", required=False, latest=today, help_text=hint)


def _groups(documents: Iterable[CoreDocument], here: tuple[str, str]) -> list[tuple[str, list[tuple[str, str]]]]:
    found = []
    for document in documents:
        parts = [
            (f"{document.key}/{part.key}", f"{part.label}{' (dated)' if part.dated else ''}")
            for part in document.parts
            if (document.key, part.key) != here
        ]
        if parts:
            found.append((f"{document.number}. {document.title}", parts))
    return found
