"""Reads a file's data as one of the records, and reports in our words what is wrong with it and which parts are sound.

Pydantic finds values that do not match their field's declaration; the words come from the declaration. A file is always
read to its end, and the later checks (`frameworks.references`) use the sound parts.
"""

import datetime as dt
import difflib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import cache, partial
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from pydantic import TypeAdapter, ValidationError

from frameworks.faults import Faults
from frameworks.values import AT_LEAST_ONE, Wanted, one_of

BAD: Any = object()  # used in a list in place of a value that is not sound

T = TypeVar("T")
Place = tuple[str | int, ...]

_adapter: Callable[[Any], TypeAdapter[Any]] = cache(TypeAdapter)
_hints: Callable[[Any], Mapping[str, Any]] = cache(partial(get_type_hints, include_extras=True))


def read(kind: type[T], data: Mapping[str, Any], faults: Faults) -> tuple[T | None, dict[str, Any]]:
    """The record made from the data, None if there is none; and the sound part of the data.

    Every fault is noted, in the order of the file. In the sound part, keys that are not sound are left out, optional
    keys that the file omits are None or a default list, and in a list an unsound item is an empty table or BAD.
    """
    try:
        return _adapter(kind).validate_python(data), _sound(kind, data, (), frozenset())
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False)
    for each in found:
        faults.add(_shown(each["loc"]), _reason(kind, each["type"], each["loc"], each["input"]))
    return None, _sound(kind, data, (), frozenset(each["loc"] for each in found))


def _bare(annotation: Any) -> Any:
    """The type itself, without `Annotated` and `| None`."""
    while get_origin(annotation) in (Annotated, Union, UnionType):
        annotation = next(each for each in get_args(annotation) if each is not NoneType)
    return annotation


def _declared(kind: Any, place: Place) -> Any:
    """The declaration of the value at this place."""
    for step in place:
        bare = _bare(kind)
        kind = get_args(bare)[0] if isinstance(step, int) else _hints(bare)[step]
    return kind


def _sound(kind: Any, value: Any, place: Place, bad: frozenset[Place]) -> Any:
    bare = _bare(kind)
    if is_dataclass(bare):
        if place in bad:
            return {}
        kinds = _hints(bare)
        optional = [each for each in fields(bare) if each.init and each.default is not MISSING]
        left_out = {each.name: each.default if isinstance(each.default, tuple) else None for each in optional}
        given = {key: each for key, each in value.items() if (*place, key) not in bad}
        return left_out | {key: _sound(kinds[key], each, (*place, key), bad) for key, each in given.items()}
    if place in bad:
        return BAD
    if get_origin(bare) is tuple:
        return [_sound(get_args(bare)[0], each, (*place, index), bad) for index, each in enumerate(value)]
    return value


def _reason(kind: type, said: str, place: Place, value: Any) -> str:
    if said == "unexpected_keyword_argument":
        table = _bare(_declared(kind, place[:-1]))
        words = re.sub(r"(?<!^)(?=[A-Z])", " ", table.__name__).lower() + ("" if place[1:] else " file")
        return _unknown(str(place[-1]), [each.name for each in fields(table) if each.init], words)
    wanted = _wanted(_declared(kind, place))
    return f"is missing; it should be {wanted}" if said == "missing" else f"should be {wanted}, not {in_words(value)}"


def _wanted(kind: Any) -> str:
    """What a value with this declaration should be, in words that follow "should be"."""
    marks = getattr(kind, "__metadata__", ())
    for mark in marks:
        if isinstance(mark, Wanted):
            return mark.words
    bare = _bare(kind)
    if bare is not kind and not marks:  # it may be None
        return _wanted(next(each for each in get_args(kind) if each is not NoneType))
    if is_dataclass(bare):
        required = [each.name for each in fields(bare) if each.init and each.default is MISSING]
        return f"a table with the keys {', '.join(required)}"
    if get_origin(bare) is Literal:
        return one_of(get_args(bare))
    each = _wanted(get_args(bare)[0])
    return f"a list of at least 1, each of them {each}" if AT_LEAST_ONE in marks else f"a list, each {each}"


def _unknown(unknown: str, known: list[str], table: str) -> str:
    near = difflib.get_close_matches(unknown, known, n=1)
    meant = f'did you mean "{near[0]}"?' if near else f"its keys are {', '.join(known)}"
    return f"is not a key of {'an' if table[0] in 'aeiou' else 'a'} {table}; {meant}"


def _shown(place: Place) -> str:
    """A place as people write it, such as `documents[3].parts[0].needed`; unusual keys are quoted."""
    shown = ""
    for step in place:
        if isinstance(step, int):
            shown += f"[{step}]"
        else:
            word = step if re.fullmatch(r"[\w-]{1,80}", step, re.ASCII) else json.dumps(step[:80])
            shown += f".{word}" if shown else word
    return shown


def in_words(value: Any) -> str:
    """A value from a file, short and on one line, to say what was found instead of what should be there."""
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
