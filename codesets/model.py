"""A code set: its codes, its groups, and the words that stand for them. Read from `codesets/data/`."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"
WORDS = "words"


@dataclass(frozen=True, slots=True)
class Meaning:
    """Concepts that together stand for a value: all of `needed`, and any of `may`. Written `white? british` in the
    data.
    """

    needed: frozenset[str]
    may: frozenset[str]

    def fits(self, said: frozenset[str]) -> bool:
        """Whether the concepts said are exactly these."""
        return self.needed <= said <= self.may


@dataclass(frozen=True, slots=True)
class CodeGroup:
    """A group of codes. `means` is empty if no words stand for the group itself."""

    key: str
    label: str
    means: tuple[Meaning, ...]


@dataclass(frozen=True, slots=True)
class Code:
    """A national code with its label.

    `group` is the key of its group, "" for none. `also` holds other labels, and `finer` the codes of a longer list that
    belong to this one. `accepts` are concepts that may stand beside the code without naming it. `is_word` is true if
    the code is an English word, which is read as a code only in certain places.
    """

    code: str
    label: str
    group: str
    also: tuple[str, ...]
    finer: tuple[str, ...]
    means: tuple[Meaning, ...]
    accepts: frozenset[str]
    is_word: bool


@dataclass(frozen=True, slots=True)
class CodeSet:
    """A national code set. `several` is true if a cell may hold more than one value.

    `editions` is true if it holds codes of several editions, so that two codes of a group can mean the same. `suffixes`
    are what case systems write after a code.
    """

    key: str
    title: str
    source: str
    several: bool
    groups: tuple[CodeGroup, ...]
    codes: tuple[Code, ...]
    concepts: Mapping[str, tuple[str, ...]]
    spellings: Mapping[str, tuple[str, ...]]
    filler: tuple[str, ...]
    suffixes: tuple[str, ...]
    editions: bool


@cache
def code_set(key: str) -> CodeSet:
    """The code set with this key, such as "ethnicity". Raises KeyError if there is none."""
    if key not in code_sets():
        raise KeyError(key)
    return _set(_read(key))


@cache
def code_sets() -> tuple[str, ...]:
    """The keys of all code sets, in alphabetical order."""
    return tuple(sorted(path.stem for path in DATA.glob("*.toml") if path.stem != WORDS))


@cache
def general_words() -> Mapping[str, tuple[str, ...]]:
    """The words used in every set: of doubt, of negation, and those without meaning."""
    return {key: tuple(each) for key, each in _read(WORDS).items()}


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((DATA / f"{name}.toml").read_text(encoding="utf-8"))


def _set(data: dict[str, Any]) -> CodeSet:
    concepts = {key: tuple(phrases) for key, phrases in data.get("concepts", {}).items()}
    return CodeSet(
        key=data["key"],
        title=data["title"],
        source=data["source"],
        several=data.get("several", False),
        groups=tuple(
            CodeGroup(each["key"], each["label"], tuple(_meanings(each, concepts))) for each in data.get("groups", ())
        ),
        codes=tuple(_code(each, concepts) for each in data["codes"]),
        concepts=concepts,
        spellings={word: tuple(others) for word, others in data.get("spellings", {}).items()},
        filler=tuple(data.get("filler", ())),
        suffixes=tuple(data.get("suffixes", ())),
        editions=data.get("editions", False),
    )


def _code(data: dict[str, Any], concepts: Mapping[str, Any]) -> Code:
    return Code(
        code=data["code"],
        label=data["label"],
        group=data.get("group", ""),
        also=tuple(data.get("also", ())),
        finer=tuple(data.get("finer", ())),
        means=tuple(_meanings(data, concepts)),
        accepts=frozenset(data.get("accepts", ())),
        is_word=data.get("is_word", False),
    )


def _meanings(data: dict[str, Any], concepts: Mapping[str, Any]) -> Iterator[Meaning]:
    for written in data.get("means", ()):
        said = [(word.rstrip("?"), word.endswith("?")) for word in written.split()]
        unknown = [concept for concept, _ in said if concept not in concepts]
        if unknown:
            raise ValueError(f"{data.get('code') or data['key']}: no concept is called {', '.join(unknown)}")
        yield Meaning(frozenset(each for each, may in said if not may), frozenset(each for each, _ in said))
