"""What is applied is what was shown: a short token of a difference, by which another one is known."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable
from dataclasses import asdict, is_dataclass
from typing import Any


def token_of(*parts: Iterable[Any]) -> str:
    """The parts of a difference (what is added, what is changed, ...) in short, the same for the same difference only.

    A form carries it from the page that showed the difference to the action that applies it. The action works the
    difference out again under its lock and asks `was_shown`. Parts may be read once and as long as they please: plain
    values, dataclasses, dates.
    """
    digest = hashlib.sha256()
    for part in parts:
        for each in part:
            digest.update(json.dumps(each, sort_keys=True, default=_plain).encode() + b"\n")
        # No JSON begins so: what ends one part and what begins the next are never mistaken for one another.
        digest.update(b"|\n")
    return digest.hexdigest()


def was_shown(seen: str, *parts: Iterable[Any]) -> bool:
    """Whether the token is of just this difference."""
    return hmac.compare_digest(seen.encode(), token_of(*parts).encode())


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if hasattr(value, "isoformat"):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no plain form to be compared by")
