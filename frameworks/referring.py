"""Searching the sound part of a file: which keys there are, which are referred to, which occur twice."""

from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import Any

from frameworks.faults import Faults
from frameworks.reading import BAD

Row = Mapping[str, Any]


def rows(data: Row, key: str) -> list[Row]:
    """The tables of a list, empty if it is not sound."""
    found: list[Row] = data.get(key) or []
    return found


def known(data: Row, key: str, by: str = "key") -> list[str] | None:
    """The keys that the tables of a list have; None if they cannot all be known."""
    if key not in data or any(by not in row for row in rows(data, key)):
        return None
    return [row[by] for row in rows(data, key)]


def refer(value: Any, among: list[str] | None, place: str, what: str, faults: Faults) -> None:
    """Note a fault for a value that is not one of `among`."""
    if value is None or value is BAD or among is None or value in among:
        return
    there_are = ", ".join(f'"{each}"' for each in among[:40]) or "none"
    faults.add(place, f'is "{value}", but there is no such {what}; there are: {there_are}')


def refuse_twice(pairs: Iterable[tuple[str, Hashable]], what: str, faults: Faults) -> None:
    """Note a fault at every place whose value occurred at an earlier place; None is ignored."""
    first: dict[Hashable, str] = {}
    for place, value in pairs:
        if value is None or value is BAD:
            continue
        if value in first:
            shown = " ".join(str(part) for part in value) if isinstance(value, tuple) else str(value)
            faults.add(place, f"is {what} {shown}, as {first[value]} is already; each needs its own")
        else:
            first[value] = place


def places(data: Row, listed: str, key: str, at: str = "") -> Iterator[tuple[str, Any]]:
    """The value of one key in every table of a list, each with its place."""
    for index, row in enumerate(rows(data, listed)):
        yield f"{at}{listed}[{index}].{key}", row.get(key)


def together(data: Row, listed: str, *keys: str) -> Iterator[tuple[str, Any]]:
    """The values of several keys in every table of a list; None if one is missing. The place is the last key's."""
    for index, row in enumerate(rows(data, listed)):
        values = tuple(row.get(key) for key in keys)
        yield f"{listed}[{index}].{keys[-1]}", None if None in values else values
