"""How the ledger is narrowed."""

from __future__ import annotations

from django import forms

from outbox.models import WAITING, State


class LedgerFilter(forms.Form):
    STATES = {"failed": (State.FAILED,), "waiting": WAITING, "sent": (State.SENT,)}

    q = forms.CharField(label="Person or subject", required=False, max_length=200)
    state = forms.ChoiceField(
        label="State",
        required=False,
        choices=[("", "All"), ("failed", "Failed"), ("waiting", "Waiting"), ("sent", "Sent")],
    )
