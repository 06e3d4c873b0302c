"""Whose case it is: the allocated worker, as the source names them, compared with a person's name and address.

Spellings differ in case, punctuation, order ("Smith, Jane"), titles and middle names, some sources write an email
address, and some add a team or name several workers. Initials are no name: "J Smith" may be anybody, so a person whose
own case is written like that declares it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from accounts.models import User
from cases.models import Child

_TITLES = frozenset(
    (
        *("mr", "mrs", "ms", "miss", "mx", "dr", "doctor", "prof", "professor"),
        *("sir", "dame", "lord", "lady", "rev", "revd", "reverend", "cllr", "councillor"),
    )
)
_EMAIL = re.compile(r"[^\s<>()\[\],;:/|]+@[^\s<>()\[\],;:/|]+")
#: Between several workers. A comma is not one of them: "Smith, Jane" is one person.
_BETWEEN = re.compile(r"[;/|&+\n]|\band\b", re.IGNORECASE)
_WITHIN = re.compile(r"[.'’`´]")
_WORD = re.compile(r"[^\W_]+")
#: A single name is no evidence, unless it is the whole of both.
_ENOUGH = 2


def is_worker(child: Child, user: User) -> bool:
    """Whether the person is the child's allocated worker, so that they must not audit the case.

    False where the source names none. All words of one name must be in the other, at least two of them; a namesake is
    taken for the worker.
    """
    return any(_is_called(worker, user) for worker in _BETWEEN.split(child.worker))


def _is_called(worker: str, user: User) -> bool:
    emails = [each.casefold().strip(".") for each in _EMAIL.findall(worker)]
    if user.email and user.email.casefold() in emails:
        return True
    own = _words(user.full_name)
    written = [_EMAIL.sub(" ", worker), *(each.partition("@")[0] for each in emails)]
    return any(_same(_words(each), own) or _same_closed_up(each, user.full_name) for each in written)


def _same(one: list[str], other: list[str]) -> bool:
    shared = set(one) & set(other)
    if len(shared) < _ENOUGH:
        return bool(shared) and set(one) == set(other)
    return shared in (set(one), set(other))


def _same_closed_up(worker: str, name: str) -> bool:
    """Whether both are the same without any space: "O Brien" and "O'Brien", "Anne-Marie" and "Annemarie"."""
    own = "".join(_words(name))
    return bool(own) and own in {"".join(_words(each)) for each in _orders(worker)}


def _orders(worker: str) -> Iterator[str]:
    """The name as it is written and, if it has a comma, with what follows the comma first."""
    yield worker
    last, comma, first = worker.partition(",")
    if comma:
        yield f"{first} {last}"


def _words(name: str) -> list[str]:
    """The words of a name in small letters, without accents, titles and initials' stops."""
    plain = unicodedata.normalize("NFKD", _WITHIN.sub("", name))
    bare = "".join(each for each in plain if not unicodedata.combining(each))
    return [word for word in _WORD.findall(bare.casefold()) if word not in _TITLES]
