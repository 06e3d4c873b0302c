"""A real clamd, offline, that knows one virus: the harmless one that all scanners agree to find."""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Iterator

import pytest

from documents.models import Version
from files.scanning import ScannerFailed, check
from refusals import Refused
from tests.documents import making
from tests.factories.documents import add, pdf_bytes
from tests.factories.people import make_council, make_inspection
from tests.processes import running, stop, until
from tests.services import free_port

pytestmark = pytest.mark.django_db
# In pieces, so that no scanner on a developer's machine takes this file for it.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}" + b"$EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!" + b"$H+H*"
SIGNATURE = f"Fictional-Test:0:*:{(b'$EICAR-STANDARD-' + b'ANTIVIRUS-TEST-FILE!').hex()}\n"
CONFIGURATION = """\
Foreground yes
LogFile {folder}/clamd.log
DatabaseDirectory {folder}/signatures
{listen}
StreamMaxLength 3M
MaxFileSize 2M
AlertExceedsMax yes
MaxThreads 2
"""


@pytest.fixture(scope="module")
def clamd(tmp_path_factory) -> Iterator[dict]:
    """Listens on the network and on a socket; the names of both."""
    folder = tmp_path_factory.mktemp("clamd")
    (folder / "signatures").mkdir()
    (folder / "signatures" / "fictional.ndb").write_text(SIGNATURE)
    port = free_port()
    listen = f"TCPSocket {port}\nTCPAddr 127.0.0.1\nLocalSocket {folder}/clamd.sock"
    (folder / "clamd.conf").write_text(CONFIGURATION.format(folder=folder, listen=listen))
    with running(["/usr/sbin/clamd", "--config-file", str(folder / "clamd.conf")], folder / "out", dict(os.environ)):
        until(lambda: answers(port) and (folder / "clamd.sock").exists(), "clamd listens")
        yield {"port": port, "socket": str(folder / "clamd.sock"), "folder": folder}


def answers(port: int) -> bool:
    with socket.socket() as attempt:
        return attempt.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture(params=["network", "socket"])
def scanner(request, clamd, settings) -> dict:
    by_socket = {"socket": clamd["socket"], "host": "", "port": 0, "most_mb": 100}
    by_network = {"socket": "", "host": "127.0.0.1", "port": clamd["port"], "most_mb": 100}
    settings.CLAMD = by_socket if request.param == "socket" else by_network
    return settings.CLAMD


@pytest.fixture
def inspection():
    return make_inspection(make_council("Fictionshire"))


def refusal(inspection, content: bytes, name: str = "minutes.txt") -> str:
    with pytest.raises(Refused) as refused:
        add(inspection, "10", "reports", content=content, name=name)
    return refused.value.message


def test_a_good_file_is_taken(scanner, inspection):
    assert add(inspection, "10", "reports", content=pdf_bytes()).is_new is True
    check()


@pytest.mark.parametrize("name", ["minutes.txt", "minutes.docx"])
def test_a_virus_is_refused_by_its_name_and_leaves_nothing(scanner, inspection, nothing_left, name):
    content = EICAR if name.endswith("txt") else making.office(more={"word/media/a.bin": EICAR})
    found = re.fullmatch(
        rf"{name} was not added: a virus was found in it \((.+)\)\. .*", refusal(inspection, content, name)
    )
    assert found is not None
    assert found[1].startswith("Fictional-Test") is True
    assert nothing_left(inspection)


@pytest.mark.parametrize("megabytes", [2.5, 5, 30])
def test_what_is_too_large_for_the_scanner_is_refused_and_not_passed(scanner, inspection, nothing_left, megabytes):
    """Over clamd's limit of a file, of a stream, and so far over it that clamd hangs up in the middle."""
    words = refusal(inspection, b"fictional " * int(megabytes * 104_858))
    assert words.startswith("minutes.txt was not added: it is too large, or holds too much, to be looked through")
    assert nothing_left(inspection)


def test_what_is_larger_than_the_scanner_is_said_to_take_is_not_even_sent(settings, inspection, nothing_left):
    settings.CLAMD = {"socket": "/nowhere", "host": "", "port": 0, "most_mb": 1}
    words = refusal(inspection, b"fictional " * 110_000)
    assert words.startswith("minutes.txt was not added: it is too large, or holds too much, to be looked through")
    assert nothing_left(inspection)


@pytest.mark.parametrize("kind", ["socket", "network"])
def test_a_scanner_that_cannot_be_reached_refuses_and_shows_in_the_health(
    client, settings, inspection, nothing_left, kind
):
    gone = {"socket": "/nowhere/clamd.sock", "host": "", "port": 0, "most_mb": 100}
    settings.CLAMD = gone if kind == "socket" else gone | {"socket": "", "host": "127.0.0.1", "port": free_port()}
    assert refusal(inspection, pdf_bytes(), "minutes.pdf") == (
        "minutes.pdf was not added: it could not be looked through for viruses at the moment. Nothing was kept. Try "
        "again later, and tell whoever looks after this service."
    )
    assert nothing_left(inspection)
    answer = client.get("/health")
    assert (answer.status_code, answer.json()["checks"]["scanner"]) == (503, "failing")


def test_a_scanner_that_answers_shows_in_the_health(client, scanner):
    assert client.get("/health").json()["checks"]["scanner"] == "ok"


def test_a_scanner_that_dies_while_configured_refuses_until_it_is_back(tmp_path, settings, inspection, clamd):
    """The one that is asked is ended for real; nothing is taken unscanned, and all is well when another listens."""
    port = free_port()
    text = (clamd["folder"] / "clamd.conf").read_text()
    text = re.sub(r"TCPSocket \d+", f"TCPSocket {port}", text).replace("clamd.sock", "other.sock")
    (tmp_path / "clamd.conf").write_text(text.replace("clamd.log", "other.log"))
    command = ["/usr/sbin/clamd", "--config-file", str(tmp_path / "clamd.conf")]
    settings.CLAMD = {"socket": "", "host": "127.0.0.1", "port": port, "most_mb": 100}
    with running(command, tmp_path / "out", dict(os.environ)) as process:
        until(lambda: answers(port), "clamd listens")
        add(inspection, "10", "reports", content=pdf_bytes())
        stop(process)
        assert "could not be looked through" in refusal(inspection, pdf_bytes(), "minutes.pdf")
        with pytest.raises(ScannerFailed):
            check()
    with running(command, tmp_path / "out", dict(os.environ)):
        until(lambda: answers(port), "clamd listens")
        add(inspection, "10", "reports", content=pdf_bytes())
    assert Version.objects.count() == 2
