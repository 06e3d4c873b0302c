"""Pages of inspections: what they show, what they do once, what they refuse and in which words."""

from __future__ import annotations

import re
from datetime import date
from html import unescape

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.actions import give_post
from accounts.models import Event, Holding, Invitation, Post, Role
from inspections.actions import open_inspection, withdraw
from inspections.models import ClosureDay, Inspection, OwnersImport
from inspections.snapshot import owners_of
from tests.factories.people import at, make_council, make_inspection, make_ownership, make_person, make_post
from tests.spreadsheets.sheets import SHEET_PATH, csv_of, damaged, xlsx_of

pytestmark = pytest.mark.django_db

NOW = at("2011-05-20 10:00")
CALL = date(2011, 4, 18)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def council():
    return make_council()


@pytest.fixture
def coordinator(council):
    return make_person(council, Role.COORDINATOR, Role.DCS_OFFICE, Role.ADMINISTRATOR, name="Cora Coordinator")


@pytest.fixture
def client(coordinator) -> Client:
    return signed_in(coordinator)


@pytest.fixture
def inspection(council):
    return make_inspection(council, title="Spring inspection")


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def text_of(response) -> str:
    """What a page says on the screen in its main part, with single spaces."""
    main = response.content.decode().partition("<main")[2].partition(">")[2].partition("</main>")[0]
    main = re.sub(r'<p class="house-paper" hidden>.*?</p>', " ", main)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def rows_of_table(response) -> list[str]:
    """The rows of the tables of a page, in words."""
    bodies = re.findall(r"<tbody.*?</tbody>", response.content.decode(), re.DOTALL)
    rows = re.findall(r"<tr.*?</tr>", " ".join(bodies), re.DOTALL)
    return [" ".join(unescape(re.sub(r"<[^>]+>", " ", row)).split()) for row in rows]


def page(name: str, *args) -> str:
    return reverse(f"inspections:{name}", args=args)


def day_of(name: str, day: date) -> dict[str, str]:
    return {f"{name}_day": str(day.day), f"{name}_month": str(day.month), f"{name}_year": str(day.year)}


# The list


def test_list_says_what_belongs_there_while_it_is_empty(client, council) -> None:
    assert text_of(client.get(page("list", council.slug))).startswith(
        f"{council.name} Inspections No inspection is open An inspection is opened long before the call comes"
    )


def test_list_shows_where_each_inspection_is(client, council, inspection) -> None:
    make_inspection(council, title="Rehearsal", kind="rehearsal", notified=CALL)
    gone = make_inspection(council, title="Gone")
    withdraw(inspection=gone, reason="Deferred to autumn", by=None, now=NOW)
    make_inspection(make_council(), title="Of another council")
    response = client.get(page("list", council.slug))
    assert rows_of_table(response) == [
        "Rehearsal Rehearsal Joint inspection of safeguarding and looked after children Report, day 21 of 40 "
        "Monday 18 April 2011",
        "Spring inspection Inspection Joint inspection of safeguarding and looked after children In preparation "
        "Not yet",
    ]
    assert "Gone , withdrawn on 20 May 2011 at 10am: Deferred to autumn" in text_of(response)
    assert "Of another council" not in response.content.decode()


# The notification


def test_notification_form_begins_with_today(client, inspection) -> None:
    html = client.get(page("notification", inspection.slug)).content.decode()
    values = [re.search(rf'name="notified_on_{part}"[^>]*value="(\d+)"', html)[1] for part in ("day", "month", "year")]
    assert values == ["20", "5", "2011"]


def test_notification_shows_the_dates_first_and_changes_nothing(client, inspection) -> None:
    response = client.post(page("notification", inspection.slug), day_of("notified_on", CALL))
    assert response.status_code == 200
    said = text_of(response)
    assert "Day 1 would be Monday 18 April 2011" in said
    assert "Today would be day 21 of 40. 10 of the council’s deadlines would have passed already." in said
    rows = rows_of_table(response)
    assert len(rows) == len(inspection.framework.steps)
    assert rows[-1].endswith("40 Friday 17 June 2011")
    assert (Inspection.objects.get().notified_on, Event.objects.count()) == (None, 0)


def test_notification_confirmed_is_recorded_once(client, coordinator, inspection) -> None:
    form = {**day_of("notified_on", CALL), "confirmed": "2011-04-18"}
    first = client.post(page("notification", inspection.slug), form)
    assert first.url == reverse("timetable:countdown", args=[inspection.slug])
    second = client.post(page("notification", inspection.slug), form)
    assert second.url == first.url
    stored = Inspection.objects.get()
    assert (stored.notified_on, stored.notification_recorded_by, stored.version) == (CALL, coordinator, 2)
    assert [event.verb for event in Event.objects.all()] == ["notification recorded"]


def test_notification_confirmed_when_another_day_is_recorded_is_refused(client, council) -> None:
    inspection = make_inspection(council, notified=CALL)
    form = {**day_of("notified_on", date(2011, 4, 19)), "confirmed": "2011-04-19"}
    response = client.post(page("notification", inspection.slug), form)
    assert response.status_code == 422
    assert "already recorded as Monday 18 April 2011" in text_of(response)
    assert Inspection.objects.get().notified_on == CALL


def test_notification_confirmed_for_another_day_shows_the_dates_again(client, inspection) -> None:
    form = {**day_of("notified_on", CALL), "confirmed": "2011-04-19"}
    assert "Day 1 would be Monday 18 April 2011" in text_of(client.post(page("notification", inspection.slug), form))
    assert Inspection.objects.get().notified_on is None


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        (day_of("notified_on", date(2011, 4, 23)), "Saturday 23 April 2011 is not a working day (Saturday). The next"),
        (day_of("notified_on", date(2011, 5, 23)), "Monday 23 May 2011 has not come yet."),
        ({}, "Enter day of the notification"),
        ({"notified_on_day": "31", "notified_on_month": "2", "notified_on_year": "2011"}, "must be a real date"),
        ({"notified_on_day": "1", "notified_on_month": "13", "notified_on_year": "2011"}, "there is no month “13”"),
        ({"notified_on_day": "1", "notified_on_month": "1", "notified_on_year": "11"}, "a year of 4 numbers"),
        ({"notified_on_day": "1", "notified_on_month": "1", "notified_on_year": "1066"}, "1990"),
    ],
)
def test_notification_refuses_beside_the_field(client, inspection, fields, said) -> None:
    response = client.post(page("notification", inspection.slug), fields)
    assert response.status_code == 422
    assert text_of(response).startswith("There is a problem")
    assert said in text_of(response)
    assert "<title>Error: " in response.content.decode()
    assert Inspection.objects.get().notified_on is None


def test_correction_shows_dates_before_and_after_then_moves_them(client, council) -> None:
    inspection = make_inspection(council, notified=CALL)
    form = {**day_of("notified_on", date(2011, 4, 19)), "reason": "The letter is dated so"}
    checked = client.post(page("notification", inspection.slug), form)
    assert rows_of_table(checked)[-1].endswith("40 Friday 17 June 2011 Monday 20 June 2011")
    assert Inspection.objects.get().notified_on == CALL
    done = client.post(page("notification", inspection.slug), {**form, "confirmed": "2011-04-19"}, follow=False)
    assert done.status_code == 302
    assert Inspection.objects.get().notified_on == date(2011, 4, 19)
    assert Event.objects.get().detail["reason"] == "The letter is dated so"


def test_correction_without_a_reason_is_refused(client, council) -> None:
    inspection = make_inspection(council, notified=CALL)
    response = client.post(page("notification", inspection.slug), day_of("notified_on", date(2011, 4, 19)))
    assert response.status_code == 422
    assert "Say why the date is corrected" in text_of(response)


def test_withdrawing_and_reinstating(client, inspection) -> None:
    refused = client.post(page("withdraw", inspection.slug), {"reason": " "})
    assert (refused.status_code, "Say why the inspection is withdrawn" in text_of(refused)) == (422, True)
    for _ in range(2):
        done = client.post(page("withdraw", inspection.slug), {"reason": "Deferred"})
        assert done.url == page("notification", inspection.slug)
    assert "This inspection is withdrawn" in text_of(client.get(done.url))
    for _ in range(2):
        client.post(page("reinstate", inspection.slug))
    assert "Record the notification" in text_of(client.get(done.url))
    verbs = list(Event.objects.order_by("pk").values_list("verb", flat=True))
    assert verbs == ["inspection withdrawn", "withdrawal taken back"]


# Owners


@pytest.fixture
def planned(council):
    return open_inspection(
        council=council,
        title="Planned",
        framework_key="slac-2009",
        plan_key="oxfordshire",
        by=None,
        now=NOW,
    )


def test_owners_puts_those_to_be_confirmed_first_with_the_plans_words(client, council, planned) -> None:
    response = client.get(page("owners", planned.slug))
    assert "4 of 50 documents and groups have no owner yet." in text_of(response)
    rows = rows_of_table(response)
    unowned = [row for row in rows if "Owner tbc" in row]
    assert len(unowned) == 4
    assert all(" tbc " in row for row in unowned)
    looked_after = [row for row in rows if re.match(r"\d+\. ", row)][31:]
    assert ["Owner tbc" in row for row in looked_after[:4]] == [True, True, True, False]


def test_owners_by_post_puts_vacant_ones_first_and_says_what_each_owns(client, council, inspection) -> None:
    held = make_post(council, "Held post", make_person(council, Role.OWNER, name="Ann Example"))
    make_ownership(inspection, "document:1", held, make_post(council, "Vacant post"))
    make_ownership(inspection, "focus-group:safeguarding-6", held)
    response = client.get(page("owners", inspection.slug), {"by": "post"})
    document = inspection.framework.document("1").title
    group = inspection.framework.group("safeguarding-6").title
    assert rows_of_table(response) == [
        f"Vacant post Council Vacant Core document 1: {document}",
        f"Held post Council Ann Example Core document 1: {document} Safeguarding focus group 6: {group}",
    ]


def test_member_reads_owners_and_changes_none(council, planned) -> None:
    member = signed_in(make_person(council, Role.MEMBER))
    html = member.get(page("owners", planned.slug)).content.decode()
    assert (html.count(">Change<"), html.count("import")) == (0, 0)
    assert member.get(page("own-item", planned.slug, "document:1")).status_code == 404


def test_owner_is_named_on_screen_once(client, council, inspection) -> None:
    first, second = make_post(council, "First post"), make_post(council, "Second post")
    form = {"owner_1": second.pk, "owner_2": "", "owner_3": first.pk}
    for _ in range(2):
        done = client.post(page("own-item", inspection.slug, "document:1"), form)
        assert done.url == page("owners", inspection.slug)
    assert [owner.name for owner in owners_of(inspection)["document:1"]] == ["Second post", "First post"]
    assert Event.objects.filter(verb="owners changed").count() == 1
    shown = client.get(page("own-item", inspection.slug, "document:1")).content.decode()
    assert re.findall(r'value="(\d+)" selected', shown) == [str(second.pk), str(first.pk)]


def test_owner_named_twice_or_of_another_council_is_refused(client, council, inspection) -> None:
    post, foreign = make_post(council, "First post"), make_post(make_council(), "Foreign post")
    twice = client.post(page("own-item", inspection.slug, "document:1"), {"owner_1": post.pk, "owner_2": post.pk})
    assert (twice.status_code, "A post is named twice. Name each owner once." in text_of(twice)) == (422, True)
    other = client.post(page("own-item", inspection.slug, "document:1"), {"owner_1": foreign.pk})
    assert (other.status_code, "Choose a post from the list" in text_of(other)) == (422, True)
    assert "Foreign post" not in other.content.decode()
    assert owners_of(inspection) == {}


@pytest.mark.parametrize("item", ["document:99", "room:1", "nothing", "document:1:2"])
def test_item_that_the_framework_has_not_is_not_there(client, inspection, item) -> None:
    assert client.get(page("own-item", inspection.slug, item)).status_code == 404


# Owners from a spreadsheet


def uploaded(client, inspection, *rows, name="owners.csv"):
    content = csv_of(("Number", "Document", "Owner", "Name", "Email"), *rows)
    return client.post(page("import-owners", inspection.slug), {"file": SimpleUploadedFile(name, content)})


def seen_in(response) -> str:
    return re.search(r'name="seen" value="([0-9a-f]{64})"', response.content.decode())[1]


def test_spreadsheet_is_shown_as_a_difference_then_applied(client, council, inspection) -> None:
    post = make_post(council, "Chair of the board")
    sent = uploaded(client, inspection, ("1", "", "Chair of the board", "Ann Example", "ann@example.org"))
    stored = OwnersImport.objects.get()
    assert sent.url == page("check-owners", inspection.slug, stored.pk)
    shown = client.get(sent.url)
    title = inspection.framework.document("1").title
    assert rows_of_table(shown) == [
        "Chair of the board Vacant Ann Example (ann@example.org)",
        f"Core document 1: {title} Owner tbc Chair of the board",
    ]
    assert (owners_of(inspection), Holding.objects.count()) == ({}, 0)
    for _ in range(2):
        done = client.post(sent.url, {"seen": seen_in(shown)})
        assert done.url == page("owners", inspection.slug)
    assert [owner.holder_name for owner in owners_of(inspection)["document:1"]] == [None]
    assert Invitation.objects.get().posts.get() == post
    assert Event.objects.filter(verb="owners imported").count() == 1


def test_spreadsheet_with_an_unknown_post_asks_before_it_adds_it(client, inspection) -> None:
    sent = uploaded(client, inspection, ("1", "", "Zookeeper", "", ""))
    shown = client.get(sent.url)
    assert "Posts that are not known yet Zookeeper" in text_of(shown)
    refused = client.post(sent.url, {"seen": seen_in(shown)})
    assert refused.status_code == 422
    assert "Confirm that these posts are to be added, or correct the file: “Zookeeper”." in text_of(refused)
    assert Post.objects.count() == 0
    client.post(sent.url, {"seen": seen_in(refused), "add_posts": "on"})
    assert [owner.name for owner in owners_of(inspection)["document:1"]] == ["Zookeeper"]


def test_spreadsheet_with_faults_lists_them_and_offers_nothing_to_apply(client, inspection) -> None:
    sent = uploaded(client, inspection, ("99", "", "<script>alert(1)</script>", "", ""), ("2", "", "=1+1", "", ""))
    shown = client.get(sent.url)
    assert rows_of_table(shown) == [
        "Row 2 number 99 There is no such number: they run from 1 to 13.",
        "Row 3 owners =1+1 This begins like a formula. Write it without the first sign.",
    ]
    assert "<script>alert" not in shown.content.decode()
    assert 'name="seen"' not in shown.content.decode()


def test_spreadsheet_of_hostile_words_is_shown_as_words(client, inspection) -> None:
    shown = client.get(uploaded(client, inspection, ("1", "", "<script>alert(1)</script>", "", "")).url)
    assert "&lt;script&gt;alert(1)&lt;" in shown.content.decode()
    assert "<script>alert" not in shown.content.decode()


def test_spreadsheet_that_cannot_be_read_is_refused_beside_the_field(client, inspection) -> None:
    response = uploaded(client, inspection, name="owners.pdf")
    assert response.status_code == 422
    assert (
        "The file must be a CSV file (.csv), an Excel workbook (.xlsx or .xls) or an OpenDocument spreadsheet (.ods)."
    ) in text_of(response)
    nothing = client.post(page("import-owners", inspection.slug), {})
    assert (nothing.status_code, "Choose a spreadsheet" in text_of(nothing)) == (422, True)
    assert OwnersImport.objects.count() == 0


@pytest.mark.parametrize("how", ["deflate", "lzma", "crc"])
def test_workbook_with_a_damaged_member_is_refused_in_words(client, inspection, how) -> None:
    content = damaged(xlsx_of(Owners=[["Number", "Owner"], [1, "Lead"]]), SHEET_PATH, how)
    file = SimpleUploadedFile("owners.xlsx", content)
    response = client.post(page("import-owners", inspection.slug), {"file": file})
    assert response.status_code == 422
    assert "The workbook is damaged and cannot be read. Open it in Excel and save it again." in text_of(response)
    assert OwnersImport.objects.count() == 0


def test_spreadsheet_of_another_inspection_is_not_there(client, council, inspection) -> None:
    sent = uploaded(client, inspection, ("1", "", "Zookeeper", "", ""))
    other = make_inspection(council)
    pk = OwnersImport.objects.get().pk
    assert sent.status_code == 302
    assert client.get(page("check-owners", other.slug, pk)).status_code == 404


# Posts


def test_posts_puts_vacant_ones_first_with_what_each_owns(client, council, inspection) -> None:
    held = make_post(council, "A held post", make_person(council, Role.OWNER, name="Ann Example"))
    make_post(council, "B vacant post")
    make_ownership(inspection, "document:1", held)
    response = client.get(page("posts", council.slug))
    assert "1 of 2 posts is vacant." in text_of(response)
    title = inspection.framework.document("1").title
    assert rows_of_table(response) == [
        "B vacant post Council Vacant Nothing",
        f"A held post Council Ann Example since 1 April 2011 1 item Core document 1: {title}",
    ]
    assert len(rows_of_table(client.get(page("posts", council.slug), {"q": "ANN"}))) == 1
    assert "No post matches." in text_of(client.get(page("posts", council.slug), {"q": "zzz"}))


def test_posts_says_what_belongs_there_while_it_is_empty(client, council) -> None:
    assert "No posts yet Posts come with the local plan" in text_of(client.get(page("posts", council.slug)))


def test_vacant_post_is_given_at_once_and_once(client, council) -> None:
    post, person = make_post(council), make_person(council, Role.MEMBER, name="Ann Example")
    for _ in range(2):
        assert client.post(page("post", council.slug, post.pk), {"user": person.pk}).status_code == 302
    assert [holding.user for holding in Holding.objects.all()] == [person]
    assert Event.objects.filter(verb="post given").count() == 1


def test_held_post_says_who_would_leave_before_it_is_given(client, council, inspection) -> None:
    before, after = (make_person(council, Role.OWNER, name=name) for name in ("Bob Before", "Ann After"))
    post = make_post(council, "The post", before)
    make_ownership(inspection, "document:1", post)
    asked = client.post(page("post", council.slug, post.pk), {"user": after.pk})
    assert asked.status_code == 200
    assert "Bob Before would leave the post today, and Ann After would inherit all that it owes: 1 item" in text_of(
        asked
    )
    assert Holding.objects.current().get().user == before
    client.post(page("post", council.slug, post.pk), {"user": after.pk, "confirmed": after.pk})
    assert Holding.objects.current().get().user == after
    shown = text_of(client.get(page("post", council.slug, post.pk)))
    assert "Ann After, 20 May 2011 to today (given by Cora Coordinator)" in shown
    assert "Bob Before, 1 April 2011 to 20 May 2011" in shown


def test_post_given_to_nobody_or_to_a_stranger_is_refused(client, council) -> None:
    post, stranger = make_post(council), make_person(make_council(), Role.OWNER, name="Somebody Strange")
    for given in ({}, {"user": stranger.pk}, {"user": "x"}):
        response = client.post(page("post", council.slug, post.pk), given)
        assert (response.status_code, "Choose a person" in text_of(response)) == (422, True)
        assert "Somebody Strange" not in response.content.decode()
    assert Holding.objects.count() == 0


def test_post_is_made_vacant_after_a_question(client, council) -> None:
    post = make_post(council, "The post", make_person(council, Role.OWNER, name="Bob Before"))
    asked = text_of(client.get(page("vacate-post", council.slug, post.pk)))
    assert asked.startswith("Make The post vacant? Bob Before leaves the post today.")
    for _ in range(2):
        assert client.post(page("vacate-post", council.slug, post.pk)).status_code == 302
    assert Holding.objects.current().count() == 0
    assert Event.objects.filter(verb="post vacated").count() == 1
    assert client.get(page("vacate-post", council.slug, post.pk)).url == page("post", council.slug, post.pk)


def test_post_is_added_with_its_spellings_and_not_twice(client, council) -> None:
    form = {"name": "The post", "organisation": "Police", "aliases": "TP\n\n The  other name "}
    first, second = (client.post(page("add-post", council.slug), form) for _ in range(2))
    post = Post.objects.get()
    assert first.url == page("post", council.slug, post.pk)
    assert sorted(alias.name for alias in post.aliases.all()) == ["TP", "The other name"]
    assert (second.status_code, "“The post” is already the post The post (Police)." in text_of(second)) == (422, True)


def test_post_of_another_council_is_not_there(client, council) -> None:
    post = make_post(make_council())
    for name in ("post", "vacate-post"):
        assert client.get(page(name, council.slug, post.pk)).status_code == 404
        assert client.post(page(name, council.slug, post.pk)).status_code == 404


# Closure days


def closure(day: date, **changes) -> dict[str, str]:
    return {**day_of("date", day), "kind": "closure", "reason": "Flood", **changes}


def test_closure_that_moves_nothing_is_added_at_once_and_once(client, council) -> None:
    for _ in range(2):
        assert client.post(page("closures", council.slug), closure(date(2011, 12, 28))).status_code == 302
    assert [row.date for row in ClosureDay.objects.all()] == [date(2011, 12, 28)]
    response = client.get(page("closures", council.slug))
    assert rows_of_table(response) == ["Wednesday 28 December 2011 Council closed: Flood Remove 28 December 2011"]


def test_closure_that_moves_dates_shows_them_first(client, council) -> None:
    inspection = make_inspection(council, notified=CALL, title="Spring")
    asked = client.post(page("closures", council.slug), closure(date(2011, 6, 13)))
    assert asked.status_code == 200
    last = inspection.framework.steps[-1].title
    assert "Spring: 1 date would move" in text_of(asked)
    assert rows_of_table(asked) == [f"{last} Friday 17 June 2011 Monday 20 June 2011"]
    assert ClosureDay.objects.count() == 0
    done = client.post(page("closures", council.slug), closure(date(2011, 6, 13), confirmed="2011-06-13"), follow=True)
    assert "13 June 2011 does not count any more. Dates moved: 1 of Spring." in text_of(done)
    day = ClosureDay.objects.get()
    removing = client.get(page("remove-closure", council.slug, day.pk))
    assert rows_of_table(removing) == [f"{last} Monday 20 June 2011 Friday 17 June 2011"]
    for _ in range(2):
        assert client.post(page("remove-closure", council.slug, day.pk)).status_code == 302
    assert ClosureDay.objects.count() == 0
    assert Event.objects.filter(verb="closure day removed").count() == 1


@pytest.mark.parametrize(
    ("form", "said"),
    [
        (closure(date(2011, 4, 23)), "23 April 2011 does not count anyway: Saturday."),
        (closure(CALL), "was notified on 18 April 2011, so that day counts as day 1."),
        (closure(date(2011, 6, 13), reason=""), "Say why the day does not count"),
        (closure(date(2011, 6, 13), kind="picnic"), "Choose what it is"),
        ({"kind": "closure", "reason": "Flood"}, "Enter day"),
    ],
)
def test_closure_is_refused_beside_the_field(client, council, form, said) -> None:
    make_inspection(council, notified=CALL)
    response = client.post(page("closures", council.slug), form)
    assert (response.status_code, said in text_of(response)) == (422, True)
    assert ClosureDay.objects.count() == 0


def test_closure_of_another_council_is_not_there(client, council) -> None:
    other = make_council()
    day = ClosureDay.objects.create(council=other, date=date(2011, 6, 13), reason="Flood", added_at=NOW)
    assert client.get(page("remove-closure", council.slug, day.pk)).status_code == 404
    client.post(page("remove-closure", council.slug, day.pk))
    assert ClosureDay.objects.get() == day


# Activity


def test_activity_is_searched_by_person_thing_and_day(client, council, coordinator, inspection) -> None:
    ann = make_person(council, Role.OWNER, name="Ann Example")
    post = make_post(council, "The post")
    give_post(post=post, user=ann, by=coordinator, now=at("2011-05-01 00:30"))
    make_post(make_council(), "A post elsewhere")

    def found(**query) -> list[str]:
        return rows_of_table(client.get(page("activity", inspection.slug), query))

    given = "Post given: The post To: Ann Example Cora Coordinator 1 May 2011 at 12:30am"
    assert found() == [given, "Post added: The post Organisation: Council The software 1 April 2011 at 9am"]
    assert found(person="cora") == [given]
    assert len(found(person="the software")) == 1
    assert found(thing="post given") == [given]
    assert found(**day_of("day", date(2011, 5, 1))) == [given]
    assert found(**day_of("day", date(2011, 4, 30))) == []
    wrong = client.get(page("activity", inspection.slug), {"day_day": "31", "day_month": "2", "day_year": "2011"})
    assert (wrong.status_code, "must be a real date" in text_of(wrong)) == (422, True)


def test_activity_is_shown_page_by_page(client, council, inspection) -> None:
    for number in range(120):
        make_post(council, f"Post number {number:03}")
    pages = [rows_of_table(client.get(page("activity", inspection.slug), {"page": n})) for n in (1, 2, 3, "x", 99)]
    assert [len(rows) for rows in pages] == [50, 50, 20, 50, 20]
    assert pages[0][0].startswith("Post added: Post number 119")
    assert pages[2][-1].startswith("Post added: Post number 000")


# Query counts


def fill(council, inspection, coordinator, number: int) -> None:
    for n in range(number):
        person = make_person(council, Role.OWNER, name=f"Person {n}")
        post = make_post(council, f"Post {n}", person)
        make_ownership(inspection, f"document:{n % 13 + 1}", post)
        make_inspection(council, notified=CALL)
        ClosureDay.objects.create(council=council, date=date(2011, 9, 1 + n), reason="Flood", added_at=NOW)


@pytest.mark.parametrize("number", [1, 30])
@pytest.mark.parametrize(
    ("name", "of_council", "queries"),
    [
        ("list", True, 8),
        ("posts", True, 12),
        ("closures", True, 7),
        ("owners", False, 4),
        ("activity", False, 5),
        ("notification", False, 4),
    ],
)
def test_page_takes_the_same_queries_whatever_there_is(
    client, council, coordinator, inspection, name, of_council, queries, number, django_assert_num_queries
) -> None:
    fill(council, inspection, coordinator, number)
    address = page(name, council.slug if of_council else inspection.slug)
    client.get(address)
    with django_assert_num_queries(queries):
        client.get(address)
