"""Office documents as PDFs, by LibreOffice if it is installed: for packs and previews.

A document is converted once: its PDF is stored under the document's own SHA-256, without the time at which it was made,
so that it is always the same. A failure is stored too, but only if the document caused it: the disk had room, and a
document known to be sound was converted right after it. One conversion runs at a time, in a new profile that runs no
macros, and without a network if the system allows that. A document can include other files by name, and somebody who
may see the document may not be allowed to see those: so LibreOffice runs where it can open none of them
(`printing.confined`), and does not run if the system cannot ensure that. It ends by itself, or is ended with everything
that it started.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import cache
from pathlib import Path

import pikepdf
from django.conf import settings

from parsing import file_fault_as

# The endings of text documents and presentations. Spreadsheets are not among them: as pages they are badly laid out,
# sometimes over hundreds of pages, and what was asked for is their figures.
ENDINGS = frozenset({"docx", "doc", "odt", "rtf", "pptx", "ppt", "odp"})
MOST_SECONDS = 120
LOOK_AGAIN = 0.1  # seconds
GRACE = 10  # seconds of processor time beyond the limit, in case nothing is left to end it
MOST_MEMORY = 4 << 20  # KiB
MOST_BYTES = 1 << 30  # of the PDF
# The signals that end a program from outside; any other means that the document crashed it.
FROM_OUTSIDE = frozenset({signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP})
RESTART = 81  # LibreOffice's status when it wants to be started again
FILTERS = {"presentation": "impress_pdf_Export", "text": "writer_pdf_Export"}
OPTIONS = '{"UseTaggedPDF":{"type":"boolean","value":"true"}}'
SETTINGS = Path(__file__).with_name("office.xcu")
CONFINED = Path(__file__).with_name("confined.py")

NOT_OPENED = "LibreOffice could not open it."
TOO_LONG = "LibreOffice took too long over it."
NOT_WORKING = "LibreOffice does not work on this machine at the moment."
# How much must be free on the disk: more than a conversion writes, or twice the document if that is more.
ROOM = 64 << 20
# A document of each kind that LibreOffice can open if it works at all: its ending and its content.
_ODF = "urn:oasis:names:tc:opendocument:xmlns"
SOUND = {
    "text": ("rtf", "{\\rtf1 Sound}"),
    "presentation": (
        "fodp",
        f'<office:document xmlns:office="{_ODF}:office:1.0" xmlns:draw="{_ODF}:drawing:1.0" office:version="1.2" '
        'office:mimetype="application/vnd.oasis.opendocument.presentation"><office:body><office:presentation>'
        '<draw:page draw:name="Sound"/></office:presentation></office:body></office:document>',
    ),
}


class NotConverted(Exception):
    """There is no PDF of the document; the text says why, in a sentence for readers.

    `passing` is whether another try may succeed: unless the document itself is at fault.
    """

    def __init__(self, why: str, *, passing: bool) -> None:
        super().__init__(why)
        self.passing = passing


def can_convert(ending: str) -> bool:
    """Whether documents with this ending (without a dot) are converted: of the right kind, and not switched off."""
    return settings.OFFICE_CONVERSION and ending.lower() in ENDINGS


def is_installed() -> bool:
    """Whether LibreOffice is here, and can be confined."""
    return _program() is not None and _is_confinable()


def _is_confinable() -> bool:
    """Checked until it succeeds once; a failure may only mean that memory was short."""
    global _was_confinable
    _was_confinable = _was_confinable or _does(*_confined(Path("/nonexistent"), Path("/nonexistent")), "true")
    return _was_confinable


_was_confinable = False


def _confined(work: Path, program: Path) -> tuple[str, ...]:
    """The command that starts a program so that it can open only its own files and those in `work`."""
    return sys.executable, "-I", str(CONFINED), str(work), str(program.parent.parent)


def _program() -> Path | None:
    """LibreOffice itself, not the script that starts it, which would leave LibreOffice running when it is killed."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    if found is None:
        return None
    script = Path(found).resolve()
    binary = script.with_name("soffice.bin")
    return binary if binary.is_file() else script


def as_pdf(source: Path, *, ending: str, sha256: str, alive: Callable[[], object] = lambda: None) -> Path:
    """The PDF of a document with this SHA-256; made now if it was not made before.

    It may be read but not changed. `alive` is called several times a second on the way; an exception that it raises
    stops the work. Raises NotConverted.
    """
    folder = Path(settings.CONVERTED_DIR)
    kept, fault = folder / f"{sha256}.{ending}.pdf", folder / f"{sha256}.{ending}.fault"
    if kept.is_file():
        return kept
    program = _program()
    if program is None:
        raise NotConverted("LibreOffice is not installed.", passing=True)
    if not _is_confinable():
        raise NotConverted("LibreOffice cannot be kept away from other files on this machine.", passing=True)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _alone(folder, alive):
            if not kept.is_file():
                _raise_kept(fault)
                _convert(program, source, kept, ending, sha256, alive)
    except OSError as error:
        raise NotConverted(f"The storage failed ({error.strerror or 'no reason given'}).", passing=True) from None
    except NotConverted as why:
        if not why.passing:
            with suppress(OSError):
                _keep(fault, str(why))
        raise
    return kept


def _keep(fault: Path, why: str) -> None:
    """Written in one step, so that nobody reads half a sentence."""
    written = fault.with_suffix(".part")
    written.write_text(why, encoding="utf-8")
    written.replace(fault)


def _raise_kept(fault: Path) -> None:
    """Raises NotConverted if it is already known that the document cannot be converted."""
    with suppress(FileNotFoundError):
        raise NotConverted(fault.read_text(encoding="utf-8"), passing=False)


@contextmanager
def _alone(folder: Path, alive: Callable[[], object]) -> Iterator[None]:
    """Waits until no other conversion runs on this machine. The lock is released when its process ends."""
    with (folder / ".lock").open("w") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                alive()
                time.sleep(LOOK_AGAIN)
        for left in folder.glob(".work-*"):  # left by one that was killed
            shutil.rmtree(left, ignore_errors=True)
        yield


def _convert(program: Path, source: Path, kept: Path, ending: str, sha256: str, alive: Callable[[], object]) -> None:
    with tempfile.TemporaryDirectory(prefix=".work-", dir=kept.parent) as name:
        work = Path(name)
        profile = work / "profile" / "user"
        profile.mkdir(parents=True)
        shutil.copyfile(SETTINGS, profile / "registrymodifications.xcu")
        document = _copied(source, work / f"document.{ending}", sha256)
        kind = "presentation" if ending in ("pptx", "ppt", "odp") else "text"
        plain = work / "plain.pdf"
        _check_room(work, document)
        try:
            _without_moment(_made(program, work, document, kind, alive), plain, sha256)
        except NotConverted as why:
            if not why.passing:
                _check_room(work, document)
                _check_working(program, work, kind, alive)
            raise
        with plain.open("rb") as file:
            os.fsync(file.fileno())
        plain.replace(kept)


def _made(program: Path, work: Path, document: Path, kind: str, alive: Callable[[], object]) -> Path:
    """The PDF that LibreOffice makes of a document in `work`. Raises NotConverted."""
    order = [*_confined(work, program), str(program), *_arguments(work, FILTERS[kind]), str(document)]
    if (status := _run(order, work, alive)) == RESTART:
        status = _run(order, work, alive)
    if -status in FROM_OUTSIDE | {signal.SIGXCPU}:  # the last one, if it took too long
        raise NotConverted("LibreOffice was ended before it was done.", passing=True)
    made = work / "out" / f"{document.stem}.pdf"
    if not made.is_file():
        raise NotConverted(NOT_OPENED, passing=False)
    return made


def _check_room(work: Path, document: Path) -> None:
    """Raises OSError if there is no room for what a conversion writes."""
    room = work / "room"
    try:
        with room.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, max(ROOM, 2 * document.stat().st_size))
    finally:
        room.unlink(missing_ok=True)


def _check_working(program: Path, work: Path, kind: str, alive: Callable[[], object]) -> None:
    """Raises NotConverted, to be tried again, if LibreOffice cannot convert even a sound document."""
    ending, content = SOUND[kind]
    sound = work / f"sound.{ending}"
    sound.write_text(content, encoding="utf-8")
    try:
        _made(program, work, sound, kind, alive)
    except NotConverted:
        raise NotConverted(NOT_WORKING, passing=True) from None


def _copied(source: Path, target: Path, sha256: str) -> Path:
    """A copy with the ending that LibreOffice expects.

    What is stored under a SHA-256 must be made from exactly those bytes.
    """
    shutil.copyfile(source, target)
    with target.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
            raise NotConverted("It is not what was uploaded.", passing=True)
    return target


def _arguments(work: Path, kind: str) -> list[str]:
    return [
        f"-env:UserInstallation={(work / 'profile').as_uri()}",
        *("--headless", "--norestore", "--nolockcheck", "--nodefault", "--nologo", "--nofirststartwizard"),
        *("--convert-to", f"pdf:{kind}:{OPTIONS}", "--outdir", str(work / "out")),
    ]


def _run(order: list[str], work: Path, alive: Callable[[], object]) -> int:
    """Runs LibreOffice to its end and returns its status. Raises NotConverted when its time is up."""
    limits = f"ulimit -t {MOST_SECONDS + GRACE}; ulimit -v {MOST_MEMORY}; ulimit -f {MOST_BYTES // 512}; "
    process = subprocess.Popen(
        [*_apart(), "sh", "-c", f'{limits} exec "$0" "$@"', *order],
        cwd=work,
        env={"HOME": str(work), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "TMPDIR": str(work)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    until = time.monotonic() + MOST_SECONDS
    try:
        while (status := process.poll()) is None:
            if time.monotonic() > until:
                raise NotConverted(TOO_LONG, passing=True)
            alive()
            time.sleep(LOOK_AGAIN)
        return status
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@cache
def _apart() -> tuple[str, ...]:
    """The options that start LibreOffice without a network, and end it when we are killed, if the system can do so."""
    found: tuple[str, ...] = ()
    for tool in (("unshare", "--net", "--map-root-user"), ("setpriv", "--pdeathsig", "KILL")):
        if shutil.which(tool[0]) and _does(*found, *tool, "true"):
            found += tool
    return found


def _does(*order: str) -> bool:
    return subprocess.run(order, check=False, capture_output=True, timeout=MOST_SECONDS).returncode == 0


def _without_moment(made: Path, plain: Path, sha256: str) -> None:
    """Copies the PDF without what differs between conversions: dates and random numbers."""
    # An incomplete PDF from LibreOffice was cut short by the disk: it is never repaired into a shorter document.
    with file_fault_as(NotConverted(NOT_OPENED, passing=False)), pikepdf.open(made, attempt_recovery=False) as pdf:
        if not len(pdf.pages):
            raise NotConverted("LibreOffice found no page in it.", passing=False)
        for key in ("/DocChecksum", "/Info"):
            if key in pdf.trailer:
                del pdf.trailer[key]
        for key in ("/Metadata", "/OpenAction"):
            if key in pdf.Root:
                del pdf.Root[key]
        pdf.trailer.ID = pikepdf.Array([pikepdf.String(bytes.fromhex(sha256)[:16])] * 2)
        pdf.save(plain, static_id=True, object_stream_mode=pikepdf.ObjectStreamMode.disable)


def sweep(*, before: datetime, known: Container[str]) -> int:
    """Delete stored results that were made before that time, of documents whose SHA-256 is no longer `known`.

    Also deletes faults in the former format (".txt"), which did not say whether the document was to blame.
    """
    taken = 0
    for path in sorted(Path(settings.CONVERTED_DIR).glob("*.*.*")):
        with suppress(OSError):
            is_known = path.name.partition(".")[0] in known and path.suffix != ".txt"
            if not is_known and path.stat().st_mtime < before.timestamp():
                path.unlink()
                taken += 1
    return taken
