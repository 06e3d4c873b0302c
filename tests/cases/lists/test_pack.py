"""What an evidence pack says of the case lists: totals, breakdowns with small numbers hidden, what was not supplied."""

from __future__ import annotations

import pytest

from cases.pack import contents
from evidencepack.front import matter
from evidencepack.material import material
from inspections.snapshot import snapshot_of
from tests.factories.case_lists import IN_NEED, PROTECTION, import_lists, record, send
from tests.factories.people import at

pytestmark = pytest.mark.django_db

NOW = at("2011-04-20 09:00")


def shown(inspection) -> list[dict]:
    return matter(material(snapshot_of(inspection, now=NOW)))["case_lists"]


def test_pack_has_the_total_of_each_list_and_none_of_what_was_not_supplied(inspection) -> None:
    import_lists(inspection, {IN_NEED: {f"A{n}": record() for n in range(12)}, PROTECTION: {}})
    found = [(row["number"], row["count"], row["on"]) for row in shown(inspection)]
    assert found == [(1, "12", "31 March 2011"), (2, "0", "31 March 2011"), (3, None, ""), (4, None, "")]


def test_pack_hides_small_numbers_from_whoever_opens_it(inspection) -> None:
    many = {f"A{n}": record() for n in range(12)} | {f"B{n}": record(ethnicity="BAFR") for n in range(3)}
    import_lists(inspection, {IN_NEED: many | {f"C{n}": record(ethnicity="AIND") for n in range(6)}})
    rows = {each["title"]: each["rows"] for each in shown(inspection)[0]["breakdowns"]}
    assert rows["Ethnicity"] == [
        ["White", "12"],
        ["Asian or Asian British", "Hidden"],
        ["Black or Black British", "Hidden"],
    ]
    assert rows["Gender"] == [["Female", "21"]]


def test_pack_says_whether_the_lists_were_sent(inspection) -> None:
    title = inspection.framework.step("case-list").title
    done = {row["title"]: row["done"] for row in matter(material(snapshot_of(inspection, now=NOW)))["steps"]}
    assert done[title] == "To do"
    send(inspection, now=NOW)
    done = {row["title"]: row["done"] for row in matter(material(snapshot_of(inspection, now=NOW)))["steps"]}
    assert done[title] == "Done"


@pytest.mark.parametrize("number", [1, 40])
def test_summary_takes_two_queries(inspection, number, django_assert_num_queries) -> None:
    import_lists(inspection, {IN_NEED: {f"A{n}": record() for n in range(number)}})
    snapshot = snapshot_of(inspection, now=NOW)
    with django_assert_num_queries(2):
        contents(snapshot)
