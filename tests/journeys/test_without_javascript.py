"""The main job with JavaScript switched off: the call, the upload, the dashboard, the approval and the pack."""

from datetime import date

import pytest
from playwright.sync_api import expect

from tests.factories.documents import pdf_bytes
from tests.journeys.packs import Pages
from tests.journeys.test_the_minutes import MEETINGS, MINUTES, name_of
from tests.processes import until

pytestmark = pytest.mark.journey

GROUPS = "Lists of existing groups of service users and their parents/carers"


def test_the_main_job_without_javascript(visitor, tmp_path):
    dina, owen, cora = (
        visitor("plain", role, java_script_enabled=False) for role in ("dcs-office", "owner", "coordinator")
    )
    the_dcs_office_records_the_notification(dina)
    the_owner_uploads_the_minutes(owen, tmp_path)
    the_coordinator_approves_a_document(cora)
    the_coordinator_gets_the_pack(cora)


def the_dcs_office_records_the_notification(dina):
    dina.signs_in()
    dina.sees_heading("If the call came today")
    dina.presses("Record the notification")
    dina.enters_day(date(2011, 4, 16))
    dina.presses("Show the dates")
    dina.is_refused(
        "Saturday 16 April 2011 is not a working day (Saturday). The next working day is Monday 18 April 2011."
    )
    dina.enters_day(date(2011, 4, 18))
    dina.presses("Show the dates")
    dina.sees_heading("Day 1 would be Monday 18 April 2011")
    dina.presses("Record the notification")
    dina.is_told("Notification recorded: 18 April 2011 is day 1. Everybody who owes something is told by email.")
    dina.sees_heading("Day 1 of 40 · Monday 18 April 2011")
    assert len(dina.reads(".house-day__why")) == 40
    dina.meets_no_barrier("plain-countdown")


def the_owner_uploads_the_minutes(owen, folder):
    owen.signs_in()
    assert owen.reads(".house-work h2") == [MINUTES]
    owen.presses("Upload")
    owen.sees("All six are missing.")
    owen.meets_no_barrier("plain-document")
    chooses(owen, folder, MEETINGS[:1])
    (folder / "empty.pdf").touch()
    owen.main.get_by_label("File", exact=True).nth(1).set_input_files(folder / "empty.pdf")
    owen.enters_day(MEETINGS[1], owen.main.get_by_role("group", name="Date it is of").nth(1))
    owen.presses("Upload")
    owen.is_refused("empty.pdf was not added: it is empty.")
    owen.sees("Five of six are still missing.")
    owen.meets_no_barrier("plain-upload-refused")
    chooses(owen, folder, MEETINGS[1:])
    owen.presses("Upload")
    owen.is_told("5 files added. Nothing is missing.")
    expect(owen.page).to_have_title("Document 1: submitted – Inspection – Ready for inspection")
    owen.meets_no_barrier("plain-document-submitted")


def chooses(owen, folder, days):
    """A file and its date in each row of the form, from the first."""
    for row, day in enumerate(days):
        (folder / name_of(day)).write_bytes(pdf_bytes(1, f"Minutes of {day}"))
        owen.main.get_by_label("File", exact=True).nth(row).set_input_files(folder / name_of(day))
        owen.enters_day(day, owen.main.get_by_role("group", name="Date it is of").nth(row))


def the_coordinator_approves_a_document(cora):
    cora.signs_in()
    assert dict(zip(cora.reads(".house-tile__label"), cora.reads(".house-tile__number"), strict=True)) == {
        "Core documents ready": "2 of 13",
        "Safeguarding: focus groups ready": "0 of 18",
        "Looked after children: focus groups ready": "0 of 19",
        "Other deadlines met": "0 of 7",
        "Surveys passed on": "0 of 3",
    }
    cora.meets_no_barrier("plain-dashboard")
    cora.opens("Documents")
    cora.follows(GROUPS)
    cora.presses("Approve")
    cora.is_told("Document 4 approved. A new version will need a new approval.")


def the_coordinator_gets_the_pack(cora):
    cora.opens("Evidence pack")
    cora.presses("Build the pack")
    cora.is_told("The pack is being built. You can leave this page; it goes on without you.")
    download = cora.main.get_by_role("button", name="Download the PDF")

    def is_ready() -> bool:
        # Nothing renews itself; the page says where to look again.
        if download.count():
            return True
        cora.follows("Refresh")
        return False

    until(is_ready, "the pack is ready")
    cora.meets_no_barrier("plain-pack")
    pages = Pages(cora.downloads("Download the PDF"))
    assert pages.stamp(pages.contents()["1.1"]) == ("1.1", 1, 6)
