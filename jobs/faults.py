"""What may be logged of a fault whose message quotes child-level data."""

from __future__ import annotations

import traceback


def place_of(error: BaseException) -> str:
    """The type of an exception and where it was raised, without its message."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" in {frames[-1].name}, line {frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{where}"
