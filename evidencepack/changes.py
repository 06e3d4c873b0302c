"""What is new, replaced or gone in a pack since the last one that was sent."""

from __future__ import annotations

from dataclasses import dataclass

from evidencepack.models import Pack, Sending


@dataclass(frozen=True)
class Changes:
    """Rows of the manifests: what this pack has that the sent one had not, and what it has no more."""

    since: Pack
    added: tuple[dict[str, object], ...]
    gone: tuple[dict[str, object], ...]


def changes_since_sent(pack: Pack) -> Changes | None:
    """Compare a pack with the latest earlier one that was sent; None where none was."""
    sending = (
        Sending.objects.filter(pack__inspection_id=pack.inspection_id, pack__number__lt=pack.number)
        .select_related("pack")
        .order_by("-pack__number", "-sent_at")
        .first()
    )
    if sending is None:
        return None
    before = {row["version_id"] for row in sending.pack.supplied}
    now = {row["version_id"] for row in pack.supplied}
    return Changes(
        since=sending.pack,
        added=tuple(row for row in pack.supplied if row["version_id"] not in before),
        gone=tuple(row for row in sending.pack.supplied if row["version_id"] not in now),
    )
