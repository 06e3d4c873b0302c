"""What a person says about one waiting file."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

from django import forms

from documents.wording import capital
from frameworks import Framework, Part, Plan, covered_by
from govuk.forms import DateField, LineField
from intake.actions import Choice

#: Separates a document's key and a part's in the value of a choice; neither contains it.
BETWEEN = "/"


class SortRow(forms.Form):
    """Where a file belongs, its date, and whether it names children; or that it is left out."""

    to = LineField(required=False, max_length=161)
    as_at = DateField(label="Date it is of", required=False)
    names_children = forms.BooleanField(required=False)
    covers = forms.MultipleChoiceField(required=False)
    leave_out = forms.BooleanField(required=False)

    def __init__(
        self,
        *args: Any,
        framework: Framework,
        plan: Plan | None,
        fillable: frozenset[str],
        name: str,
        today: date,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.framework, self.plan, self.fillable, self.name = framework, plan, fillable, name
        # The check boxes were offered for one part, and another may have been chosen: `choice` uses those that fit.
        parts = [part for document in framework.documents for part in document.parts]
        covered = {(each.key, each.label) for part in parts for each in covered_by(part, plan)}
        cast(forms.MultipleChoiceField, self.fields["covers"]).choices = sorted(covered)
        self.fields["as_at"] = DateField(label=f"Date of {name}", required=False, latest=today)

    def clean(self) -> dict[str, Any]:
        """A dated part asks for the date; a choice is one of the parts that the person may fill."""
        given = super().clean() or {}
        if given.get("leave_out") or not given.get("to"):
            return given
        asked = self.part_of(str(given["to"]))
        if asked is None:
            self.add_error("to", f"Choose where {self.name} belongs from the list")
        elif asked.dated and given.get("as_at") is None and "as_at" not in self.errors:
            self.add_error(
                "as_at", forms.ValidationError(f"Enter the date of {self.name}: its part is dated", code="date_all")
            )
        return given

    def part_of(self, to: str) -> Part | None:
        """The part that a choice means, if it is one of those that the person may fill."""
        document, _, part = to.partition(BETWEEN)
        found = [each for each in self.framework.documents if each.key == document and document in self.fillable]
        return next((piece for each in found for piece in each.parts if piece.key == part), None)

    def choice(self) -> Choice:
        """The person's decision, as far as it is valid."""
        given = getattr(self, "cleaned_data", {})
        document, _, part = str(given.get("to") or "").partition(BETWEEN)
        asked = self.part_of(str(given.get("to") or ""))
        fits = {each.key for each in covered_by(asked, self.plan)} if asked else set()
        covers = tuple(key for key in given.get("covers", ()) if key in fits)
        return Choice(document, part, given.get("as_at"), bool(given.get("names_children")), covers)

    @property
    def ticks(self) -> list[tuple[str, str, bool]]:
        """What the chosen part has to cover: key, words and whether it is ticked; nothing if it does not ask."""
        part, ticked = self.part_of(str(self["to"].value() or "")), self["covers"].value() or ()
        asked = covered_by(part, self.plan) if part else ()
        return [(each.key, capital(each.label), each.key in ticked) for each in asked]

    def ask_where(self) -> None:
        self.add_error("to", f"Choose where {self.name} belongs, or leave it out")
