"""Whether two packs would show the same: a hash over all that goes into one, but the time."""

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

    Taken from the very values that are printed, so that nothing can be shown that it does not know of. Dates of a
    timetable that only would follow if the call came today are left out: they change every day by themselves.
    """
    shown = matter(made_from)
    if made_from.snapshot.schedule is None:
        shown["steps"] = [{**step, "days": "", "dates": ""} for step in shown["steps"]]
    facts: list[Any] = [shown]
    for children in (False, True):
        facts.append([asdict(section) for section in sections(made_from, children=children)])
        manifest = rows(made_from, children=children)
        facts.append([{field.name: getattr(row.item, field.name) for field in fields(row.item)} for row in manifest])
    # A file is known by its own name in the storage, wherever that lies at the moment.
    text = json.dumps(facts, default=lambda value: value.name if isinstance(value, Path) else str(value))
    return hashlib.sha256(text.encode()).hexdigest()
