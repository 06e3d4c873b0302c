"""The demonstration's case lists: plainly synthetic children, brought in twice by the import that people use."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from accounts.models import User
from cases.imports.immediate import import_immediately
from cases.value_labels import ValueLabels, value_labels_of
from files.receiving import Received, receive
from frameworks import CaseField, CaseList
from inspections.models import Inspection

#: How many are on the first list, what part of that is on each further one, how many are on two; always the same.
MOST, LESS, SHARED, SEED = 90, 0.6, 3, 2009
#: Days between the two imports, and how long ago the second one was.
APART, AGO = 14, 2
Row = dict[str, str]


def fill_lists(inspection: Inspection, *, by: User, now: datetime) -> None:
    """Two imports of every list of the framework; the second has some children fewer, some more, some changed.

    Some children are on two lists, and of a few of them the lists say different things.
    """
    words = value_labels_of(inspection.framework)
    begun = (now - timedelta(days=AGO + APART)).date()
    for number in (0, 1):
        at = now - timedelta(days=AGO + APART * (1 - number))
        made = [_file(case_list, _rows(words, place, number, begun), words) for place, case_list in _lists(words)]
        done = import_immediately(
            inspection=inspection,
            files=made,
            on=at.date(),
            list_key="",
            source="",
            allow_empty=False,
            by=by,
            now=at,
        )
        if not done.accepted:
            raise ValueError(f"The demonstration's case lists have errors: {done.errors[:3]}")


def _lists(words: ValueLabels) -> Iterable[tuple[int, CaseList]]:
    return enumerate(words.framework.case_lists)


def _rows(words: ValueLabels, place: int, number: int, on: date) -> list[Row]:
    """The children of the list in this place; each is made from its own number, and so the same in every import."""
    many = max(4, round(MOST * LESS**place))
    # The first of each list are on the next as well.
    shared = range((place - 1) * 100, (place - 1) * 100 + SHARED) if place else ()
    numbers = [*range(place * 100, place * 100 + many), *shared]
    found = [_row(words, words.framework.case_lists[place], each, on) for each in numbers]
    if number == 0:
        return found[: -max(SHARED, many // 15)]
    found[0] = found[0] | _otherwise(words, words.framework.case_lists[place])
    return [row for at, row in enumerate(found) if at % 20 != 7]


def _row(words: ValueLabels, case_list: CaseList, number: int, on: date) -> Row:
    chance = random.Random(f"{SEED} {number}")  # noqa: S311  # the same children every time
    born = date(on.year - chance.randint(0, 16), chance.randint(1, 12), chance.randint(1, 28))
    born = min(born, on - timedelta(days=20))
    referred = min(born + timedelta(days=chance.randint(0, 2500)), on - timedelta(days=chance.randint(5, 400)))
    dates = {
        "birth": born,
        "referral": max(born, referred),
        "waiting-since": on - timedelta(days=chance.randint(3, 60)),
    }
    row: Row = {}
    for field in words.framework.fields_of(case_list.key):
        if field.kind == "identifier":
            row[field.label] = f"DEMO-{number:04d}"
        elif str(field.role) in dates:
            row[field.label] = f"{dates[str(field.role)]:%d/%m/%Y}"
        elif field.key in words.coded:
            row[field.label] = _code(words, field, case_list, number)
        elif field.puts_on:
            row[field.label] = "Yes" if field.puts_on == case_list.key and field.role != "care-leaver" else "No"
    return row


def _code(words: ValueLabels, field: CaseField, case_list: CaseList, number: int) -> str:
    """A label of the field's code set; a placement only on a list that has placements of its own."""
    codes = words.coded[field.key].recogniser.code_set.codes
    if field not in words.counted_on(case_list.key) and field.role != "disability":
        return ""
    usable = [
        code for code in codes if _is_plain(words, field, code.code) and _fits(words, field, case_list, code.code)
    ]
    chance = random.Random(f"{SEED} {number} {field.key}")  # noqa: S311  # the same on every list of a child
    return chance.choice(usable[:1] * 3 + usable[:8]).label


def _is_plain(words: ValueLabels, field: CaseField, code: str) -> bool:
    """Whether a code needs no explanation in words."""
    categories = words.framework.categories_of(field)
    group = words.coded[field.key].group_of(code)
    return not categories or any(each.key == group and not each.needs_text for each in categories)


def _fits(words: ValueLabels, field: CaseField, case_list: CaseList, code: str) -> bool:
    """Whether no rule says that only children on other lists have this code."""
    return not any(
        rule.kind == "codes-only-on"
        and field.key in rule.fields
        and code in rule.codes
        and case_list.key not in rule.on
        for rule in words.framework.case_rules
    )


def _otherwise(words: ValueLabels, case_list: CaseList) -> Row:
    """What the second import says otherwise of the first child of a list: another gender."""
    field = words.framework.field_with("gender", case_list.key)
    return {field.label: words.coded[field.key].recogniser.code_set.codes[1].label} if field else {}


def _file(case_list: CaseList, rows: list[Row], words: ValueLabels) -> Received:
    headings = [field.label for field in words.framework.fields_of(case_list.key)]
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, headings, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return receive(io.BytesIO(out.getvalue().encode()), name=f"{case_list.short}.csv", content_type="text/csv")
