"""What people type when they open an inspection."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from govuk.forms import DateField, LineField
from inspections.models import Inspection, InspectionKind, library


class OpenInspectionForm(forms.Form):
    title = LineField(
        label="Title",
        help_text="How everybody will call it, for example “Safeguarding and looked after children 2011”.",
        max_length=200,
        error_messages={"required": "Enter a title."},
    )
    kind = forms.ChoiceField(
        label="Is it real?",
        choices=InspectionKind.choices,
        initial=InspectionKind.REAL,
        widget=forms.RadioSelect,
        help_text="A rehearsal works the same and says so on every page and in every email.",
    )
    framework_key = forms.ChoiceField(label="Framework")
    plan_key = forms.ChoiceField(
        label="Local plan",
        required=False,
        help_text="Brings the posts and says which of them owns what. Owners can be changed afterwards.",
    )
    bring_from = forms.ChoiceField(
        label="Bring evidence forward from (optional)",
        required=False,
        help_text="Its current files come with their history, and its expected meetings. Nil returns are stated anew.",
    )
    expected_before = DateField(
        label="Expected before (optional)", required=False, help_text="The end of the window, if it is known."
    )

    def __init__(self, *args: Any, former: Iterable[Inspection] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sources = [(row.slug, f"{row.title} (withdrawn)" if row.is_withdrawn else row.title) for row in former]
        self.fields["bring_from"].choices = [("", "None: start empty"), *sources]  # type: ignore[attr-defined]
        if not sources:
            del self.fields["bring_from"]
        found = library()
        self.fields["framework_key"].choices = [(row.key, row.title) for row in found.frameworks()]  # type: ignore[attr-defined]
        plans = [(row.key, f"{row.title} ({row.framework})") for row in found.plans()]
        self.fields["plan_key"].choices = [("", "None: start without owners"), *plans]  # type: ignore[attr-defined]
