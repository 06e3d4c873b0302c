"""Only what was shown is applied: a short token of the changes shows whether they are still the same."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable
from dataclasses import asdict, is_dataclass
from typing import Any


def token_of(*parts: Iterable[Any]) -> str:
    """A short token of the parts of a difference (what is added, what is changed, ...), the same only for the same
    difference.

    A form carries it from the page that showed the difference to the action that applies it. The action computes the
    difference again under its lock and calls `was_shown`. Parts may be iterators of any length, each read once, of
    plain values, dataclasses and dates.
    """
    digest = hashlib.sha256()
    for part in parts:
        for each in part:
            digest.update(json.dumps(each, sort_keys=True, default=_plain).encode() + b"\n")
        # No JSON begins like this, so the end of one part and the beginning of the next cannot be confused.
        digest.update(b"|\n")
    return digest.hexdigest()


def was_shown(seen: str, *parts: Iterable[Any]) -> bool:
    """Whether the token is of exactly this difference."""
    return hmac.compare_digest(seen.encode(), token_of(*parts).encode())


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if hasattr(value, "isoformat"):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no plain form to be compared by")
