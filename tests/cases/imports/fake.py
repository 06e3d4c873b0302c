# ruff: noqa
import csv, io
from dataclasses import dataclass
from datetime import datetime
from typing import Any

KEYS = (
    "identifier",
    "referral-date",
    "date-of-birth",
    "gender",
    "ethnicity",
    "legal-status",
    "disability",
    "child-protection-plan",
    "previous-child-protection-plan",
    "child-in-need-plan",
)


@dataclass(frozen=True)
class SourceFile:
    name: str
    open: Any


@dataclass(frozen=True, slots=True)
class Record:
    list: str
    file: str
    sheet: str
    row: int
    identifier: str
    values: dict


@dataclass(frozen=True, slots=True)
class CaseFault:
    level: str
    kind: str
    file: str
    sheet: str
    row: int | None
    column: str
    place: int | None
    value: str
    message: str


@dataclass(frozen=True, slots=True)
class Column:
    file: str
    sheet: str
    heading: str
    field: str | None
    good: int
    empty: int
    bad: int
    samples: list


def fold_identifier(text):
    return text.strip().casefold()


def fold(text):
    return text.strip().casefold()


class Reading:
    def __init__(self, files, framework, *, on, today, list_key=None, source=None, headings=None):
        self.files, self.list_key, self.headings = files, list_key or "child-in-need", headings or {}
        self.rows, self.lists, self.columns, self.unmapped, self.faults = 0, {}, [], [], []

    def records(self):
        from tests.factories.cases import HEADINGS

        known = dict(zip(map(str.casefold, HEADINGS), KEYS))
        known |= self.headings
        for file in self.files:
            with file.open() as stream:
                table = csv.DictReader(io.TextIOWrapper(stream, newline=""))
                key = {h: known.get(h.casefold()) for h in table.fieldnames}
                self.columns += [Column(file.name, "", h, k, 0, 0, 0, ["x"]) for h, k in key.items()]
                if "identifier" not in key.values():
                    self.unmapped = [Column(file.name, "", h, k, 0, 0, 0, []) for h, k in key.items() if k is None]
                    return
                key_list = self.list_key
                self.lists.setdefault(key_list, 0)
                for number, cells in enumerate(table, start=2):
                    self.rows += 1
                    values = {key[h]: v for h, v in cells.items() if key[h] and v}
                    if values.get("gender") == "Sideways":
                        self.faults.append(
                            CaseFault("error", "code", file.name, "", number, "Gender", 4, "Sideways", "no")
                        )
                        continue
                    for k in ("referral-date", "date-of-birth"):
                        if k in values:
                            values[k] = datetime.strptime(values[k], "%d/%m/%Y").date().isoformat()
                    self.lists[key_list] += 1
                    yield Record(key_list, file.name, "", number, values.pop("identifier").strip(), values)

    def take_faults(self):
        found, self.faults = self.faults, []
        return found
