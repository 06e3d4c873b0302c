"""The forms of the lists' pages. Identifiers are always posted, so that no address contains one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from cases.lists.querying import BLANK, SORTS, ListQuery
from cases.models import Contradiction
from cases.value_labels import ValueLabels
from govuk.forms import LineField, TextField

ANY = ("", "All")
ANSWERS = (ANY, ("yes", "Yes"), ("no", "No"), (BLANK, "Not said"))


class ListFilter(forms.Form):
    """The filter of a list. It is in the address, so that a view can be sent to a colleague, and says nothing about any
    one child.

    There is a choice for each coded field and each yes-no field of the list.
    """

    def __init__(self, data: Any, *, labels: ValueLabels, case_list: str) -> None:
        super().__init__(data)
        self._coded = [each.key for each in labels.counted_on(case_list) if each.role != "referral"]
        self._answers = [each.key for each in labels.framework.fields_of(case_list) if each.kind == "yes-no"]
        for key in self._coded:
            groups = [(group.key or BLANK, group.label) for group in labels.groups_of(labels.fields[key])]
            label = "Age" if labels.fields[key].role == "birth" else labels.fields[key].label
            self.fields[f"by-{key}"] = forms.ChoiceField(label=label, choices=[ANY, *groups], required=False)
        for key in self._answers:
            label = labels.fields[key].label
            self.fields[f"by-{key}"] = forms.ChoiceField(label=label, choices=ANSWERS, required=False)
        self.fields["contradicted"] = forms.BooleanField(label="Only with an open contradiction", required=False)

    def in_words(self) -> list[str]:
        """What the list is narrowed by: "Gender: Male"."""
        self.is_valid()
        said = []
        for name, given in self.cleaned_data.items():
            if given is True:
                said.append(str(self.fields[name].label))
            elif given:
                said.append(f"{self.fields[name].label}: {dict(self.fields[name].choices)[given]}")  # type: ignore[attr-defined]
        return said

    def wanted(self, sort: str = "") -> ListQuery:
        """What was asked for, without invalid choices or sort orders."""
        self.is_valid()
        said = {key: self.cleaned_data.get(f"by-{key}") or "" for key in (*self._coded, *self._answers)}
        return ListQuery(
            groups={key: said[key] for key in self._coded if said[key]},
            answers={key: said[key] for key in self._answers if said[key]},
            contradicted=bool(self.cleaned_data.get("contradicted")),
            sort=sort if sort.removeprefix("-") in SORTS else "identifier",
        )


class FindForm(forms.Form):
    """Find a child, or whoever else the lists are about, by identifier. `a` is what is found, in words: "a child"."""

    identifier = LineField(
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": "Enter an identifier, or the beginning of one."},
    )

    def __init__(self, data: Any = None, *, a: str) -> None:
        super().__init__(data)
        self.fields["identifier"].label = f"Find {a} by identifier"


class ExplainForm(forms.Form):
    """Explain why a contradiction is correct."""

    note = TextField(
        label="Why it is right as it is",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Say why it is right as it is."},
    )


class ContradictionFilter(forms.Form):
    """The filter of the contradictions."""

    STATES = (("open", "Open"), ("explained", "Explained"), ("settled", "Settled"), ("all", "All"))
    state = forms.ChoiceField(label="State", choices=STATES, required=False)
    list = forms.ChoiceField(label="List", required=False)
    rule = forms.ChoiceField(label="Contradiction", required=False)

    def __init__(self, data: Any, *, lists: Iterable[tuple[str, str]], rules: Iterable[tuple[str, str]]) -> None:
        super().__init__(data)
        self.fields["list"].choices = [ANY, *lists]  # type: ignore[attr-defined]
        self.fields["rule"].choices = [ANY, *rules]  # type: ignore[attr-defined]

    def wanted(self) -> dict[str, str]:
        """The fields of `Contradiction` to filter by. Without a state, only open ones are shown."""
        self.is_valid()
        said = {key: self.cleaned_data.get(key) or "" for key in ("state", "list", "rule")}
        said["state"] = said["state"] or Contradiction.State.OPEN
        return {key: value for key, value in said.items() if value and value != "all"}
