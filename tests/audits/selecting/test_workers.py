"""Whose case it is, however the source writes its worker."""

from __future__ import annotations

import pytest

from accounts.models import User
from audits.selecting.workers import is_worker
from cases.models import Child


def _is(worker: str, name: str, email: str = "") -> bool:
    return is_worker(Child(worker=worker), User(full_name=name, email=email))


@pytest.mark.parametrize(
    "worker",
    [
        "Jane Smith", "jane smith", "JANE SMITH", " Jane   Smith ", "Jane\u00a0Smith", "Smith, Jane", "SMITH, Jane",
        "Smith,Jane", "Smith Jane", "Ms Jane Smith", "Ms. Jane Smith", "Smith, Jane (Ms)", "Dr Jane Smith",
        "Mrs J Smith, Jane", "Jane A. Smith", "Jane Anne Smith", "Jane Smith (Team 3)", "Jane Smith - East Team",
        "Jane Smith; Tom Brown", "Tom Brown / Jane Smith", "Tom Brown & Jane Smith", "Tom Brown and Jane Smith",
        "Jane Smith <jane.smith@example.org>", "jane.smith@example.com", "JANE.SMITH@EXAMPLE.COM",
        "Jane_Smith@example.com", "Jáne Smith", "Jane-Smith",
    ],
)  # fmt: skip
def test_worker_is_the_person_in_every_spelling(worker: str) -> None:
    assert _is(worker, "Jane Smith")


@pytest.mark.parametrize(
    "worker",
    [
        "", " ", "Jane", "Smith", "J Smith", "J. Smith", "Jan Smith", "Jane Smithson", "Janet Smith", "Tom Brown",
        "Jane Brown; Tom Smith", "Jane Brown / Tom Smith", "Unallocated", "-", "Ms", "Team 3", "@", "a@b", "Ms Smith",
        "jane@example.org", "smith@example.org",
    ],
)  # fmt: skip
def test_worker_is_somebody_else(worker: str) -> None:
    assert not _is(worker, "Jane Smith")


@pytest.mark.parametrize(
    ("worker", "name"),
    [
        ("Siobhan O'Brien", "Siobhán O’Brien"), ("O'Brien, Siobhan", "Siobhan OBrien"),
        ("Siobhan O Brien", "Siobhan O'Brien"),
        ("O Brien, Siobhan", "Siobhan O'Brien"), ("Anne-Marie Jones", "Annemarie Jones"),
        ("Jones, Anne Marie", "Annemarie Jones"),
        ("Ann Smith-Jones", "Ann Smith Jones"), ("Ann Jones", "Ann Smith-Jones"), ("Jane Smith", "Jane Anne Smith"),
        ("Jane Smith", "Ms Jane Smith"), ("Łucja Nowak", "ŁUCJA NOWAK"), ("J.P. Hall", "JP Hall"), ("Prince", "prince"),
        ("Müller, Jürgen", "Jurgen Muller"), ("李小龙", "李小龙"),
    ],
)  # fmt: skip
def test_names_are_compared_without_punctuation_accents_and_titles(worker: str, name: str) -> None:
    assert _is(worker, name)


@pytest.mark.parametrize(
    ("worker", "email", "same"),
    [
        ("jsmith7@example.org", "jsmith7@example.org", True),
        ("JSmith7@Example.org", "jsmith7@example.org", True),
        ("Worker: <jsmith7@example.org>", "jsmith7@example.org", True),
        ("jsmith7@example.org; tb@example.org", "tb@example.org", True),
        ("jsmith7@example.org.", "jsmith7@example.org", True),
        ("xjsmith7@example.org", "jsmith7@example.org", False),
        ("jsmith7@example.org.uk", "jsmith7@example.org", False),
        ("jsmith7", "jsmith7@example.org", False),
    ],
)
def test_an_email_address_is_the_persons_or_not(worker: str, email: str, same: bool) -> None:
    assert _is(worker, "Somebody Different", email) is same


def test_somebody_without_a_name_is_nobodys_worker() -> None:
    assert not _is("Jane Smith", "")
    assert not _is("Ms", "Mr")
    assert not _is("", "")
