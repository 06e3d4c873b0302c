"""The kinds of values in a framework or plan file. Each says what it should be; the fields are declared with them."""

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
NAME = re.compile(r"[A-Za-z0-9]+([-.][A-Za-z0-9]+)*")
EMAIL = re.compile(r"[^@\s<>,;\"]+@[^@\s<>,;\".]+(\.[^@\s<>,;\".]+)+")
KEY_LENGTH = 60
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
ITEMS = ("document:", "focus-group:", "step:")


class Table:
    """Any record of a file: a table with exactly the keys that are its fields. Unknown keys are refused."""

    __slots__ = ()
    __pydantic_config__ = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a value should be, in words that follow "should be", and a check for that."""

    words: str
    is_sound: Callable[[Any], bool]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Check the value as it is in the file, before it is converted to anything."""
        return core_schema.no_info_before_validator_function(self._checked, handler(source))

    def _checked(self, value: Any) -> Any:
        if not self.is_sound(value):
            raise ValueError(self.words)
        return value


def _line(longest: int) -> Wanted:
    return Wanted(
        f"one line of text, of 1 to {longest} characters, with no space before or after it",
        lambda v: isinstance(v, str) and 0 < len(v) <= longest and v == v.strip() and v.isprintable(),
    )


def _whole(pattern: re.Pattern[str], longest: int) -> Callable[[Any], bool]:
    return lambda v: isinstance(v, str) and len(v) <= longest and pattern.fullmatch(v) is not None


def number(low: int, high: int) -> Wanted:
    """A whole number within limits, both included."""
    wanted = f"a whole number from {low} to {high}"
    return Wanted(wanted, lambda v: isinstance(v, int) and not isinstance(v, bool) and low <= v <= high)


def _not_empty(value: Any) -> Any:
    if value == []:
        raise ValueError("empty")
    return value


def one_of(among: tuple[str, ...]) -> str:
    """The words for one of these."""
    return "one of " + ", ".join(f'"{word}"' for word in among)


Text = Annotated[str, _line(300)]
ShortText = Annotated[str, _line(200)]
PersonName = Annotated[str, _line(150)]
Called = Annotated[str, _line(60)]
Prose = Annotated[str, _line(2000)]
Key = Annotated[
    str,
    Wanted(
        f"a key of small letters, figures and single hyphens, of at most {KEY_LENGTH} characters",
        _whole(KEY, KEY_LENGTH),
    ),
]
Name = Annotated[str, Wanted("a short name of letters and figures, such as S1", _whole(NAME, KEY_LENGTH))]
Item = Annotated[
    str,
    Wanted(
        'an item such as "document:1", "focus-group:<strand>-1" or "step:<key>"',
        lambda v: isinstance(v, str) and v.startswith(ITEMS) and KEY.fullmatch(v.split(":", 1)[1]) is not None,
    ),
]
Email = Annotated[str, Wanted("an email address", _whole(EMAIL, 254))]
Flag = Annotated[bool, Wanted("true or false", lambda v: isinstance(v, bool))]
Date = Annotated[
    dt.date,
    Wanted(
        "a date without quotation marks, such as 2011-04-18",
        lambda v: isinstance(v, dt.date) and not isinstance(v, dt.datetime),
    ),
]
Time = Annotated[dt.time, Wanted("a time without quotation marks, such as 17:00:00", lambda v: isinstance(v, dt.time))]
Count = Annotated[int, number(1, 99)]
Number = Annotated[int, number(1, 999)]
Months = Annotated[int, number(1, 120)]
Days = Annotated[int, number(-400, 400)]
# The name of a weekday in the file, its number in the record: 0 is Monday.
Weekday = Annotated[int, BeforeValidator(WEEKDAYS.index), Wanted(one_of(WEEKDAYS), lambda v: v in WEEKDAYS)]
Workday = Annotated[int, BeforeValidator(WEEKDAYS.index), Wanted(one_of(WEEKDAYS[:5]), lambda v: v in WEEKDAYS[:5])]
# A list that must not be empty. Checked before its entries, so that these are not reported twice.
AT_LEAST_ONE = BeforeValidator(_not_empty)
