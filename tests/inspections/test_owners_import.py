"""Owners from a spreadsheet: headings, items, posts and people recognised or named as faults; applied whole or not."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.actions import give_post
from accounts.invitations import join
from accounts.models import Event, Holding, Invitation, Post, Role, User
from inspections import owners_actions
from inspections.actions import open_inspection, set_owners
from inspections.models import Inspection, Ownership, OwnersImport
from inspections.owners_import import examine, rows_of
from inspections.owners_sheet import heading, number_in
from inspections.snapshot import owners_of
from outbox.models import Message
from refusals import Refused
from tests.factories.people import at, make_council, make_inspection, make_person, make_post
from tests.spreadsheets.sheets import csv_of, xlsx_of

NOW = at("2011-04-01 10:00")
HEADINGS = ("Kind", "Strand", "Number", "Title", "Owner", "Name", "Email", "Telephone")

SHEETS = Path(__file__).parents[1] / "spreadsheets" / "data"

pytestmark = pytest.mark.django_db


@pytest.fixture
def inspection():
    council = make_council()
    made = make_inspection(council)
    for name in ("Strategic Lead, Safeguarding", "Strategic Lead, Performance", "Chief Executive"):
        make_post(council, name)
    return made


def kept(inspection, content: bytes, name: str = "owners.csv", by=None):
    return owners_actions.keep_owners_file(inspection=inspection, file_name=name, content=content, by=by, now=NOW)


def examined(inspection, *rows, headings=HEADINGS):
    return examine(inspection, rows_of(kept(inspection, csv_of(headings, *rows))))


def faults(inspection, *rows, headings=HEADINGS) -> list[tuple[int, str, str]]:
    found = examined(inspection, *rows, headings=headings)
    return [(fault.row, fault.column, fault.message) for fault in found.faults]


def applied(inspection, *rows, headings=HEADINGS, add_posts=False, by=None):
    stored = kept(inspection, csv_of(headings, *rows), by=by)
    seen = examine(inspection, rows_of(stored)).digest
    return owners_actions.apply_owners_file(kept=stored, seen=seen, add_posts=add_posts, by=by, now=NOW)


def owned(inspection) -> dict[str, list[str]]:
    return {item: [owner.name for owner in owners] for item, owners in owners_of(inspection).items()}


LEAD = "Strategic Lead, Safeguarding"


# Headings


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("Owner", "owners"),
        ("OWNER(S)", "owners"),
        ("Owner ie the person responsible for co-ordinating and preparing colleagues", "owners"),
        ("Responsible officer:", "owners"),
        ("Job title", "owners"),
        ("E-mail address", "email"),
        ("e mail", "email"),
        ("Tel. No.", "telephone"),
        ("No.", "number"),
        ("Document No", "number"),
        ("Document", "title"),
        ("Focus group", "title"),
        ("Post-holder", "person"),
        ("Agency", "organisation"),
        ("Strand", "strand"),
        ("Type", "kind"),
        ("Ownership of risk", None),
        ("Colour", None),
        ("", None),
    ],
)
def test_heading_is_recognised(text, field) -> None:
    assert heading(text) == field


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", 12),
        ("12.", 12),
        ("No. 12", 12),
        ("Document 12", 12),
        ("#3", 3),
        ("(4)", 4),
        ("twelve", None),
        ("1-2", None),
    ],
)
def test_number_is_recognised(text, number) -> None:
    assert number_in(text) == number


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([("Name", "Email"), ("Ann", "ann@example.org")], "No row of headings was found."),
        ([("a", "b"), ("c", "d")], "No row of headings was found."),
        ([("Number", "Owner")], "Below the headings there is no row"),
        ([("Number", "Owner"), ("", ""), (" ", "\u00a0")], "Below the headings there is no row"),
        ([("Number", "Owner", "Post"), ("1", "a", "b")], "Row 1: “Owner” and “Post” both mean the owners."),
    ],
)
def test_file_that_is_no_list_of_owners_is_refused(inspection, rows, said) -> None:
    with pytest.raises(Refused) as refused:
        kept(inspection, csv_of(*rows))
    assert refused.value.field == "file"
    assert refused.value.message.startswith(said)
    assert OwnersImport.objects.count() == 0


@pytest.mark.parametrize("name", ["plain.xls", "plain.ods"])
def test_workbook_of_another_program_is_read_like_an_excel_one(inspection, name) -> None:
    stored = kept(inspection, (SHEETS / name).read_bytes(), name)
    assert [(row.sheet, row.row, row.cells) for row in rows_of(stored)] == [
        ("Documents", 2, {"number": "1", "owners": "Lead, Café"}),
        ("Documents", 4, {"number": "2", "owners": "Chief Executive"}),
    ]


# Items


@pytest.mark.parametrize(
    ("row", "item"),
    [
        (("Document", "", "1", "", LEAD), "document:1"),
        (("core documents", "", "No. 1", "", LEAD), "document:1"),
        (("", "", "", "Data relating to the Common Assessment Framework.", LEAD), "document:7"),
        (("", "", "", "7. Data relating to the common assessment framework", LEAD), "document:7"),
        (("", "", "", "document:7", LEAD), "document:7"),
        (("Focus group", "Safeguarding", "12", "", LEAD), "focus-group:safeguarding-12"),
        (("", "Looked after children", "2", "", LEAD), "focus-group:looked-after-2"),
        (("", "LAC", "2", "", LEAD), "focus-group:looked-after-2"),
        (("", "CLA", "2", "", LEAD), "focus-group:looked-after-2"),
        (("", "looked-after", "2", "", LEAD), "focus-group:looked-after-2"),
        (("Meeting", "children looked after", "", "Meetings with care leavers", LEAD), "focus-group:looked-after-3"),
        (("", "", "", "Meetings with care leavers", LEAD), "focus-group:looked-after-3"),
        (("Safeguarding focus group", "", "3", "", LEAD), "focus-group:safeguarding-3"),
        (("", "", "", "step:case-list", LEAD), "step:case-list"),
    ],
)
def test_item_is_recognised(inspection, row, item) -> None:
    found = examined(inspection, row)
    assert found.faults == []
    assert [(change.item, change.after) for change in found.owners] == [(item, (LEAD,))]


REPRESENTATIVES = "Representatives from the community and voluntary sectors"


@pytest.mark.parametrize(
    ("row", "column", "said"),
    [
        (("Document", "", "99", "", LEAD), "number", "There is no such number: they run from 1 to 13."),
        (("Document", "", "first", "", LEAD), "number", "This is not a number, such as 7."),
        (("Poem", "", "1", "", LEAD), "kind", "Say document, focus group or step."),
        (("", "Adult care", "1", "", LEAD), "strand", "Say Safeguarding or Looked after children."),
        (("Document", "", "", "", LEAD), "title", "Give the number or the title of a document or group."),
        (("", "", "3", "", LEAD), "kind", "Say which is meant: core document or focus group."),
        (("group", "", "3", "", LEAD), "strand", "Say which is meant: Safeguarding or Looked after children."),
        (("", "", "", REPRESENTATIVES, LEAD), "strand", "Say which is meant: Safeguarding or Looked after children."),
        (
            ("Document", "", "", "Data on the common assesment framework", LEAD),
            "title",
            "There is no such item. The nearest",
        ),
        (("Document", "", "", "Recipes", LEAD), "title", "The framework has no item of this title."),
        (
            ("Document", "", "1", "Data relating to the common assessment framework", LEAD),
            "title",
            "Number 1 is “Minutes of the last six Local Safeguarding Children Board meetings”, not what",
        ),
    ],
)
def test_item_that_is_not_certain_is_a_fault(inspection, row, column, said) -> None:
    ((number, at_column, message),) = faults(inspection, row)
    assert (number, at_column) == (2, column)
    assert message.startswith(said)


# Owners


@pytest.mark.parametrize("text", ["", "tbc", "TBC", "To be confirmed", "n/a", "-", "tba"])
def test_owner_to_be_confirmed_is_no_owner(inspection, text) -> None:
    set_owners(inspection=inspection, item="document:1", posts=[Post.objects.all()[0]], by=None, now=NOW)
    found = examined(inspection, ("Document", "", "1", "", text))
    assert [(change.after, found.faults, found.posts) for change in found.owners] == [((), [], [])]


@pytest.mark.parametrize(
    "text",
    [
        "Strategic Lead, Safeguarding / Chief Executive",
        "strategic lead,safeguarding/CHIEF  EXECUTIVE",
        "Strategic Lead, Safeguarding; Chief Executive",
        "Strategic Lead, Safeguarding\nChief Executive",
    ],
)
def test_several_owners_in_a_cell_are_parted(inspection, text) -> None:
    found = examined(inspection, ("Document", "", "1", "", text))
    assert [change.after for change in found.owners] == [(LEAD, "Chief Executive")]


def test_several_rows_of_one_item_are_its_owners_in_order(inspection) -> None:
    rows = [("Document", "", "1", "", name) for name in ("Chief Executive", LEAD, "Chief Executive")]
    assert [change.after for change in examined(inspection, *rows).owners] == [("Chief Executive", LEAD)]


def test_item_with_and_without_owner_contradicts_itself(inspection) -> None:
    found = faults(inspection, ("Document", "", "1", "", LEAD), ("Document", "", "1", "", "tbc"))
    assert [(row, column) for row, column, _ in found] == [(3, "owners")]


def test_post_with_a_stroke_in_its_name_is_one_post(inspection) -> None:
    make_post(inspection.council, "PCT / police manager")
    found = examined(inspection, ("Document", "", "1", "", "PCT / Police Manager"))
    assert [change.after for change in found.owners] == [("PCT / police manager",)]


def test_alias_is_the_post(inspection) -> None:
    Post.objects.get(name="Chief Executive").aliases.create(council=inspection.council, name="CEX")
    assert [change.after for change in examined(inspection, ("Document", "", "1", "", "cex")).owners] == [
        ("Chief Executive",)
    ]


def test_unknown_post_is_named_with_those_written_nearly_so(inspection) -> None:
    found = examined(
        inspection, ("Document", "", "1", "", "Strategic Lead, Safegarding"), ("Document", "", "2", "", "Zookeeper")
    )
    assert [(post.name, post.near) for post in found.posts] == [
        ("Strategic Lead, Safegarding", (LEAD,)),
        ("Zookeeper", ()),
    ]


def test_unknown_post_is_added_only_when_confirmed(inspection) -> None:
    row = ("Document", "", "1", "", "Zookeeper")
    with pytest.raises(Refused) as refused:
        applied(inspection, row)
    assert (refused.value.field, "“Zookeeper”" in refused.value.message) == ("add_posts", True)
    assert (Post.objects.filter(name="Zookeeper").count(), Ownership.objects.count()) == (0, 0)
    applied(inspection, row, add_posts=True)
    assert owned(inspection) == {"document:1": ["Zookeeper"]}
    assert Post.objects.get(name="Zookeeper").organisation == inspection.council.name


def test_organisation_of_a_new_post_is_that_of_its_row(inspection) -> None:
    headings = ("Number", "Document", "Owner", "Agency")
    applied(inspection, ("1", "", "Matron", "Hospital Trust"), headings=headings, add_posts=True)
    assert Post.objects.get(name="Matron").organisation == "Hospital Trust"


@pytest.mark.parametrize(
    ("owner", "said"),
    [
        ("=HYPERLINK(1)", "This begins like a formula."),
        ("+44 1632", "This begins like a formula."),
        ("@SUM(A1)", "This begins like a formula."),
        ("12345", "This has no letters in it"),
        ("x" * 201, "This is longer than 200 characters."),
        (f"{LEAD} / tbc", "Part of the owners is still to be confirmed."),
    ],
)
def test_owner_that_cannot_be_a_post_is_a_fault(inspection, owner, said) -> None:
    ((row, column, message),) = faults(inspection, ("Document", "", "1", "", owner))
    assert (row, column, message.startswith(said)) == (2, "owners", True)


# People


def person_row(
    owner: str = LEAD, name: str = "Ann Example", email: str = "Ann@Example.org", telephone: str = "01632 1"
):
    return ("Document", "", "1", "", owner, name, email, telephone)


def test_new_person_is_invited_and_gets_the_post_on_accepting(inspection) -> None:
    result = applied(inspection, person_row())
    invited = Invitation.objects.get()
    assert (invited.email, invited.full_name, invited.telephone, invited.roles) == (
        "ann@example.org",
        "Ann Example",
        "01632 1",
        ["owner"],
    )
    assert [post.name for post in invited.posts.all()] == [LEAD]
    assert (User.objects.count(), Holding.objects.count()) == (0, 0)
    assert [(person.email, person.name) for person in result.people] == [("ann@example.org", "Ann Example")]
    assert [message.to for message in Message.objects.all()] == ["ann@example.org"]


def test_holder_changes_and_the_history_stays(inspection) -> None:
    before = make_person(inspection.council, Role.OWNER, name="Bob Before")
    give_post(post=Post.objects.get(name=LEAD), user=before, by=None, now=NOW)
    result = applied(inspection, person_row())
    assert [(change.before, change.after) for change in result.holders] == [("Bob Before", "Ann Example")]
    history = Holding.objects.filter(post__name=LEAD).order_by("pk").values_list("user__full_name", "ended_on")
    assert list(history) == [("Bob Before", None)]
    join(invitation=Invitation.objects.get(), full_name="Ann Example", password="three words together", now=NOW)
    assert list(history.all()) == [("Bob Before", NOW.date()), ("Ann Example", None)]


def test_the_same_file_again_changes_nothing_while_the_person_has_not_accepted(inspection) -> None:
    before = make_person(inspection.council, Role.OWNER, name="Bob Before")
    give_post(post=Post.objects.get(name=LEAD), user=before, by=None, now=NOW)
    applied(inspection, person_row())
    assert examined(inspection, person_row()).changes_nothing


def test_person_known_by_name_alone_needs_no_address(inspection) -> None:
    make_person(inspection.council, Role.OWNER, name="Ann Example", email="ann@example.org")
    result = applied(inspection, person_row(email=""))
    assert [(change.post, change.email) for change in result.holders] == [(LEAD, "ann@example.org")]
    assert result.people == []


def test_person_of_another_council_is_not_shown_by_name(inspection) -> None:
    make_person(make_council(), Role.OWNER, name="Secret Name", email="ann@example.org")
    found = examined(inspection, person_row())
    assert [(person.name, person.email) for person in found.people] == [("Ann Example", "ann@example.org")]
    assert ["Secret Name" in str(part) for part in (found.people, found.holders)] == [False, False]


def test_people_are_matched_to_owners_one_by_one(inspection) -> None:
    owners, people = f"{LEAD} / Chief Executive", "Ann Example / Bob Example"
    result = applied(inspection, person_row(owners, people, "ann@example.org; bob@example.org", ""))
    assert [(change.post, change.email) for change in result.holders] == [
        (LEAD, "ann@example.org"),
        ("Chief Executive", "bob@example.org"),
    ]


@pytest.mark.parametrize(
    ("rows", "row", "column", "said"),
    [
        ([person_row(email="not an address")], 2, "email", "one owner and 3 people in one row."),
        ([person_row(email="not-an-address")], 2, "email", "This is not an email address"),
        ([person_row(email="")], 2, "email", "Ann Example needs an email address to sign in with."),
        ([person_row(name="")], 2, "person", "ann@example.org is nobody of the council yet"),
        ([person_row(name="=cmd()")], 2, "person", "This begins like a formula."),
        ([person_row(owner=f"{LEAD} / Chief Executive")], 2, "person", "2 owners and one person in one row."),
        ([person_row(owner="tbc")], 2, "person", "no owners and one person in one row."),
        (
            [person_row(), ("Document", "", "2", "", LEAD, "Bob Example", "bob@example.org")],
            3,
            "email",
            "The post is held by ann@example.org in another row.",
        ),
        (
            [person_row(), ("Document", "", "2", "", "Chief Executive", "Bob Example", "ann@example.org")],
            3,
            "person",
            "ann@example.org is Ann Example in another row.",
        ),
    ],
)
def test_person_that_is_not_certain_is_a_fault(inspection, rows, row, column, said) -> None:
    ((at_row, at_column, message),) = faults(inspection, *rows)
    assert (at_row, at_column) == (row, column)
    assert message.startswith(said)


def test_person_who_has_left_is_a_fault(inspection) -> None:
    gone = make_person(inspection.council, Role.OWNER, name="Ann Example", email="ann@example.org")
    User.objects.filter(pk=gone.pk).update(is_active=False)
    assert faults(inspection, person_row()) == [(2, "email", "Ann Example has left and cannot hold a post.")]


# The whole


def test_every_fault_is_listed_and_nothing_is_half_in(inspection) -> None:
    rows = [
        ("Document", "", "1", "", LEAD, "Ann Example", "ann@example.org"),
        ("Document", "", "99", "", "=1+1"),
        ("Poem", "", "1", "", LEAD, "Bob", "bob@"),
    ]
    stored = kept(inspection, csv_of(HEADINGS, *rows))
    found = examine(inspection, rows_of(stored))
    assert [(fault.row, fault.column) for fault in found.faults] == [
        (3, "number"),
        (3, "owners"),
        (4, "kind"),
        (4, "email"),
    ]
    with pytest.raises(Refused, match="The file has 4 faults"):
        owners_actions.apply_owners_file(kept=stored, seen=found.digest, add_posts=True, by=None, now=NOW)
    assert (Ownership.objects.count(), User.objects.count(), Holding.objects.count()) == (0, 0, 0)


def test_applying_twice_has_one_effect_and_the_same_file_again_changes_nothing(inspection) -> None:
    person = make_person(inspection.council, Role.COORDINATOR)
    stored = kept(inspection, csv_of(HEADINGS, person_row()), by=person)
    seen = examine(inspection, rows_of(stored)).digest
    arguments: dict[str, Any] = {"kept": stored, "seen": seen, "add_posts": False, "by": person, "now": NOW}
    assert owners_actions.apply_owners_file(**arguments) is not None
    version = Inspection.objects.get().version
    assert owners_actions.apply_owners_file(**arguments) is None
    assert Inspection.objects.get().version == version
    again = examined(inspection, person_row())
    assert (again.changes_nothing, again.unchanged) == (True, 1)
    stored.refresh_from_db()
    assert (stored.applied_at, stored.applied_by) == (NOW, person)
    event = Event.objects.get(verb="owners imported")
    assert {key: event.detail[key] for key in ("owners changed", "posts added", "people added", "holders changed")} == {
        "owners changed": 1,
        "posts added": 0,
        "people added": 1,
        "holders changed": 1,
    }


def test_file_sent_twice_is_kept_once_while_it_waits(inspection) -> None:
    content = csv_of(HEADINGS, person_row())
    assert kept(inspection, content) == kept(inspection, content, name="copy.csv")
    assert OwnersImport.objects.count() == 1


def test_applying_what_was_not_shown_is_refused(inspection) -> None:
    stored = kept(inspection, csv_of(HEADINGS, ("Document", "", "1", "", LEAD)))
    seen = examine(inspection, rows_of(stored)).digest
    other = Post.objects.get(name="Chief Executive")
    set_owners(inspection=inspection, item="document:1", posts=[other], by=None, now=NOW)
    with pytest.raises(Refused, match="have changed since this was shown"):
        owners_actions.apply_owners_file(
            kept=stored, seen=seen, add_posts=False, by=None, now=NOW + timedelta(minutes=1)
        )
    assert owned(inspection) == {"document:1": ["Chief Executive"]}


def test_what_the_file_does_not_mention_stays(inspection) -> None:
    posts = list(Post.objects.all()[:1])
    set_owners(inspection=inspection, item="document:2", posts=posts, by=None, now=NOW)
    applied(inspection, ("Document", "", "1", "", LEAD))
    assert sorted(owned(inspection)) == ["document:1", "document:2"]


def test_workbook_with_the_papers_own_tables_changes_nothing_in_the_papers_own_plan() -> None:
    council = make_council()
    made = open_inspection(
        council=council, title="The inspection", framework_key="slac-2009", plan_key="oxfordshire", by=None, now=NOW
    )
    plan, framework = made.plan, made.framework
    documents: list[list[object]] = [["", "Document", "Owner"]]
    documents += [[d.number, f"{d.title}.", plan.as_written(f"document:{d.key}")] for d in framework.documents]
    groups: list[list[object]] = [["Annex 2"]]
    for strand in framework.strands:
        groups += [[f"Focus Groups – {strand.title}"], ["", "Group", "Owner ie the person responsible for preparing"]]
        groups += [
            [g.number, g.title, plan.as_written(f"focus-group:{g.key}")] for g in framework.groups_of(strand.key)
        ]
    stored = kept(made, xlsx_of(Annex_1=documents, Annex_2=groups), name="annexes.xlsx")
    assert len(stored.rows) == 50
    found = examine(made, rows_of(stored))
    assert (found.faults, found.owners, found.posts, found.unchanged) == ([], [], [], 50)


def test_workbook_names_the_sheet_of_a_fault(inspection) -> None:
    content = xlsx_of(Documents=[["No", "Owner"], [99, LEAD]], Groups=[["Strand", "No", "Owner"], ["LAC", 99, LEAD]])
    found = examine(inspection, rows_of(kept(inspection, content, name="a.xlsx")))
    assert [(fault.sheet, fault.row) for fault in found.faults] == [("Documents", 2), ("Groups", 2)]


@pytest.mark.parametrize("number", [1, 30])
def test_examining_takes_six_queries(inspection, number, django_assert_num_queries) -> None:
    rows = [
        ("Document", "", str(n % 13 + 1), "", f"Post {n}", f"Person {n}", f"p{n}@example.org") for n in range(number)
    ]
    stored = kept(inspection, csv_of(HEADINGS, *rows))
    with django_assert_num_queries(6):
        examine(inspection, rows_of(stored))


CELLS = st.text(st.characters(codec="utf-8"), max_size=30)


@settings(max_examples=100)
@given(st.lists(st.tuples(*[CELLS] * len(HEADINGS)), min_size=1, max_size=5))
def test_any_cells_are_read_or_faults(inspection, rows) -> None:
    try:
        found = examined(inspection, *rows)
    except Refused:
        return
    assert all(fault.row >= 2 and fault.message for fault in found.faults)
