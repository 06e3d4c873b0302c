"""Whether two packs would show the same: a hash over everything that goes into a pack, except the time."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from evidencepack.front import matter
from evidencepack.material import Material, rows, sections


def fingerprint(made_from: Material) -> str:
    """The hash of the front matter's words, of every part that would be bound and of every row of the manifest.

    Computed from the values that are printed, so that everything shown is covered. Dates that assume a call today are
    left out, because they change every day by themselves.
    """
    shown = matter(made_from)
    if made_from.snapshot.schedule is None:
        shown["steps"] = [{**step, "days": "", "dates": ""} for step in shown["steps"]]
    facts: list[Any] = [shown]
    for children in (False, True):
        facts.append([asdict(section) for section in sections(made_from, children=children)])
        manifest = rows(made_from, children=children)
        facts.append([{field.name: getattr(row.item, field.name) for field in fields(row.item)} for row in manifest])
    # A file is identified by its own name in the storage, wherever the storage is at the moment.
    text = json.dumps(facts, default=lambda value: value.name if isinstance(value, Path) else str(value))
    return hashlib.sha256(text.encode()).hexdigest()
