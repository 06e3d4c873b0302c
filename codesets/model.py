"""A code set: its codes, its groups, and the words that say which of them is meant; read from `codesets/data/`."""

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
    """Concepts that say a value together: each of `needed`, and any of `may`. Written `white? british` in the data."""

    needed: frozenset[str]
    may: frozenset[str]

    def fits(self, said: frozenset[str]) -> bool:
        """Whether what is said is this and nothing besides."""
        return self.needed <= said <= self.may


@dataclass(frozen=True, slots=True)
class Group:
    """A coarse value of a set. `means` is empty where no words of its own say it."""

    key: str
    label: str
    means: tuple[Meaning, ...]


@dataclass(frozen=True, slots=True)
class Code:
    """A national code with its label.

    `group` is a key of the set's groups, "" for none; `also` has other labels of it, `finer` codes of a longer list
    that belong to it; `accepts` concepts that may stand beside the code without saying it; `is_word` says that the code
    is an English word, and read as a code only where it stands as one.
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
    """A national code set; `several` says that a cell may hold more than one of its values.

    `editions` says that its codes are those of several editions, so that two of one group can mean the same;
    `suffixes` what case systems write behind a code.
    """

    key: str
    title: str
    source: str
    several: bool
    groups: tuple[Group, ...]
    codes: tuple[Code, ...]
    concepts: Mapping[str, tuple[str, ...]]
    spellings: Mapping[str, tuple[str, ...]]
    filler: tuple[str, ...]
    suffixes: tuple[str, ...]
    editions: bool


@cache
def code_set(key: str) -> CodeSet:
    """The code set with this key, such as "ethnicity"; raises KeyError for a key that is no code set's."""
    if key not in code_sets():
        raise KeyError(key)
    return _set(_read(key))


@cache
def code_sets() -> tuple[str, ...]:
    """The keys of all code sets, in the order of the alphabet."""
    return tuple(sorted(path.stem for path in DATA.glob("*.toml") if path.stem != WORDS))


@cache
def general_words() -> Mapping[str, tuple[str, ...]]:
    """The words of every set: of doubt, of negation, and those that say nothing."""
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
            Group(each["key"], each["label"], tuple(_meanings(each, concepts))) for each in data.get("groups", ())
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
