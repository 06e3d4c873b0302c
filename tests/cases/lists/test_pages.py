"""The pages of the lists: what each says, to whom, in how many queries; nothing of a child is in an address."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from accounts.models import Role
from cases.models import Access, CaseImport
from tests.factories.case_lists import (
    IN_NEED,
    LOOKED_AFTER,
    PROTECTION,
    UNALLOCATED,
    child_of,
    import_lists,
    record,
    send,
)
from tests.factories.people import at, make_ownership, make_person, make_post
from tests.reading import heading, main, rows, sign_in, texts, title

pytestmark = [pytest.mark.django_db, pytest.mark.database]

STATE = "Each list with the day that it describes, who imported it, and what is still to do"
LATER = at("2011-04-19 10:00")


def address(name: str, inspection, *parts: object) -> str:
    return reverse(f"cases:{name}", args=[inspection.slug, *parts])


def many(number: int, **changed: str) -> dict[str, dict[str, str]]:
    return {f"C{place:04}": record(**changed) for place in range(number)}


# The first page


def test_first_page_says_that_nothing_is_imported(at_officer, inspection) -> None:
    page = at_officer.get(address("lists", inspection))
    assert heading(page) == "Case lists"
    assert title(page).startswith("Case lists: 0 of 4 ready")
    assert "No list has been imported yet." in main(page)
    assert "To be sent by 21 April 2011 at 5pm (day 4)." in main(page)
    assert {row[4] for row in rows(page, STATE)} == {"Not imported, nor stated to be empty."}


def test_first_page_has_counts_changes_and_who_imported_when(at_coordinator, inspection, officer) -> None:
    import_lists(inspection, {IN_NEED: many(3)}, on=date(2011, 3, 31), now=at("2011-04-18 12:00"), by=officer)
    import_lists(inspection, {IN_NEED: many(5), PROTECTION: {}}, on=date(2011, 4, 18), now=LATER, by=officer)
    page = at_coordinator.get(address("lists", inspection))
    need, protection, *others = rows(page, STATE)
    assert need[1:] == ["5", "18 April 2011", "Import 2 19 April 2011 at 10am, Casey Officer", "Nothing"]
    assert protection[1:] == ["0", "18 April 2011", "Import 2 19 April 2011 at 10am, Casey Officer", "Nothing"]
    assert [row[3] for row in others] == ["Never", "Never"]
    assert "5 Child in need 2 more than on 31 March 2011" in main(page)
    assert "Not imported yet: Looked after, Unallocated or awaiting transfer." in main(page)


def test_first_page_says_what_became_of_an_import_that_was_refused(at_officer, inspection) -> None:
    import_lists(inspection, {IN_NEED: many(1)})
    faults = [{"level": "error", "kind": "code", "count": 7}, {"level": "warning", "kind": "blank", "count": 90}]
    CaseImport.objects.create(
        inspection=inspection, number=2, state="refused", requested_at=LATER, free_at=LATER, fault_counts=faults
    )
    page = main(at_officer.get(address("lists", inspection)))
    assert "Import 2 was refused: it has 7 errors. The lists have not changed." in page


def test_first_page_says_when_the_lists_were_sent(at_coordinator, inspection) -> None:
    import_lists(inspection, {IN_NEED: many(1), PROTECTION: {}, LOOKED_AFTER: {}, UNALLOCATED: {}})
    assert "They can be sent." in main(at_coordinator.get(address("lists", inspection)))
    send(inspection, now=LATER)
    page = main(at_coordinator.get(address("lists", inspection)))
    assert "All lists were sent to the lead inspector on 19 April 2011 at 10am." in page
    assert "To be sent by" not in page


def test_first_page_is_open_to_whoever_owes_the_sending(inspection) -> None:
    person = make_person(inspection.council, Role.OWNER)
    client = sign_in(person)
    assert client.get(address("lists", inspection)).status_code == 404
    make_ownership(inspection, "step:case-list", make_post(inspection.council, holder=person))
    assert client.get(address("lists", inspection)).status_code == 200
    assert client.get(address("list", inspection, IN_NEED)).status_code == 404


# A list


def test_list_shows_each_child_with_the_words_of_its_codes(at_officer, inspection) -> None:
    import_lists(inspection, {IN_NEED: {"a-2": record(child_in_need_plan="yes"), "A-1": record(gender="")}})
    page = at_officer.get(address("list", inspection, IN_NEED))
    title_of_list = inspection.framework.case_list(IN_NEED).title
    first, second = rows(page, title_of_list)
    assert first[:5] == ["A-1", "15 Mar 2010", "2 Feb 2004", "", "White British"]
    assert second[:4] == ["a-2", "15 Mar 2010", "2 Feb 2004", "Female"]
    assert "Yes" in second
    assert "2 on the list." in main(page)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["A", "B", "C", "D"]),
        ("sort=-identifier", ["D", "C", "B", "A"]),
        ("sort=born", ["B", "A", "C", "D"]),
        ("sort=-born", ["C", "A", "B", "D"]),
        ("sort=referred", ["C", "A", "B", "D"]),
        ("sort=tea", ["A", "B", "C", "D"]),
        ("by-ethnicity=white", ["A", "B"]),
        ("by-ethnicity=-", ["D"]),
        ("by-ethnicity=tea", ["A", "B", "C", "D"]),
        ("by-gender=1&by-ethnicity=white", ["B"]),
        ("by-date-of-birth=5-to-9", ["A"]),
        ("by-date-of-birth=unborn", ["D"]),
        ("by-date-of-birth=-", []),
        ("by-child-protection-plan=yes", ["C"]),
        ("by-child-protection-plan=-", ["A", "B", "D"]),
        ("contradicted=on", ["C"]),
        ("page=tea", ["A", "B", "C", "D"]),
        ("page=7", ["A", "B", "C", "D"]),
    ],
)
def test_list_is_narrowed_and_sorted_by_its_address(at_officer, inspection, query, found) -> None:
    children = {
        "A": record(),
        "B": record(gender="1", ethnicity="group:white", date_of_birth="1998-01-01"),
        "C": record(
            ethnicity="BAFR", date_of_birth="2010-01-01", referral_date="2009-01-01", child_protection_plan="yes"
        ),
        "D": record(ethnicity="", date_of_birth="", unborn="yes", referral_date=""),
    }
    import_lists(inspection, {IN_NEED: children, PROTECTION: {}})
    page = at_officer.get(f"{address('list', inspection, IN_NEED)}?{query}")
    assert [row[0] for row in _rows(page, inspection)] == found


def _rows(page, inspection, case_list: str = IN_NEED) -> list[list[str]]:
    caption = inspection.framework.case_list(case_list).title
    return rows(page, caption) if caption in texts(page, "//caption") else []


@pytest.mark.parametrize("sort", ["identifier", "-identifier", "born", "-referred"])
def test_pages_have_every_child_once(at_officer, inspection, sort) -> None:
    children = {
        f"C{n:03}": record(date_of_birth=f"200{n % 5}-01-01", referral_date="" if n % 7 == 0 else "2010-01-01")
        for n in range(130)
    }
    import_lists(inspection, {IN_NEED: children})
    seen = [
        row[0]
        for number in (1, 2, 3)
        for row in _rows(
            at_officer.get(address("list", inspection, IN_NEED), {"sort": sort, "page": number}), inspection
        )
    ]
    assert sorted(seen) == sorted(children)
    if "identifier" in sort:
        assert seen == sorted(children, reverse=sort.startswith("-"))


def test_list_of_those_who_wait_says_how_long(at_officer, inspection) -> None:
    first = {"U1": record(), "U2": record(), "U3": record(waiting_since="2011-04-01")}
    import_lists(inspection, {UNALLOCATED: first}, on=date(2011, 3, 1), now=at("2011-03-02 09:00"))
    later = {"U1": record(gender="1"), "U3": record(waiting_since="2011-04-01"), "U4": record()}
    import_lists(inspection, {UNALLOCATED: later}, on=date(2011, 4, 12), now=LATER)
    page = at_officer.get(address("list", inspection, UNALLOCATED))
    assert {row[0]: row[1] for row in _rows(page, inspection, UNALLOCATED)} == {
        "U1": "42 days (on the list since 1 Mar 2011)",
        "U3": "11 days (since 1 Apr 2011)",
        "U4": "0 days (on the list since 12 Apr 2011)",
    }


def test_child_who_left_a_list_and_came_back_waits_anew(at_officer, inspection) -> None:
    for number, (names, day) in enumerate([("AB", 1), ("B", 8), ("AB", 15)]):
        import_lists(
            inspection,
            {UNALLOCATED: {name: record() for name in names}},
            on=date(2011, 3, day),
            now=at(f"2011-03-2{number} 09:00"),
        )
    page = at_officer.get(address("list", inspection, UNALLOCATED))
    assert [row[1] for row in _rows(page, inspection, UNALLOCATED)] == [
        "0 days (on the list since 15 Mar 2011)",
        "14 days (on the list since 1 Mar 2011)",
    ]


def test_list_that_nobody_imported_says_what_to_do(at_officer, inspection) -> None:
    assert "Nobody is on this list yet" in main(at_officer.get(address("list", inspection, IN_NEED)))


def test_list_whose_children_were_erased_keeps_its_number(at_officer, inspection) -> None:
    import_lists(inspection, {IN_NEED: many(3)})
    inspection.case_rows.all().delete()
    inspection.children.all().delete()
    page = main(at_officer.get(address("list", inspection, IN_NEED)))
    assert "3 on the list." in page
    assert "What was on this list has been erased" in page


# Downloads


def test_list_is_downloaded_as_it_is_narrowed_and_no_cell_is_a_formula(at_officer, inspection) -> None:
    other = '=HYPERLINK("http://example.org","x")'
    children = {"A": record(placement="group:other", placement_other=other), "=B": record(gender="1", placement="U4")}
    import_lists(inspection, {LOOKED_AFTER: children})
    response = at_officer.get(f"{address('export-list', inspection, LOOKED_AFTER, 'csv')}?by-gender=2")
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    assert "A," in text
    assert "'=HYPERLINK" in text
    assert "=B" not in text
    whole = b"".join(at_officer.get(address("export-list", inspection, LOOKED_AFTER, "csv")).streaming_content)
    assert b"\r\n'=B," in whole
    assert at_officer.get(address("export-list", inspection, LOOKED_AFTER, "xlsx")).content[:2] == b"PK"
    assert at_officer.get(address("export-list", inspection, LOOKED_AFTER, "pdf")).status_code == 404


def test_long_list_is_downloaded_as_csv_alone(at_officer, inspection, monkeypatch) -> None:
    monkeypatch.setattr("cases.views.children.MOST_IN_A_WORKBOOK", 3)
    import_lists(inspection, {IN_NEED: many(4)})
    page = at_officer.get(address("list", inspection, IN_NEED))
    assert "CSV (a workbook holds at most 3)" in main(page)
    assert at_officer.get(address("export-list", inspection, IN_NEED, "xlsx")).status_code == 404
    assert at_officer.get(address("export-list", inspection, IN_NEED, "csv")).status_code == 200


# Looking for a child


def test_child_is_found_by_identifier_without_its_being_in_an_address(at_officer, inspection) -> None:
    import_lists(inspection, {IN_NEED: {"AB-123": record(), "AB-124": record(), "XY-9": record()}})
    find = address("find", inspection)
    exact = at_officer.post(find, {"identifier": "  ab-123 "})
    assert exact.url == address("child", inspection, child_of(inspection, "AB-123").key)
    several = at_officer.post(find, {"identifier": "b-12"})
    assert heading(several) == "2 children found"
    assert [row[0] for row in rows(several, "Children whose identifier matches, and the lists that each is on")] == [
        "AB-123",
        "AB-124",
    ]
    only = at_officer.post(find, {"identifier": "xy"})
    assert only.url == address("child", inspection, child_of(inspection, "XY-9").key)


@pytest.mark.parametrize("typed", ["", "   ", "nobody", "A" * 200])
def test_what_finds_nobody_is_said_beside_the_field(at_officer, inspection, typed) -> None:
    import_lists(inspection, {IN_NEED: many(2)})
    answer = at_officer.post(address("find", inspection), {"identifier": typed})
    assert answer.status_code == 422
    assert texts(answer, "//*[contains(@class, 'govuk-error-message')]")


def test_child_of_another_inspection_is_not_found(at_officer, inspection) -> None:
    from tests.factories.people import make_inspection

    other = make_inspection(inspection.council)
    import_lists(other, {IN_NEED: {"Z9": record()}})
    assert at_officer.post(address("find", inspection), {"identifier": "Z9"}).status_code == 422
    assert at_officer.get(address("child", inspection, child_of(other, "Z9").key)).status_code == 404


# A child


def test_child_page_says_what_each_list_says_and_what_changed(at_officer, inspection, officer) -> None:
    import_lists(inspection, {IN_NEED: {"A1": record()}}, on=date(2011, 3, 1), now=at("2011-03-02 09:00"), by=officer)
    import_lists(
        inspection,
        {IN_NEED: {"A1": record(gender="")}, LOOKED_AFTER: {"A1": record(placement="U4")}},
        on=date(2011, 4, 1),
        now=LATER,
    )
    page = at_officer.get(address("child", inspection, child_of(inspection, "A1").key))
    assert heading(page) == "Child A1"
    assert "On 2 lists: Child in need, Looked after. Age 7." in main(page)
    facts = {row[0]: row[1:] for row in rows(page, "What each list says of the child")}
    assert facts["Gender"] == ["", "Female"]
    assert facts["Placement"][0] == ""
    assert "Gender: Female → blank" in main(page)
    assert [text.split(" As at")[0] for text in texts(page, "//ol/li[contains(., 'list “')]")] == [
        "Added to the list “Looked after”",
        "Changed on the list “Child in need”",
        "Added to the list “Child in need”",
    ]
    assert "A1" not in title(page)


def test_child_that_is_gone_is_shown_as_gone(at_officer, inspection) -> None:
    import_lists(inspection, {IN_NEED: {"A1": record()}}, now=at("2011-03-02 09:00"))
    import_lists(inspection, {IN_NEED: {}}, on=date(2011, 4, 1), now=LATER)
    page = main(at_officer.get(address("child", inspection, child_of(inspection, "A1").key)))
    assert "Not on any list since import 2, as at 1 April 2011." in page
    assert "Removed from the list “Child in need”" in page


# The log, and the number of queries


def test_every_reading_is_logged_and_says_nothing_of_the_child(at_officer, inspection, officer) -> None:
    import_lists(inspection, {IN_NEED: {"Smith-1": record(legal_status="C2")}, LOOKED_AFTER: {}})
    child = child_of(inspection, "Smith-1")
    for name, parts in (
        ("list", (IN_NEED,)),
        ("child", (child.key,)),
        ("contradictions", ()),
        ("export-list", (IN_NEED, "csv")),
    ):
        assert at_officer.get(address(name, inspection, *parts)).status_code == 200
    at_officer.post(address("find", inspection), {"identifier": "smith"})
    found = Access.objects.order_by("pk").values_list("what", "list", "child", "detail", "by", "was_refused")
    assert list(found) == [
        ("list", IN_NEED, "", "Page 1", officer.pk, False),
        ("child", "", child.key, "", officer.pk, False),
        ("list", "", "", "Contradictions, page 1", officer.pk, False),
        ("export", IN_NEED, "", "1 rows as CSV", officer.pk, False),
        ("search", "", "", "1 found", officer.pk, False),
    ]


def test_counts_are_no_reading_of_children(at_coordinator, inspection) -> None:
    import_lists(inspection, {IN_NEED: many(30)})
    at_coordinator.get(address("lists", inspection))
    at_coordinator.get(address("analysis", inspection, IN_NEED))
    assert not Access.objects.exists()


def test_pages_refuse_what_is_no_list(at_officer, inspection) -> None:
    for name in ("list", "analysis"):
        assert at_officer.get(address(name, inspection, "tea")).status_code == 404


@pytest.mark.parametrize("number", [1, 60])
@pytest.mark.parametrize(
    ("name", "queries"),
    [("lists", 5), ("analysis", 6), ("list", 8), ("child", 10), ("contradictions", 9)],
)
def test_pages_take_the_same_queries_for_many_as_for_one(
    officer, inspection, name, queries, number, django_assert_num_queries
) -> None:
    need = {f"C{n}": record(legal_status="C2") for n in range(number)}
    for day in range(1, 3):
        import_lists(inspection, {IN_NEED: need, LOOKED_AFTER: {}, UNALLOCATED: need}, on=date(2011, 4, day))
        need = {key: values | {"gender": "1"} for key, values in need.items()}
    key = {"list": UNALLOCATED, "analysis": IN_NEED, "child": child_of(inspection, "C0").key}.get(name)
    client = sign_in(officer)
    page = address(name, inspection, *([key] if key else []))
    client.get(page)
    with django_assert_num_queries(queries):
        assert client.get(page).status_code == 200
