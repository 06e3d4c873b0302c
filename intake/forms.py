"""What a person says about one waiting file."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from frameworks import Framework
from govuk.forms import DateField, LineField
from intake.actions import Choice

#: Between a document's key and a part's in the value of a choice; neither has one.
BETWEEN = "/"


class SortRow(forms.Form):
    """Where a file belongs, its date, and whether it names children; or that it is left out."""

    to = LineField(required=False, max_length=161)
    as_at = DateField(label="Date it is of", required=False)
    names_children = forms.BooleanField(required=False)
    leave_out = forms.BooleanField(required=False)

    def __init__(
        self, *args: Any, framework: Framework, fillable: frozenset[str], name: str, today: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.framework, self.fillable, self.name = framework, fillable, name
        self.fields["as_at"] = DateField(label=f"Date of {name}", required=False, latest=today)

    def clean(self) -> dict[str, Any]:
        """A dated part asks for the date; a choice is one of the parts that the person may fill."""
        given = super().clean() or {}
        document, _, part = str(given.get("to") or "").partition(BETWEEN)
        if given.get("leave_out") or not document:
            return given
        asked = next(
            (
                piece
                for each in self.framework.documents
                if each.key == document and each.key in self.fillable
                for piece in each.parts
                if piece.key == part
            ),
            None,
        )
        if asked is None:
            self.add_error("to", f"Choose where {self.name} belongs from the list")
        elif asked.dated and given.get("as_at") is None and "as_at" not in self.errors:
            self.add_error(
                "as_at", forms.ValidationError(f"Enter the date of {self.name}: its part is dated", code="date_all")
            )
        return given

    def choice(self) -> Choice:
        """What was said, as far as it is sound."""
        given = getattr(self, "cleaned_data", {})
        document, _, part = str(given.get("to") or "").partition(BETWEEN)
        return Choice(document, part, given.get("as_at"), bool(given.get("names_children")))

    def ask_where(self) -> None:
        self.add_error("to", f"Choose where {self.name} belongs, or leave it out")
