"""Uploading through gunicorn on loopback against one pass over the same bytes: read, write, SHA-256, fsync.

The upload is what a browser sends to a document's page, with its token, and is answered by the redirect that a browser
gets. The file is received, hashed, checked, stored and recorded. The client sends it with `sendfile` from the page
cache, on the same two cores. Memory is the worker's peak above what it held before, from /proc.
"""

from __future__ import annotations

import hashlib
import os
import random
import re
import socket
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Name

from benchmarks.pages import filled
from benchmarks.serving import Served, served
from tests.outbox.installation import installation

REACH = "2.5 x the floor; memory growth under 12 MiB at any size"
SIZES = (10, 100, 400)  # megabytes
BOUNDARY = "----fictional-boundary"
TOKEN = "a" * 32
STEP = 1 << 20


def run(repeats: int = 5) -> list[dict[str, Any]]:
    """Measure the floor and the upload in turn for each size. Returns a row for each: seconds (medians) and MiB."""
    with tempfile.TemporaryDirectory(prefix="bench-upload-") as name:
        folder = Path(name)
        directory = folder / "bench-upload"
        directory.mkdir()
        with installation("postgresql", directory) as place:
            environment = {**place.environment, "DJANGO_SETTINGS_MODULE": "benchmarks.settings"}
            facts = filled(environment, versions=100, past=1, here=0.6)
            with served(environment) as web:
                _upload(web, facts, _pdf(folder / "small.pdf", 1))  # This request loads what is loaded once.
                return [_size(web, facts, folder, size, repeats) for size in SIZES]


def _size(web: Served, facts: dict[str, str], folder: Path, megabytes: int, repeats: int) -> dict[str, Any]:
    path = _pdf(folder / f"scan-{megabytes}.pdf", megabytes)
    floors, times, growth = [], [], []
    for number in range(repeats + 1):
        _change(path, number)
        floor = _floor(path, folder / "floor")
        _reset_peak(web.worker)
        before = _status(web.worker, "VmRSS")
        seconds = _upload(web, facts, path)
        if number:
            floors.append(floor)
            times.append(seconds)
            growth.append((_status(web.worker, "VmHWM") - before) / 1024)
    path.unlink()
    floor, seconds = statistics.median(floors), statistics.median(times)
    return {
        "benchmark": "upload",
        "case": f"{megabytes} MB through gunicorn on loopback",
        "floor": "read, write, SHA-256 and fsync in one pass",
        "floor_seconds": round(floor, 3),
        "seconds": round(seconds, 3),
        "ratio": round(seconds / floor, 2),
        "above_idle_mib": round(max(growth), 1),
        "reach": REACH,
    }


def _floor(path: Path, target: Path) -> float:
    """Seconds to copy the file as safely as an upload has to be stored, hashing it on the way."""
    began = time.perf_counter()
    digest = hashlib.sha256()
    with path.open("rb", buffering=0) as source, target.open("wb", buffering=0) as kept:
        while chunk := source.read(STEP):
            digest.update(chunk)
            kept.write(chunk)
        os.fsync(kept.fileno())
    taken = time.perf_counter() - began
    target.unlink()
    return taken


def _upload(web: Served, facts: dict[str, str], path: Path) -> float:
    """Seconds from the first byte sent to the whole answer, which must be the redirect to the document."""
    before = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{TOKEN}\r\n'
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="row0-file"; filename="{path.name}"\r\n'
        "Content-Type: application/pdf\r\n\r\n"
    ).encode()
    after = f"\r\n--{BOUNDARY}--\r\n".encode()
    head = (
        f"POST /inspections/{facts['slug']}/documents/{facts['document']}/{facts['part']}/upload/ HTTP/1.1\r\n"
        f"Host: 127.0.0.1:{web.port}\r\nConnection: close\r\n"
        f"Cookie: session={facts['coordinator']}; csrf={TOKEN}\r\n"
        f"Content-Type: multipart/form-data; boundary={BOUNDARY}\r\n"
        f"Content-Length: {len(before) + path.stat().st_size + len(after)}\r\n\r\n"
    ).encode()
    with socket.create_connection(("127.0.0.1", web.port), timeout=300) as line, path.open("rb") as file:
        began = time.perf_counter()
        line.sendall(head + before)
        line.sendfile(file)
        line.sendall(after)
        answer = b""
        while part := line.recv(65536):
            answer += part
        taken = time.perf_counter() - began
    status = answer.split(b"\r\n", 1)[0].decode()
    assert " 302 " in status, (status, re.findall(rb"govuk-error-message[^<]*<[^>]*>[^<]*</span>([^<]*)", answer))
    return taken


def _pdf(path: Path, megabytes: int) -> Path:
    """A scanned paper of about that size: pictures of a megabyte each, which may be mere noise because nobody decodes
    them.
    """
    shuffle = random.Random(megabytes)
    with pikepdf.new() as pdf:
        for _ in range(megabytes):
            scan = pdf.make_stream(shuffle.randbytes(1_000_000), Type=Name.XObject, Subtype=Name.Image)
            scan.Width, scan.Height, scan.BitsPerComponent = 1654, 2339, 8
            scan.ColorSpace, scan.Filter = Name.DeviceRGB, Name.DCTDecode
            pdf.add_blank_page(page_size=(595.28, 841.89))
            pdf.pages[-1].obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Scan=scan))
        pdf.save(path)
    return path


def _change(path: Path, number: int) -> None:
    """Make it another file of the same size, because the same bytes again would be recognised and stored once."""
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2)
        file.write(random.Random(number).randbytes(64))


def _reset_peak(process: int) -> None:
    Path(f"/proc/{process}/clear_refs").write_text("5")


def _status(process: int, key: str) -> int:
    """A figure about a process from /proc, in KiB."""
    found = re.search(rf"{key}:\s*(\d+)", Path(f"/proc/{process}/status").read_text())
    assert found is not None
    return int(found[1])


if __name__ == "__main__":
    for row in run(int(os.environ.get("REPEATS", "3"))):
        sys.stdout.write(f"{row}\n")
