"""Read the rows of a sheet: check each one and return a record for each list it is on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from cases.reading.cells import SAMPLES, ColumnReader, Days, OddCell, identifier_of, is_plain_identifier, shown
from cases.reading.fault_reporter import FaultReporter
from cases.reading.results import ERROR, WARNING, Record, fold_identifier
from cases.reading.row_comparison import Clash, RowComparison, RowPlace
from cases.reading.rules import NO, YES, Check, Finding, Values, row_checks
from cases.reading.sheet_reader import SheetReader
from cases.reading.undecided import UndecidedRow, UndecidedRows
from codesets import Recogniser
from frameworks import Framework
from spreadsheets.cells import EXCEL_ERRORS, Row, Value

_NAME = re.compile(r"[^\W\d_]{2,}(?:['’-][^\W\d_]+)*(?:,? [^\W\d_]+(?:['’-][^\W\d_]+)*){1,3}")
_NOTHING: frozenset[str] = frozenset()
Seen = tuple[ColumnReader, OddCell, Value]


class RowReader:
    """Reads the rows of all sheets of an import. `comparison` compares them with each other."""

    def __init__(
        self, framework: Framework, days: Days, recognisers: Mapping[str, Recogniser], faults: FaultReporter
    ) -> None:
        self._framework = framework
        self._on = days.on.isoformat()
        self._checks = row_checks(framework, days, recognisers)
        # For each combination of lists, the checks of its rows with their fields.
        self._checks_on: dict[frozenset[str], list[tuple[frozenset[str], Check]]] = {}
        self._faults = faults
        self._labels = {field.key: field.label for field in framework.case_fields}
        self.comparison = RowComparison(framework)
        self.undecided = UndecidedRows()
        self.sections: list[SheetReader] = []
        self.counts: dict[str, int] = {}
        leaver, end = framework.field_with("care-leaver"), framework.field_with("end-of-care")
        self._left = (end.key, leaver.puts_on) if leaver and end and leaver.puts_on else ("", None)
        self._order = [each.key for each in framework.case_lists]

    def read(self, section: SheetReader, row: Row) -> list[Record]:
        """The records of one row. Reports its faults."""
        section.rows += 1
        cells = row.cells
        if len(cells) < section.width:
            cells += ("",) * (section.width - len(cells))
        picked = section.pick(cells)
        values: Values = section.constants.copy()
        odd: list[Seen] = []
        blank: list[ColumnReader] = []
        for (reader, key, memo), cell in zip(section.plan, picked, strict=False):
            read = memo.get(cell)
            if read is None:
                read = reader(cell)
            if read.__class__ is not str:
                odd.append((reader, read, cell))  # type: ignore[arg-type]
            elif read:
                values[key] = read  # type: ignore[assignment]
            else:
                blank.append(reader)
        identifier = self._identifier(section, row, picked[-1])
        bad, errors = self._odd(section, row, values, odd) if odd else (_NOTHING, [])
        if section.ticks:
            bad = self._tick(section, row, values, bad)
        if section.expected and (section.expected in values or section.expected in bad):
            bad = self._expect(section, values, bad)
        return self._seen(section, row, values, bad, blank, errors, identifier)

    def _seen(
        self, section: SheetReader, row: Row, values: Values, bad: frozenset[str], blank: Sequence[ColumnReader],
        errors: Sequence[Seen], identifier: str,
    ) -> list[Record]:  # fmt: skip
        """The records of a row, once its cells have been read."""
        lists = section.fixed or self._lists(section, values)
        waits = section.derives
        if waits and section.worker and section.worker.field.key in values:
            waits = None
        if not lists and not waits:
            place = self._place_of_lists(section)
            value = shown(row.cells[place]) if place < len(row.cells) else ""
            self._on_no_list(section, row.number, value, bad)
        found = self._check(section, row, values, lists or frozenset(filter(None, [waits])), bad)
        self._blanks(section, row, lists, blank, found, errors)
        if not identifier:
            return []
        folded = fold_identifier(identifier)
        if waits:
            kept = UndecidedRow(section, row.number, identifier, folded, values.copy(), not lists)
            self.undecided.add(waits, kept)
        if not lists or not self._is_new(section, row, folded, lists, values, bad, found):
            return []
        if len(lists) == 1:
            (on,) = lists
            return [self.record(section, row.number, on, identifier, folded, values)]
        ordered = (on for on in self._order if on in lists)
        return [self.record(section, row.number, on, identifier, folded, values.copy()) for on in ordered]

    def record(self, section: SheetReader, row: int, on: str, identifier: str, folded: str, values: Values) -> Record:
        """A row as stored on a list. Takes from `values` what the list does not show."""
        self.counts[on] = self.counts.get(on, 0) + 1
        kept = section.kept[on]
        worker = values.get(section.worker_key, "") if section.worker_key else None
        for key in values.keys() - kept:
            del values[key]
        return Record(on, section.sheet.file, section.sheet.name, row, identifier, folded, values, worker)

    def derive(self, on: str, waiting: UndecidedRow) -> Iterator[Record]:
        """The record of a child who is on a list because a cell is empty."""
        section, values = waiting.section, waiting.values
        unallocated = self._framework.field_with("unallocated", on)
        if unallocated is not None:
            values.setdefault(unallocated.key, YES)
        at = RowPlace(section.sheet.index, waiting.row)
        for clash in self.comparison.tell(waiting.folded, frozenset([on]), at, values, _NOTHING, is_both=False):
            self.say_clash(clash)
        yield self.record(section, waiting.row, on, waiting.identifier, waiting.folded, values)

    def say_no_list(self, waiting: UndecidedRow) -> None:
        """Report a row that turned out to be on no list."""
        self._on_no_list(waiting.section, waiting.row, "", _NOTHING)

    # The identifier

    def _identifier(self, section: SheetReader, row: Row, cell: Value) -> str:
        """The identifier of a row, "" if it has no usable one."""
        if len(section.identifiers) >= SAMPLES and is_plain_identifier(cell):
            return cell  # type: ignore[return-value]
        place = section.identifier_place
        read = identifier_of(cell)
        if isinstance(read, OddCell):
            section.bad_identifiers += 1
            self._faults.of_column(section, ERROR, read.kind, row.number, place, shown(cell), read.message)
            return ""
        if not read:
            section.missing += 1
            message = "The identifier is missing. Every row needs one."
            value = cell if isinstance(cell, str) else ""
            self._faults.of_column(section, ERROR, "identifier-missing", row.number, place, value, message)
            return ""
        if len(section.identifiers) < SAMPLES:
            section.identifiers.append(read)
        if not read.isdigit() and _NAME.fullmatch(read):
            section.named += 1
            section.named_row = section.named_row or row
        return read

    def _is_new(
        self, section: SheetReader, row: Row, folded: str, lists: frozenset[str], values: Values, bad: frozenset[str],
        found: Mapping[str, Finding],
    ) -> bool:  # fmt: skip
        """Whether the child is new on these lists. Reports disagreements with other rows."""
        at = RowPlace(section.sheet.index, row.number)
        if (first := self.comparison.first_place(folded, lists)) is not None:
            section.bad_identifiers += 1
            message = f"The identifier is in the list already, in {self._where(at, first)}. Each is in a list once."
            place = section.identifier_place
            value = shown(row.cells[place])
            self._faults.of_column(section, ERROR, "identifier-twice", row.number, place, value, message)
            return False
        is_both = any(each.is_both for each in found.values()) if found else False
        for clash in self.comparison.tell(folded, lists, at, values, bad.union(found) if found else bad, is_both):
            self.say_clash(clash, row)
        return True

    def say_clash(self, clash: Clash, row: Row | None = None) -> None:
        """Report a row that disagrees with another."""
        section = self.sections[clash.at.sheet]
        message = clash.message
        if clash.other is not None:
            message += f" See {self._where(clash.at, clash.other)}."
        if clash.field is None or (clash.kind and clash.field not in section.by_key):
            place = section.identifier_place
            value = shown(row.cells[place]) if row is not None else ""
            level, number = clash.level, clash.at.row
            self._faults.of_column(section, level, clash.kind, number, place, value, message)
        else:
            if clash.level == ERROR:
                section.by_key[clash.field].bad += 1
            label, value = self._labels[clash.field], self._value(section, row, clash.field) or clash.value
            self._faults.of_field(section, clash.level, clash.kind, clash.at.row, clash.field, label, value, message)

    def _where(self, here: RowPlace, there: RowPlace) -> str:
        """How to refer to one row from another."""
        at, of = self.sections[there.sheet].sheet, self.sections[here.sheet].sheet
        sheet = f" of sheet {at.name}" if at.name and (at.name, at.file) != (of.name, of.file) else ""
        return f"row {there.row}{sheet}{f' of {at.file}' if at.file != of.file else ''}"

    # Checks of a single row

    def _odd(
        self, section: SheetReader, row: Row, values: Values, odd: Sequence[Seen]
    ) -> tuple[frozenset[str], list[Seen]]:
        """Report faults of single cells. Returns the faulty fields, and the cells that count as empty with
        a warning.
        """
        bad: set[str] = set()
        blank: list[Seen] = []
        says: list[str] = []
        for reader, read, cell in odd:
            if read.says:
                says.append(read.says)
            if read.value:
                values[reader.field.key] = read.value
            if read.level == ERROR:
                reader.bad += 1
                bad.add(reader.field.key)
            elif read.level is not None and not read.value:
                blank.append((reader, read, cell))
                continue
            if read.level is not None:
                self._faults.of_column(
                    section, read.level, read.kind, row.number, reader.place, shown(cell), read.message
                )
        for key in says:
            values.setdefault(key, YES)
        return frozenset(bad), blank

    def _tick(self, section: SheetReader, row: Row, values: Values, bad: frozenset[str]) -> frozenset[str]:
        """Use ticked columns as the value of a field. A second tick is a fault."""
        for ticks in section.ticks:
            found = ticks.ticked(values)
            if len(found) == 1:
                values.setdefault(ticks.field, found[0][1])
            elif found:
                place = section.by_key[found[1][0]].place
                message = f"Two columns are ticked: “{section.by_key[found[0][0]].heading}” and this one. Tick one."
                value = shown(row.cells[place])
                self._faults.of_column(section, ERROR, "ticked-twice", row.number, place, value, message)
            if len(found) > 1 or not bad.isdisjoint(key for key, _ in ticks.stands_for):
                bad = bad | {ticks.field}
        return bad

    def _expect(self, section: SheetReader, values: Values, bad: frozenset[str]) -> frozenset[str]:
        """Use the expected date as the date of birth of an unborn child. Returns the faulty fields."""
        birth, unborn = self._framework.field_with("birth"), self._framework.field_with("unborn")
        if birth is None or birth.key in values or birth.key in bad:
            return bad
        if section.expected in bad:
            return bad | {birth.key}
        values[birth.key] = values[section.expected]
        if unborn is not None:
            values.setdefault(unborn.key, YES)
        return bad

    def _lists(self, section: SheetReader, values: Values) -> frozenset[str]:
        yes = 0
        for bit, key in section.flag_bits:
            if values.get(key) == YES:
                yes |= bit
        lists = section.lists_of_flags(yes)
        if section.alone:
            lists = lists.union(on for key, on in section.alone if key in values)
        if not lists and self._left[1]:
            end = values.get(self._left[0])
            if end is not None and end <= self._on and self._left[1] in section.held:
                lists = frozenset([self._left[1]])
        return lists

    def _place_of_lists(self, section: SheetReader) -> int:
        return section.by_key[section.flags[0][0]].place if section.flags else section.identifier_place

    def _on_no_list(self, section: SheetReader, row: int, value: str, bad: frozenset[str]) -> None:
        if bad.intersection(key for key, _ in section.flags):
            return  # the faulty cell would have said which list it is on
        message = "Nothing in the row says which list it is on. Write Yes in the column of a list."
        place = self._place_of_lists(section)
        self._faults.of_column(section, ERROR, "on-no-list", row, place, value, message)

    def _check(
        self, section: SheetReader, row: Row, values: Values, lists: frozenset[str], bad: frozenset[str]
    ) -> dict[str, Finding]:
        """What the framework's rules find, at most once for each field."""
        found: dict[str, Finding] = {}
        checks = self._checks_on.get(lists)
        if checks is None:
            made = [(each.fields, each.check) for each in self._checks if each.is_for(lists)]
            checks = self._checks_on[lists] = made
        for fields, check in checks:
            if bad and not bad.isdisjoint(fields):
                continue
            finding = check(values, lists, bad)
            if finding is None or finding.field in found:
                continue
            found[finding.field] = finding
            if finding.level == ERROR:
                bad = bad | {finding.field}
            self._say_finding(section, row, finding)
        for key, _ in section.against:
            if values.get(key) == NO and key not in found:
                message = "The row says no, and is in the list all the same."
                value = self._value(section, row, key)
                place = section.by_key[key].place
                self._faults.of_column(section, WARNING, "flag-says-no", row.number, place, value, message)
        return found

    def _say_finding(self, section: SheetReader, row: Row, finding: Finding) -> None:
        label = self._labels[finding.field]
        reader = section.by_key.get(finding.field) or section.tick_readers.get(finding.field)
        stands_in = section.expected if finding.field == section.birth and not finding.is_lack else ""
        if stands_in and self._value(section, row, stands_in) and not self._value(section, row, section.birth):
            finding, reader = replace(finding, field=stands_in), section.by_key[stands_in]
        if reader is None and finding.is_lack:
            # A missing column is one fault, not one for every row.
            if finding.field not in section.once:
                section.once.add(finding.field)
                section.missing_columns.append(finding.field)
                message = f"{finding.message} The file has no column for it."
                self._faults.of_sheet(section, finding.level, finding.kind, label, message)
            return
        if reader is not None and finding.level == ERROR:
            reader.bad += 1
        key = reader.field.key if reader is not None else finding.field
        value = self._value(section, row, key)
        self._faults.of_field(section, finding.level, finding.kind, row.number, key, label, value, finding.message)

    def _value(self, section: SheetReader, row: Row | None, key: str) -> str:
        reader = section.by_key.get(key)
        if row is None or reader is None or reader.place >= len(row.cells):
            return ""
        return shown(row.cells[reader.place])

    def _blanks(
        self, section: SheetReader, row: Row, lists: frozenset[str], blank: Sequence[ColumnReader],
        found: Mapping[str, Finding], errors: Sequence[Seen],
    ) -> None:  # fmt: skip
        """Count empty cells of fields that are asked for, and report Excel error values that were read as empty."""
        if not found and not errors:  # nearly every row
            for reader in blank:
                reader.empty += 1
                if reader.asked and not lists.isdisjoint(reader.asked):
                    reader.first_blank = reader.first_blank or row.number
                    reader.blank += 1
            return
        bad = {key for key, finding in found.items() if finding.level == ERROR}
        for reader, read, cell in errors:
            reader.empty += reader.field.key not in bad
            if reader.field.key not in found:
                assert read.level is not None
                value = cell if isinstance(cell, str) and cell.casefold() in EXCEL_ERRORS else shown(cell)
                self._faults.of_column(section, read.level, read.kind, row.number, reader.place, value, read.message)
        for reader in blank:
            reader.empty += reader.field.key not in bad
            if reader.asked and not lists.isdisjoint(reader.asked) and reader.field.key not in found:
                reader.first_blank = reader.first_blank or row.number
                reader.blank += 1
