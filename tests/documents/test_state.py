"""The states of documents: tables of rules with the real framework, and the number of queries."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.evidence import actions
from documents.models import NilReturn
from documents.records import fingerprint
from documents.reviews import actions as reviewing
from documents.state import states
from inspections.models import Inspection
from inspections.snapshot import Snapshot, snapshot_of
from tests.factories.documents import make_version
from tests.factories.people import NOW, at, make_council, make_inspection, make_ownership, make_person, make_post

pytestmark = pytest.mark.django_db

SIX = (*(date(2010, month, 14) for month in (5, 7, 9, 11)), date(2011, 1, 14), date(2011, 3, 14))


@pytest.fixture
def inspection() -> Inspection:
    return make_inspection(make_council())


def snapshot(inspection: Inspection, now=NOW) -> Snapshot:
    return snapshot_of(inspection, now=now)


def state(inspection: Inspection, key: str, now=NOW):
    return states(snapshot(inspection, now))[key]


def approve(inspection: Inspection, key: str, now=NOW):
    return reviewing.approve(
        inspection=inspection, document=key, contents=state(inspection, key, now).contents, by=None, now=now
    )


def send_back(inspection: Inspection, key: str, reason: str = "The wrong board.", now=NOW):
    contents = state(inspection, key, now).contents
    return reviewing.return_document(
        inspection=inspection, document=key, contents=contents, reason=reason, by=None, now=now
    )


@pytest.mark.parametrize(
    "dates, word, missing",
    [
        ((), "missing", ("All six are missing.",)),
        (SIX[:1], "partial", ("Five of six are still missing.",)),
        (SIX[:5], "partial", ("One of six is still missing.",)),
        (SIX, "submitted", ()),
        ((*SIX[:5], SIX[4]), "partial", ("One of six is still missing: those of one day count as one.",)),
        ((*SIX, SIX[5]), "submitted", ()),
    ],
)
def test_states_of_six_dated_files_count_the_days_apart(inspection, dates, word, missing):
    for day in dates:
        make_version(inspection, as_at=day)
    found = state(inspection, "1")
    assert (found.state, found.missing) == (word, missing)


def test_states_of_the_latest_six_drop_the_oldest_when_a_later_one_is_there(inspection):
    for day in (*SIX, date(2011, 3, 28)):
        make_version(inspection, as_at=day)
    part = state(inspection, "1").part("minutes")
    assert [row.as_at for row in part.files] == [date(2011, 3, 28), *reversed(SIX[1:])]
    assert [row.as_at for row in part.dropped] == [SIX[0]]
    assert part.have == 6


@given(offsets=st.lists(st.integers(min_value=0, max_value=40), max_size=12))
def test_sorting_out_the_latest_never_loses_a_file_nor_counts_an_older_day(offsets):
    from documents.evidence.freshness import sort_out
    from documents.records import CurrentFile
    from inspections.models import library

    part = library().framework("slac-2009").document("1").part("minutes")
    rows = [
        CurrentFile(
            n, n, "1", "minutes", "f", False, 1, "f", "0" * 32, 1, "0", "application/pdf", "",
            date(2011, 1, 1) + timedelta(days=offset), "", NOW, None,
        )
        for n, offset in enumerate(offsets)
    ]  # fmt: skip
    counting, dropped = sort_out(part, rows)
    assert sorted(row.file for row in counting + dropped) == [row.file for row in rows]
    assert len({row.as_at for row in counting}) == min(6, len(set(offsets)))
    assert all(old.as_at < row.as_at for old in dropped for row in counting)


def test_states_of_several_parts_name_the_part_that_is_missing(inspection):
    make_version(inspection, "8", "workforce-data")
    found = state(inspection, "8")
    assert found.state == "partial"
    assert found.missing == ("Current pressures and priorities: nothing has been added yet.",)


def test_states_do_not_wait_for_what_is_optional(inspection):
    make_version(inspection, "3", "plan")
    make_version(inspection, "3", "review", as_at=date(2011, 2, 1))
    found = state(inspection, "3")
    assert (found.state, found.missing, found.part("updates").state) == ("submitted", (), "optional")


def test_states_of_only_what_is_optional_are_partial(inspection):
    make_version(inspection, "3", "updates")
    assert state(inspection, "3").state == "partial"


@pytest.mark.parametrize(
    "notified, as_at, is_stale",
    [
        (None, date(2009, 4, 1), False),
        (None, date(2009, 3, 31), True),
        (date(2011, 4, 18), date(2009, 4, 18), False),
        (date(2011, 4, 18), date(2009, 4, 17), True),
        (date(2012, 2, 29), date(2010, 2, 28), False),
        (date(2012, 2, 29), date(2010, 2, 27), True),
    ],
)
def test_states_go_stale_two_years_before_notification_or_today(notified, as_at, is_stale):
    inspection = make_inspection(make_council(), notified=notified)
    make_version(inspection, "9", "summaries", as_at=as_at)
    found = state(inspection, "9")
    assert (found.state, found.is_stale, found.is_ready) == ("submitted", is_stale, not is_stale)
    assert len(found.missing) == is_stale


def test_states_say_in_words_why_they_are_stale(inspection):
    make_version(inspection, "9", "summaries", as_at=date(2008, 3, 3))
    assert state(inspection, "9").missing == (
        "Out of date: the latest is of 3 March 2008, more than two years before today.",
    )


def test_states_are_fresh_with_one_file_in_the_window(inspection):
    make_version(inspection, "9", "summaries", as_at=date(2008, 3, 3))
    make_version(inspection, "9", "summaries", as_at=date(2010, 3, 3))
    found = state(inspection, "9")
    assert (found.is_stale, len(found.part("summaries").files)) == (False, 2)


def test_states_take_a_nil_return_for_a_part_until_it_is_withdrawn(inspection):
    nil = reviewing.state_nil_return(
        inspection=inspection, document="9", part="summaries", reason="None was held.", by=None, now=NOW
    )
    found = state(inspection, "9")
    assert (found.state, found.missing, found.part("summaries").state) == ("submitted", (), "nil return")
    assert reviewing.withdraw_nil_return(nil_return=nil, by=None, now=NOW) is True
    assert state(inspection, "9").state == "missing"


def test_a_new_version_after_approval_returns_the_document_to_submitted(inspection):
    version = make_version(inspection, "10", "reports")
    approve(inspection, "10")
    assert state(inspection, "10").state == "approved"
    make_version(inspection, file=version.file)
    assert state(inspection, "10").state == "submitted"


def test_taking_away_what_was_approved_undoes_the_approval_and_putting_it_back_gives_it_again(inspection):
    make_version(inspection, "10", "reports")
    second = make_version(inspection, "10", "reports")
    approve(inspection, "10")
    actions.remove_file(file=second.file, by=None, now=NOW)
    assert state(inspection, "10").state == "submitted"
    actions.put_back_file(file=second.file, by=None, now=NOW)
    assert state(inspection, "10").state == "approved"


def test_a_returned_document_stays_returned_until_something_in_it_changes(inspection):
    version = make_version(inspection, "10", "reports")
    send_back(inspection, "10")
    found = state(inspection, "10")
    assert (found.state, found.returned_reason, found.missing) == (
        "returned",
        "The wrong board.",
        ("Returned to be put right.",),
    )
    make_version(inspection, file=version.file)
    found = state(inspection, "10")
    assert (found.state, found.returned_reason) == ("submitted", "")


def test_a_partial_document_can_be_returned_and_says_both(inspection):
    make_version(inspection, "8", "workforce-data")
    send_back(inspection, "8")
    assert state(inspection, "8").missing == (
        "Returned to be put right.",
        "Current pressures and priorities: nothing has been added yet.",
    )


def test_a_document_is_sent_when_all_that_counts_was_sent(inspection):
    first, second = (make_version(inspection, "10", "reports") for _ in range(2))
    reviewing.record_sent(inspection=inspection, version_ids=[first.pk], by=None, now=at("2011-04-02 10:00"))
    assert state(inspection, "10").state == "submitted"
    reviewing.record_sent(inspection=inspection, version_ids=[second.pk], by=None, now=at("2011-04-03 10:00"))
    found = state(inspection, "10")
    assert (found.state, found.sent_at) == ("sent", at("2011-04-03 10:00"))


def test_a_version_that_counts_no_more_need_not_have_been_sent(inspection):
    versions = [make_version(inspection, as_at=day) for day in (*SIX, date(2011, 3, 28))]
    reviewing.record_sent(inspection=inspection, version_ids=[row.pk for row in versions[1:]], by=None, now=NOW)
    assert state(inspection, "1").state == "sent"


def test_a_partial_document_that_was_sent_is_still_partial(inspection):
    version = make_version(inspection, as_at=SIX[0])
    reviewing.record_sent(inspection=inspection, version_ids=[version.pk], by=None, now=NOW)
    assert state(inspection, "1").state == "partial"


def test_a_nil_return_is_sent_with_what_stands_when_it_is_recorded(inspection):
    reviewing.state_nil_return(inspection=inspection, document="9", part="summaries", reason="None.", by=None, now=NOW)
    reviewing.record_sent(inspection=inspection, version_ids=[], by=None, now=NOW)
    assert state(inspection, "9").state == "sent"


def test_a_new_version_after_sending_is_submitted_again(inspection):
    version = make_version(inspection, "10", "reports")
    reviewing.record_sent(inspection=inspection, version_ids=[version.pk], by=None, now=NOW)
    make_version(inspection, file=version.file)
    assert state(inspection, "10").state == "submitted"


@pytest.mark.parametrize("returned_first, word", [(True, "sent"), (False, "returned")])
def test_of_a_return_and_a_sending_the_later_one_counts(inspection, returned_first, word):
    version = make_version(inspection, "10", "reports")
    early, late = at("2011-04-02 10:00"), at("2011-04-03 10:00")
    send_back(inspection, "10", now=early if returned_first else late)
    reviewing.record_sent(
        inspection=inspection, version_ids=[version.pk], by=None, now=late if returned_first else early
    )
    assert state(inspection, "10").state == word


def test_an_archived_file_counts_for_nothing(inspection):
    version = make_version(inspection, "10", "reports")
    actions.remove_file(file=version.file, by=None, now=NOW)
    assert state(inspection, "10").state == "missing"


def test_states_say_who_changed_the_document_last(inspection):
    sam = make_person(inspection.council, name="Sam Fictional")
    make_version(inspection, "10", "reports", by=sam, now=at("2011-03-01 10:00"))
    alex = make_person(inspection.council, name="Alex Fictional")
    version = make_version(inspection, "10", "reports", by=alex, now=at("2011-03-02 10:00"))
    found = state(inspection, "10")
    assert (found.changed_at, found.changed_by) == (at("2011-03-02 10:00"), "Alex Fictional")
    actions.remove_file(file=version.file, by=sam, now=at("2011-03-03 10:00"))
    found = state(inspection, "10")
    assert (found.changed_at, found.changed_by) == (at("2011-03-03 10:00"), "Sam Fictional")


def test_states_keep_the_frameworks_order_and_owners(inspection):
    post = make_post(inspection.council, "Business Manager")
    make_ownership(inspection, "document:3", post)
    found = states(snapshot(inspection))
    assert list(found) == [document.key for document in inspection.framework.documents]
    assert [owner.name for owner in found["3"].owners] == ["Business Manager"]
    assert found["4"].owners == ()


@given(st.lists(st.integers(min_value=1), unique=True), st.randoms())
def test_a_fingerprint_does_not_depend_on_order_but_on_every_row(rows, random):
    shuffled = list(rows)
    random.shuffle(shuffled)
    assert fingerprint(shuffled, []) == fingerprint(rows, [])
    assert fingerprint(rows, [*rows, 1]) != fingerprint(rows, rows)


def test_states_take_two_queries_with_one_or_thirty_of_everything(django_assert_num_queries):
    for many in (1, 30):
        inspection = make_inspection(make_council())
        for number in range(many):
            version = make_version(inspection, as_at=date(2011, 1, 1) - timedelta(days=number))
            for _ in range(many if number == 0 else 1):
                make_version(inspection, file=version.file, as_at=date(2011, 1, 2))
            gone = make_version(inspection, "2", "minutes")
            actions.remove_file(file=gone.file, by=None, now=NOW)
            nil = reviewing.state_nil_return(
                inspection=inspection, document="9", part="summaries", reason="None.", by=None, now=NOW
            )
            reviewing.withdraw_nil_return(nil_return=nil, by=None, now=NOW)
            send_back(inspection, "1", f"Reason {number}")
            reviewing.record_sent(inspection=inspection, version_ids=[version.pk], by=None, now=NOW)
        assert NilReturn.objects.filter(inspection=inspection).count() == many
        here = snapshot(inspection)
        with django_assert_num_queries(2):
            found = states(here)
        assert found["1"].state == "returned"
