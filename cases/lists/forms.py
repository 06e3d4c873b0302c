"""What people type on the pages of the lists. Identifiers are typed into forms that are posted: no address has one."""

from __future__ import annotations

from typing import Any

from django import forms

from cases.lists.querying import BLANK, SORTS, Wanted
from cases.lists.words import Words
from cases.models import Contradiction
from govuk.forms import LineField, TextField

ANY = ("", "All")
ANSWERS = (ANY, ("yes", "Yes"), ("no", "No"), (BLANK, "Not said"))


class ListFilter(forms.Form):
    """What a list is narrowed to; in the address, so that the view can be sent to a colleague. Nothing in it names a
    child.

    One choice for each coded field and yes-no field that the list has, by the words of its framework.
    """

    def __init__(self, data: Any, *, words: Words, case_list: str) -> None:
        super().__init__(data)
        self._coded = [each.key for each in words.counted_on(case_list) if each.role != "referral"]
        self._answers = [each.key for each in words.framework.fields_of(case_list) if each.kind == "yes-no"]
        for key in self._coded:
            groups = [(group.key or BLANK, group.label) for group in words.groups_of(words.fields[key])]
            label = "Age" if words.fields[key].role == "birth" else words.fields[key].label
            self.fields[f"by-{key}"] = forms.ChoiceField(label=label, choices=[ANY, *groups], required=False)
        for key in self._answers:
            label = words.fields[key].label
            self.fields[f"by-{key}"] = forms.ChoiceField(label=label, choices=ANSWERS, required=False)
        self.fields["contradicted"] = forms.BooleanField(label="Only with an open contradiction", required=False)

    def wanted(self, sort: str = "") -> Wanted:
        """What was asked for; a choice that there is not, and a sort that there is not, are left out."""
        self.is_valid()
        said = {key: self.cleaned_data.get(f"by-{key}") or "" for key in (*self._coded, *self._answers)}
        return Wanted(
            groups={key: said[key] for key in self._coded if said[key]},
            answers={key: said[key] for key in self._answers if said[key]},
            contradicted=bool(self.cleaned_data.get("contradicted")),
            sort=sort if sort.removeprefix("-") in SORTS else "identifier",
        )


class FindForm(forms.Form):
    """Looks for a child by its identifier."""

    identifier = LineField(
        label="Find a child by identifier",
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": "Enter an identifier, or the beginning of one."},
    )


class ExplainForm(forms.Form):
    """Says why a contradiction is right as it is."""

    note = TextField(
        label="Why it is right as it is",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Say why it is right as it is."},
    )


class ContradictionFilter(forms.Form):
    """Which contradictions are shown."""

    STATES = (("open", "Open"), ("explained", "Explained"), ("settled", "Settled"), ("all", "All"))
    state = forms.ChoiceField(label="State", choices=STATES, required=False)
    list = forms.ChoiceField(label="List", required=False)
    rule = forms.ChoiceField(label="Contradiction", required=False)

    def __init__(self, data: Any, *, lists: list[tuple[str, str]], rules: list[tuple[str, str]]) -> None:
        super().__init__(data)
        self.fields["list"].choices = [ANY, *lists]  # type: ignore[attr-defined]
        self.fields["rule"].choices = [ANY, *rules]  # type: ignore[attr-defined]

    def wanted(self) -> dict[str, str]:
        """The fields of `Contradiction` that are asked for; open ones where nothing is said of the state."""
        self.is_valid()
        said = {key: self.cleaned_data.get(key) or "" for key in ("state", "list", "rule")}
        said["state"] = said["state"] or Contradiction.State.OPEN
        return {key: value for key, value in said.items() if value and value != "all"}
