"""`manage.py recognise`: its JSON, its words, its exit statuses; without a database."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import call_command

from codesets import code_set
from frameworks import Library


def run(*arguments: str) -> tuple[int, str, str]:
    """Exit status, standard output and standard error."""
    out, err = StringIO(), StringIO()
    try:
        call_command("recognise", *arguments, stdout=out, stderr=err)
    except SystemExit as stopped:
        return int(stopped.code or 0), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


@pytest.fixture
def a_file(tmp_path):
    def write(data: bytes) -> str:
        path = tmp_path / "values.txt"
        path.write_bytes(data)
        return str(path)

    return write


def test_each_value_has_its_entry_in_the_order_of_the_file(a_file) -> None:
    file = a_file(
        "\ufeffF2 - Placement with foster carer, provided by LA in LA\r\nFostering\r\n\r\nFoster placement".encode()
    )
    status, out, err = run("placement", file, "--format", "json")
    assert (status, err) == (0, "")
    first, second, third, last = json.loads(out)
    assert first == {
        "value": "F2 - Placement with foster carer, provided by LA in LA",
        "code": "F2",
        "label": "Placement with other foster carer, provided by local authority, inside local authority boundary",
        "group": "foster",
        "values": ["F2"],
        "near": [],
        "details": "",
        "why": "",
    }
    assert (second["value"], second["code"], second["group"], second["values"]) == ("Fostering", None, None, [])
    assert second["near"]
    assert (third["value"], third["code"], third["group"]) == ("", None, None)
    assert (last["code"], last["group"]) == (None, "foster")


def test_disabilities_are_several_values(a_file) -> None:
    _, out, _ = run("disability", a_file(b"MOB; HEAR/Rett syndrome\nMOB"), "--format", "json")
    several, one = json.loads(out)
    assert (several["code"], several["values"], several["details"]) == (None, ["MOB", "HEAR"], "Rett syndrome")
    assert (one["code"], one["values"]) == ("MOB", ["MOB"])


def test_people_read_a_line_a_value(a_file) -> None:
    status, out, err = run("legal-status", a_file("C1 – Interim care order\nC1 Full care order\n".encode("cp1252")))
    assert (status, err) == (0, "")
    assert out.splitlines() == [
        "C1 – Interim care order: C1 Interim care order (care-order)",
        "C1 Full care order: refused. Its code and its words contradict one another. Nearest: C1, C2.",
        "1 of 2 recognised, 1 refused.",
    ]


def test_an_empty_file_has_no_values(a_file) -> None:
    assert run("gender", a_file(b""), "--format", "json")[:2] == (0, "[]\n")


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["gender", "{tmp}/nowhere.txt"], 1),
        (["gender", "{tmp}"], 1),
        (["gender", "{tmp}/binary"], 1),
        (["gender", "{tmp}/values.txt", "--framework", "no-such"], 1),
        (["height", "{tmp}/values.txt"], 2),
        (["gender"], 2),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(arguments, status, tmp_path, capsys, a_file) -> None:
    a_file(b"M\n")
    (tmp_path / "binary").write_bytes(b"M\0\1")
    found, out, err = run(*(each.format(tmp=tmp_path) for each in arguments))
    said = err or capsys.readouterr().err
    assert (found, out) == (status, "")
    assert "Traceback" not in said
    assert len(said.splitlines()) == 1 if status == 1 else said


def test_every_placement_code_has_one_item_in_the_papers_framework() -> None:
    items = [code for item in Library().framework("slac-2009").placements for code in item.codes]
    assert sorted(items) == sorted(code.code for code in code_set("placement").codes)
