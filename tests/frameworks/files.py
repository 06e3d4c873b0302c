"""Framework and plan files for tests: the made-up ones as data, changed at a place and written as TOML again."""

import copy
import datetime as dt
import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent.parent / "data" / "frameworks"
TINY = FOLDER / "tiny-2030.toml"
TINYTOWN = FOLDER / "tinytown.toml"
ANNEX_A = FOLDER / "annex-a-2026.toml"
GONE = object()  # "leave this key out"


def data_of(path: Path) -> dict[str, Any]:
    """A fresh copy of a file's data."""
    return tomllib.loads(path.read_text(encoding="utf-8"))


def steps_of(place: str) -> list[str | int]:
    """The keys and positions that a place such as `documents[0].parts[1].key` goes through."""
    return [int(number) if number else key for key, number in re.findall(r"([\w-]+)|\[(\d+)\]", place)]


def at(data: Any, steps: list[str | int]) -> Any:
    """The value at the end of a way through the data."""
    for step in steps:
        data = data[step]
    return data


def changed(data: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """A copy of the data with other values at some places; a place one beyond a list's end adds to it."""
    data = copy.deepcopy(data)
    for place, value in changes.items():
        *way, last = steps_of(place)
        holder = at(data, way)
        if value is GONE:
            del holder[last]
        elif isinstance(holder, list) and last == len(holder):
            holder.append(value)
        else:
            holder[last] = value
    return data


def ways(data: Any, here: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The way to every value in the data, whole tables and lists included."""
    pairs = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for step, value in pairs:
        yield (*here, step)
        yield from ways(value, (*here, step))


def place_of(way: tuple[str | int, ...]) -> str:
    """A way as faults write it."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in way).removeprefix(".")


def toml(data: dict[str, Any]) -> str:
    """The data as a TOML file."""
    return "".join(f"{json.dumps(key)} = {_value(value)}\n" for key, value in data.items())


def _value(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return json.dumps(value)
        case dict():
            return "{" + ", ".join(f"{json.dumps(k)} = {_value(v)}" for k, v in value.items()) + "}"
        case list():
            return "[" + ", ".join(_value(each) for each in value) + "]"
        case dt.date() | dt.time():
            return value.isoformat()
    return str(value)
