"""Exports as the case officer has them, and as a command."""

from __future__ import annotations

import io
import json
import logging
from datetime import date
from uuid import uuid4

import pytest
import pyzipper
import time_machine
from django.core.management import call_command
from django.urls import reverse

from accounts.models import Event, Role
from cases.exports import building
from cases.models import Access, CaseExport, CaseExportSending
from tests import reading
from tests.factories.applied_cases import apply_lists
from tests.factories.people import NOW, at, make_council, make_inspection, make_person

pytestmark = pytest.mark.django_db
NEED = "child-in-need"
PASSPHRASE = "seven fictional otters"


@pytest.fixture
def inspection():
    return make_inspection(make_council(), notified=date(2011, 4, 18))


@pytest.fixture
def officer(inspection):
    return make_person(inspection.council, Role.CASE_OFFICER, name="Casey Example")


@pytest.fixture
def client(officer):
    return reading.sign_in(officer)


@pytest.fixture
def export(inspection, client) -> CaseExport:
    apply_lists(inspection, {NEED: {"Ab 17": {"gender": "1"}}})
    with time_machine.travel(NOW, tick=False):
        client.post(page("make-export", inspection))
    asked = CaseExport.objects.get()
    found = building.make(asked.pk, now=lambda: NOW)
    assert found is not None
    return found


def page(name: str, inspection, *args) -> str:
    return reverse(f"cases:{name}", args=[inspection.slug, *args])


def sending(export, **changed) -> dict:
    return {
        "chosen": [file.pk for file in export.files.all()], "recipient": "Ines Example", "how": "By email",
        "day_day": "1", "day_month": "4", "day_year": "2011", "time": "9:00am", "once": str(uuid4()), **changed,
    }  # fmt: skip


def test_before_any_import_the_page_says_so(inspection, client) -> None:
    said = reading.main(client.get(page("exports", inspection)))
    assert "No list has been imported yet, so there is nothing to export." in said
    answer = client.post(page("make-export", inspection), follow=True)
    assert "Import the lists first." in reading.page(answer).text_content()


def test_one_that_is_made_shows_how_far_it_is(inspection, client) -> None:
    apply_lists(inspection, {NEED: {"A1": {}}})
    answer = client.post(page("make-export", inspection), follow=True)
    assert "Waiting for its turn" in reading.main(answer)
    part = client.get(page("export", inspection, 1), headers={"X-Requested-With": "fetch"})
    assert "data-poll=" in part.content.decode()


def test_ready_it_says_what_is_in_it_and_what_is_lacking(inspection, client, export) -> None:
    said = reading.main(client.get(page("export", inspection, 1)))
    assert "This export has not been recorded as sent." in said
    assert said.count("Not imported") == 3
    assert "No value for: Date of initial referral" in said
    assert "Ab 17" not in said


@pytest.mark.parametrize("chosen", ["0", "tea", str(10**30)])
def test_what_is_no_file_of_the_export_is_not_recorded_as_sent(inspection, client, export, chosen) -> None:
    answer = client.post(page("record-export-sent", inspection, 1), sending(export, chosen=[chosen]))
    assert answer.status_code == 422
    assert not CaseExportSending.objects.exists()


@pytest.mark.parametrize("kind", ["workbook", "csv"])
def test_a_download_is_logged(inspection, client, officer, export, kind) -> None:
    answer = client.get(page("export-file", inspection, 1, kind))
    assert b"".join(answer.streaming_content).startswith(b"PK")
    row = Access.objects.get()
    assert (row.by, row.what, row.detail.startswith("Export 1:")) == (officer, Access.What.EXPORT, True)


def test_a_file_that_is_none_of_it_is_not_there(inspection, client, export) -> None:
    assert client.get(page("export-file", inspection, 1, "encrypted")).status_code == 404
    assert client.get(page("export-file", inspection, 2, "workbook")).status_code == 404


class TestEncrypted:
    def ask(self, client, inspection, passphrase=PASSPHRASE, again=None):
        given = {"passphrase": passphrase, "again": passphrase if again is None else again}
        return client.post(page("encrypt-export", inspection, 1), given)

    def test_opens_with_the_passphrase_alone(self, inspection, client, export) -> None:
        answer = b"".join(self.ask(client, inspection).streaming_content)
        with pyzipper.AESZipFile(io.BytesIO(answer)) as packed:
            assert packed.namelist() == ["case-lists.xlsx", "case-lists-csv.zip"]
            with pytest.raises(RuntimeError):
                packed.read("case-lists.xlsx", pwd=b"another one entirely")
            inside = packed.read("case-lists.xlsx", pwd=PASSPHRASE.encode())
        assert len(inside) == export.files.get(kind="workbook").size
        assert b"Ab 17" not in answer

    def test_is_known_by_its_hash_and_not_kept(self, inspection, client, officer, export) -> None:
        import hashlib

        answer = b"".join(self.ask(client, inspection).streaming_content)
        file = export.files.get(kind="encrypted")
        assert (file.stored_name, file.size, file.sha256) == (
            None, len(answer), hashlib.sha256(answer).hexdigest()
        )  # fmt: skip
        assert Access.objects.get().by == officer

    def test_the_passphrase_is_kept_nowhere(self, inspection, client, export, caplog) -> None:
        caplog.set_level(logging.DEBUG)
        b"".join(self.ask(client, inspection).streaming_content)
        page_ = self.ask(client, inspection, again="something else than that")
        assert page_.status_code == 422
        kept = str(list(Event.objects.values_list("subject", "detail"))) + str(
            list(Access.objects.values_list("detail"))
        )
        assert PASSPHRASE not in kept + caplog.text + page_.content.decode()

    @pytest.mark.parametrize(
        ("passphrase", "again", "said"),
        [
            ("", "", "Enter a passphrase"),
            ("too short", "too short", "at least 12 characters"),
            ("naïve otters swim", "naïve otters swim", "Use unaccented letters"),
            (PASSPHRASE, "seven fictional cats", "The two passphrases are not the same"),
        ],
    )
    def test_one_that_will_not_do_is_said_beside_its_field(self, inspection, client, export, passphrase, again, said):
        answer = self.ask(client, inspection, passphrase, again)
        assert answer.status_code == 422
        assert said in reading.main(answer)


class TestSent:
    def test_is_recorded(self, inspection, client, export) -> None:
        with time_machine.travel(at("2011-04-01 10:00")):
            answer = client.post(page("record-export-sent", inspection, 1), sending(export), follow=True)
            assert "last sent on 1 April 2011" in reading.main(client.get(page("exports", inspection)))
        assert "1 April 2011 at 9am to Ines Example, By email" in reading.main(answer)
        assert CaseExportSending.objects.get().files.count() == 2

    @pytest.mark.parametrize(
        ("changed", "said"),
        [
            ({"chosen": []}, "Choose what was sent"),
            ({"recipient": ""}, "Say to whom the lists were sent"),
            ({"day_year": "2012"}, "The time of sending is yet to come."),
            ({"day_day": "31", "day_month": "3"}, "The export did not exist at that time."),
        ],
    )
    def test_what_is_wrong_is_said_beside_its_field(self, inspection, client, export, changed, said) -> None:
        with time_machine.travel(at("2011-04-01 10:00")):
            answer = client.post(page("record-export-sent", inspection, 1), sending(export, **changed))
        assert answer.status_code == 422
        assert said in reading.main(answer)


def test_erased_it_says_so_and_gives_nothing_out(inspection, client, export) -> None:
    export.files.update(stored_name=None)
    CaseExport.objects.update(erased_at=NOW)
    said = reading.main(client.get(page("export", inspection, 1)))
    assert "The files of this export were erased on 1 April 2011." in said
    assert "Download" not in said
    assert client.get(page("export-file", inspection, 1, "workbook")).status_code == 404
    given = {"passphrase": PASSPHRASE, "again": PASSPHRASE}
    assert client.post(page("encrypt-export", inspection, 1), given).status_code == 404


class TestTheCommand:
    def run(self, capsys, *args: str):
        call_command("export_cases", *args)
        return capsys.readouterr().out

    def test_writes_the_lists_into_the_folder(self, inspection, tmp_path, capsys) -> None:
        apply_lists(inspection, {NEED: {"A1": {"gender": "1"}}, "unallocated": {}})
        target = tmp_path / "for the inspector"
        found = json.loads(self.run(capsys, inspection.slug, str(target), "--format", "json"))
        assert found["lists"] == {NEED: 1, "unallocated": 0}
        assert found["not_imported"] == ["child-protection", "looked-after"]
        assert sorted(found["files"]) == sorted(str(path) for path in target.iterdir())
        assert (target / f"{NEED}.csv").read_text("utf-8-sig").splitlines()[1].startswith("A1,,,Male")
        assert Access.objects.get().by is None

    def test_in_words_it_names_what_is_not_supplied(self, inspection, tmp_path, capsys) -> None:
        apply_lists(inspection, {NEED: {"A1": {}}})
        said = self.run(capsys, inspection.slug, str(tmp_path))
        assert "looked-after: NOT SUPPLIED, not imported" in said

    def test_without_lists_it_is_refused(self, inspection, tmp_path, capsys) -> None:
        with pytest.raises(SystemExit) as ended:
            call_command("export_cases", inspection.slug, str(tmp_path))
        assert ended.value.code == 1
        assert "Import the lists first." in capsys.readouterr().err

    def test_a_file_in_place_of_the_folder_is_refused(self, inspection, tmp_path, capsys) -> None:
        (tmp_path / "taken").write_text("")
        with pytest.raises(SystemExit) as ended:
            call_command("export_cases", inspection.slug, str(tmp_path / "taken"))
        assert ended.value.code == 1
