"""The small language in which the shape of a file is said, and the reading of data against it.

A `Check` looks at one value, says everything that is wrong with it, and hands back what is sound of it. So a file is
read to its end whatever is wrong with it, and the checks that come after look only at what is sound.
"""

import datetime as dt
import difflib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from frameworks.faults import Fault

BAD: Any = object()  # what a check hands back for a value that is not sound

KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
NAME = re.compile(r"[A-Za-z0-9]+([-.][A-Za-z0-9]+)*")
EMAIL = re.compile(r"[^@\s<>,;\"]+@[^@\s<>,;\".]+(\.[^@\s<>,;\".]+)+")
TITLE_LENGTH = 300
PROSE_LENGTH = 2000
KEY_LENGTH = 60


@dataclass(slots=True)
class Faults:
    """The faults of one file, in the order found."""

    file: str
    found: list[Fault] = field(default_factory=list)

    def add(self, key: str, reason: str) -> None:
        """Note one fault at a place of the file."""
        self.found.append(Fault(self.file, key, reason))


Reader = Callable[[Any, str, Faults], Any]


@dataclass(frozen=True, slots=True)
class Check:
    """One kind of value: what it should be, in words that follow "should be", and how it is read."""

    wanted: str
    read: Reader


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a table. One that is not `required` has `default` where it is left out."""

    check: Check
    required: bool = True
    default: Any = None


Shape = Mapping[str, Key]


def optional(check: Check, default: Any = None) -> Key:
    """A key that may be left out."""
    return Key(check, required=False, default=default)


def in_words(value: Any) -> str:
    """A value from a file, short and in one line, to say what was found instead of what should be."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return "the text " + json.dumps(value if len(value) <= 40 else value[:39] + "…", ensure_ascii=False)
        case int() | float():
            return "a very large number" if abs(value) >= 10**20 else f"the number {value}"
        case dict():
            return "a table"
        case list():
            return "a list" if value else "an empty list"
        case dt.datetime():
            return f"the date and time {value.isoformat(' ')}"
        case dt.date():
            return f"the date {value.isoformat()}"
        case dt.time():
            return f"the time {value.isoformat()}"
    return "something else"


def under(place: str, key: str) -> str:
    """The place of a key in the table at `place`, quoted where it is no plain word."""
    shown = key if re.fullmatch(r"[\w-]{1,80}", key, re.ASCII) else json.dumps(key[:80])
    return f"{place}.{shown}" if place else shown


def _simple(wanted: str, sound: Callable[[Any], bool]) -> Check:
    def read(value: Any, place: str, faults: Faults) -> Any:
        if sound(value):
            return value
        faults.add(place, f"should be {wanted}, not {in_words(value)}")
        return BAD

    return Check(wanted, read)


def _whole(pattern: re.Pattern[str], value: str) -> bool:
    return pattern.fullmatch(value) is not None


def _is_text(value: Any, longest: int) -> bool:
    return isinstance(value, str) and 0 < len(value) <= longest and value == value.strip() and value.isprintable()


def text(longest: int = TITLE_LENGTH) -> Check:
    """One line of text, without spaces around it."""
    wanted = f"one line of text, of 1 to {longest} characters, with no space before or after it"
    return _simple(wanted, lambda value: _is_text(value, longest))


def key() -> Check:
    """A key, such as "set-up-meeting"."""
    wanted = f"a key of small letters, figures and single hyphens, of at most {KEY_LENGTH} characters"
    return _simple(wanted, lambda v: isinstance(v, str) and len(v) <= KEY_LENGTH and _whole(KEY, v))


def name() -> Check:
    """A short name of letters and figures, such as "S1"."""
    wanted = "a short name of letters and figures, such as S1"
    return _simple(wanted, lambda v: isinstance(v, str) and len(v) <= KEY_LENGTH and _whole(NAME, v))


def item() -> Check:
    """What is owned, such as "document:1"; that it exists is checked against the framework."""
    wanted = 'an item such as "document:1", "focus-group:<strand>-1" or "step:<key>"'
    kinds = ("document:", "focus-group:", "step:")
    return _simple(wanted, lambda v: isinstance(v, str) and v.startswith(kinds) and _whole(KEY, v.split(":", 1)[1]))


def email() -> Check:
    """An email address."""
    return _simple("an email address", lambda v: isinstance(v, str) and len(v) <= 254 and _whole(EMAIL, v))


def number(low: int, high: int) -> Check:
    """A whole number within bounds, both included."""
    wanted = f"a whole number from {low} to {high}"
    return _simple(wanted, lambda v: isinstance(v, int) and not isinstance(v, bool) and low <= v <= high)


def flag() -> Check:
    """True or false."""
    return _simple("true or false", lambda value: isinstance(value, bool))


def date() -> Check:
    """A date without a time."""
    wanted = "a date without quotation marks, such as 2011-04-18"
    return _simple(wanted, lambda value: isinstance(value, dt.date) and not isinstance(value, dt.datetime))


def time() -> Check:
    """A time of day."""
    return _simple("a time without quotation marks, such as 17:00:00", lambda value: isinstance(value, dt.time))


def choice(*among: str) -> Check:
    """One of these words."""
    return _simple("one of " + ", ".join(f'"{word}"' for word in among), lambda v: isinstance(v, str) and v in among)


def listing(check: Check, at_least: int = 0) -> Check:
    """A list whose values all satisfy the check. One that is not sound hands nothing back."""
    wanted = (
        f"a list of at least {at_least}, each of them {check.wanted}" if at_least else f"a list, each {check.wanted}"
    )

    def read(value: Any, place: str, faults: Faults) -> Any:
        if not isinstance(value, list) or len(value) < at_least:
            faults.add(place, f"should be {wanted}, not {in_words(value)}")
            return BAD
        return [check.read(each, f"{place}[{index}]", faults) for index, each in enumerate(value)]

    return Check(wanted, read)


def table(shape: Shape, called: str) -> Check:
    """A table of exactly these keys."""
    wanted = f"a table with the keys {', '.join(k for k, spec in shape.items() if spec.required)}"

    def read(value: Any, place: str, faults: Faults) -> Any:
        if not isinstance(value, dict):
            faults.add(place, f"should be {wanted}, not {in_words(value)}")
            return BAD
        return read_table(value, shape, called, place, faults)

    return Check(wanted, read)


def tables(shape: Shape, called: str, at_least: int = 0) -> Check:
    """A list of tables of exactly these keys. A table that is not sound stays in the list, with what is sound of it."""
    inner = table(shape, called)
    each = Check(inner.wanted, lambda v, place, faults: {} if (r := inner.read(v, place, faults)) is BAD else r)
    return listing(each, at_least)


def read_table(data: Mapping[str, Any], shape: Shape, called: str, place: str, faults: Faults) -> dict[str, Any]:
    """Read the table at `place` ("" is the file itself); what is sound of it, defaults filled in."""
    sound: dict[str, Any] = {}
    for wanted, spec in shape.items():
        if wanted in data:
            value = spec.check.read(data[wanted], under(place, wanted), faults)
            if value is not BAD:
                sound[wanted] = value
        elif spec.required:
            faults.add(under(place, wanted), f"is missing; it should be {spec.check.wanted}")
        else:
            sound[wanted] = spec.default
    for unknown in data:
        if unknown not in shape:
            faults.add(under(place, unknown), _unknown(unknown, list(shape), called))
    return sound


def _unknown(unknown: str, known: Sequence[str], called: str) -> str:
    near = difflib.get_close_matches(unknown, known, n=1)
    meant = f'did you mean "{near[0]}"?' if near else f"its keys are {', '.join(known)}"
    return f"is not a key of {called}; {meant}"
