"""Whatever is sent to any address, in any field: never a server error, always an explanation.

Nothing is listed here: the addresses are those of the table, the fields those that a page asks for when it is sent
something, the valid values around the odd one are made from the fields. A seeded selection of it is run; `LONG=1` runs
all, before the notification of the inspection and after it.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, cast
from urllib.parse import urlencode

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import QueryDict
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils.datastructures import MultiValueDict

from govuk.forms import DateField, TimeField
from inspections.models import Inspection
from tests.access.rows import Row, World
from tests.table import ROWS, filled_world, signed_in, somebody

pytestmark = pytest.mark.database

LONG = bool(os.environ.get("LONG"))
SEED = 2011
# Of each row, where not everything is run.
SOME = 3

MEGABYTE = 1024 * 1024
ODD_TEXTS = {
    "empty": "",
    "NUL": "Name\x00of a post",
    "only NUL": "\x00",
    "control characters": "a\x01\x08\x0b\x1b[31m\x7f\x85b",
    "line breaks": "two\r\nlines\n\rand\u2028one",
    "a surrogate": "half \ud800 character",
    "no width": "\u200b\ufeff\u00ad\u202eabc\u2066",
    "emoji and accents": "👩‍👧 e\u0301\u0302 ẞ İ ﬀ",
    "a megabyte": "long " * (MEGABYTE // 5),
    "a huge number": "9" * 5000,
    "beyond 64 bits": str(2**63),
    "negative": "-1",
    "zero": "0",
    "exponent": "1e400",
    "not a number": "NaN",
    "other figures": "١٢٣",
    "superscript": "²",
    "first day": "0001-01-01",
    "last day": "9999-12-31",
    "31 February": "2011-02-31",
    "29 February": "2012-02-29",
    "beyond years": "10000-01-01",
    "markup": "<script>alert(1)</script>{{ 7|add:7 }}%s%(a)s",
    "SQL": "'; DROP TABLE accounts_user; --",
    "path": "../../../../etc/passwd",
    "JSON": '{"a": [1, null]}',
}
ODD_DATES = {
    "first day": ("1", "1", "0001"),
    "last day": ("31", "12", "9999"),
    "before all": ("0", "0", "0000"),
    "31 February": ("31", "2", "2011"),
    "29 February": ("29", "2", "2011"),
    "a leap day": ("29", "feb", "2012"),
    "other figures": ("١٨", "٤", "٢٠١١"),
    "huge": ("9" * 5000, "9" * 5000, "9" * 5000),
    "negative": ("-1", "-4", "-2011"),
    "NUL": ("1\x00", "4\x00", "2011\x00"),
    "long ago": ("3", "1", "1900"),
    "far ahead": ("3", "1", "9990"),
}
# Page numbers, filters and the like that a page may read without a form.
USUAL = ("page", "q", "sort", "by", "from", "day")
IN_WORDS = ("There is a problem", "govuk-error-message", "govuk-error-summary", "govuk-notification-banner")


@dataclass
class Found:
    """What a page asked for: names, and the fields of its forms with valid values for them."""

    names: dict[str, None] = field(default_factory=dict)
    valid: dict[str, Any] = field(default_factory=dict)
    dates: dict[str, None] = field(default_factory=dict)


@pytest.fixture(scope="module")
def filled(django_db_setup, django_db_blocker) -> Iterator[World]:
    with django_db_blocker.unblock(), filled_world() as made:
        yield made


@pytest.fixture(params=("before the call", "after it") if LONG else ("before the call",))
def world(request, filled, db) -> World:
    if request.param == "after it":
        Inspection.objects.filter(pk=filled.inspection.pk).update(
            notified_on=date(2011, 4, 18), notification_recorded_at=datetime.fromisoformat("2011-04-18T09:00+01:00")
        )
    return filled


@contextmanager
def _watched(found: Found) -> Iterator[None]:
    """Notes what is read from the query or the body of a request, and how the fields of the forms are filled in."""
    item, clean = MultiValueDict.__getitem__, forms.BaseForm.full_clean
    items: Any = getattr(MultiValueDict, "_getlist")  # noqa: B009  # what `getlist` and `get` of a list ask

    def note(self: MultiValueDict, key: object) -> None:
        if isinstance(self, QueryDict) and isinstance(key, str):
            found.names.setdefault(key)

    def getitem(self, key):
        note(self, key)
        return item(self, key)

    def getlist(self, key, *args, **kwargs):
        note(self, key)
        return items(self, key, *args, **kwargs)

    def contains(self, key):
        note(self, key)
        return dict.__contains__(self, key)

    def full_clean(self):
        if self.is_bound:
            for name, each in self.fields.items():
                _fill_in(found, self, name, each)
        clean(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(MultiValueDict, "__getitem__", getitem)
        patch.setattr(MultiValueDict, "_getlist", getlist)
        patch.setattr(QueryDict, "__contains__", contains, raising=False)
        patch.setattr(forms.BaseForm, "full_clean", full_clean)
        yield


def _fill_in(found: Found, form: forms.BaseForm, name: str, asked: forms.Field) -> None:
    key, initial = form.add_prefix(name), form.get_initial_for_field(asked, name)
    if isinstance(asked, DateField):
        day = initial if isinstance(initial, date) else date(2011, 4, 26)
        found.dates.setdefault(key)
        for part in ("day", "month", "year"):
            found.valid.setdefault(f"{key}_{part}", str(getattr(day, part)))
        return
    found.valid.setdefault(key, _valid(asked, initial))


def _valid(asked: forms.Field, initial: Any) -> Any:
    if isinstance(asked, forms.FileField):
        return SimpleUploadedFile("odd.csv", b"Document,Owner\n1,Chief Executive\n")
    if isinstance(asked, forms.ChoiceField):
        keys = [str(key) for group, name in cast(Any, asked.choices) for key in _keys(group, name) if key != ""]
        several = isinstance(asked, forms.MultipleChoiceField)
        chosen = initial if initial not in (None, "") and not several else (keys or [""])[0]
        return [chosen] if several else str(chosen)
    if isinstance(asked, TimeField):
        return "9:30am"
    if isinstance(initial, str | int) and not isinstance(initial, bool) and initial != "":
        return str(initial)
    kinds = {
        forms.BooleanField: "on",
        forms.EmailField: "odd@example.org",
        forms.UUIDField: "6f1c2b0e-59a1-4ad4-8b70-0d5ff6a1a7a1",
        forms.IntegerField: "1",
        forms.DateField: "2011-04-26",
    }
    return next((value for kind, value in kinds.items() if isinstance(asked, kind)), "Odd words")


def _keys(key: object, name: object) -> list[object]:
    return [each for each, _ in name] if isinstance(name, list | tuple) else [key]


def _ask(client: Client, row: Row, address: str, data: dict[str, Any]):
    """The answer, with what it did taken back; of a page that it leads to, the answer of that."""
    with transaction.atomic():
        if row.method == "GET":
            response = client.get(f"{address}?{urlencode(data, doseq=True, errors='surrogatepass')}")
        elif any(isinstance(value, SimpleUploadedFile) for value in data.values()):
            for value in data.values():
                if isinstance(value, SimpleUploadedFile):
                    value.seek(0)
            response = client.post(address, {key: _encodable(value) for key, value in data.items()})
        else:
            body = urlencode(data, doseq=True, errors="surrogatepass")
            response = client.post(address, body, content_type="application/x-www-form-urlencoded")
        _read(response)
        _check(response, address, data)
        to = response.headers.get("Location", "")
        if response.status_code == 302 and to.startswith("/"):
            after = client.get(to)
            _read(after)
            _check(after, f"{address} and then {to}", data)
        transaction.set_rollback(True)
    return response


def _read(response) -> None:
    if response.streaming:
        b"".join(response)


def _encodable(value: Any) -> Any:
    return value.encode(errors="replace").decode() if isinstance(value, str) else value


def _check(response, address: str, data: dict[str, Any]) -> None:
    said = {name: str(value)[:60] for name, value in data.items()}
    assert response.status_code < 500, (address, said)
    if response.status_code == 422:
        text = response.content.decode()
        assert any(words in text for words in IN_WORDS), (address, said)
    elif response.status_code >= 400:
        assert response.content, (address, said)


def _found(client: Client, row: Row, address: str, world: World) -> Found:
    """What the page asks for, and what more it asks for once that is given."""
    found = Found()
    found.valid.update(row.data(world))
    before = -1
    while len(found.names) + len(found.valid) > before:
        before = len(found.names) + len(found.valid)
        given = {name: found.valid.get(name, "1") for name in (*found.names, *found.valid)}
        with _watched(found):
            _ask(client, row, address, given or {"odd": "1"})
    return found


def _odd(row: Row, found: Found) -> Iterator[dict[str, Any]]:
    """The data of each request: all valid but one field, or one date; a field too few; a field too many."""
    valid = {name: found.valid[name] for name in found.valid}
    for name in [*dict.fromkeys((*found.names, *found.valid, *(USUAL if row.method == "GET" else ("unexpected",))))]:
        for value in ODD_TEXTS.values():
            yield {**valid, name: value}
        yield {**valid, name: ["one", "\x00", "9" * 30]}
        yield {key: value for key, value in valid.items() if key != name}
        if isinstance(valid.get(name), SimpleUploadedFile):
            for text in ("\x00\x01.csv", "n" * 5000 + ".csv", "٣ 👩‍👧.pdf", "../../odd.csv", "odd"):
                yield {**valid, name: SimpleUploadedFile(text, b"a,b\n1,2\n")}
    for name in found.dates:
        for parts in ODD_DATES.values():
            yield {
                **valid,
                **{f"{name}_{part}": text for part, text in zip(("day", "month", "year"), parts, strict=True)},
            }
    yield {}
    yield dict.fromkeys(valid, "\x00")


def _selection(row: Row, cases: list[Any], salt: str) -> list[Any]:
    if LONG or len(cases) <= SOME:
        return cases
    return random.Random(f"{SEED} {salt} {row}").sample(cases, SOME)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_odd_data_is_answered(world: World, row: Row) -> None:
    client, address = signed_in(somebody(world, row)), reverse(row.name, kwargs=row.kwargs(world))
    found = _found(client, row, address, world)
    for data in _selection(row, list(_odd(row, found)), "data"):
        _ask(client, row, address, data)


ODD_PARTS: dict[type, list[Any]] = {
    int: [0, 2**31, 2**63, 10**30, 9999, 13],
    date: [date(1, 1, 1), date(9999, 12, 31), date(2012, 2, 29)],
    str: ["x" * 3000, "0", "-", "1-2-3", "\x00", "a\x00b", "\n", "٣", "null", "..", "%", "👩‍👧"],
}


def _odd_addresses(row: Row, world: World) -> Iterator[str]:
    parts = row.kwargs(world)
    for name, value in parts.items():
        for odd in ODD_PARTS.get(type(value), []):
            try:
                yield reverse(row.name, kwargs={**parts, name: odd})
            except NoReverseMatch:
                # The address does not take it: such a page does not exist.
                continue
        address = reverse(row.name, kwargs=parts)
        for odd in (
            "9" * 5000,
            "-1",
            "%00",
            "a%00b",
            "%ED%A0%80",
            "%FF",
            "2011-02-31",
            "0001-01-01",
            "9999-12-31",
            "١٢",
        ):
            yield address.replace(f"/{value}", f"/{odd}", 1)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_odd_address_is_answered(world: World, row: Row) -> None:
    client = signed_in(somebody(world, row))
    for address in _selection(row, list(_odd_addresses(row, world)), "address"):
        _ask(client, row, address, row.data(world))
