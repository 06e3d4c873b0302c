"""Where the tests of files, and of what stands on them, keep uploads: a folder or a bucket of each test's own."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

from accounts.models import Event
from documents.models import File, Version
from inspections.models import Inspection


@pytest.fixture(autouse=True)
def uploads(settings, tmp_path: Path) -> Path:
    settings.UPLOADS_DIR = tmp_path / "uploads"
    settings.CONVERTED_DIR = tmp_path / "converted"
    return tmp_path / "uploads"


@pytest.fixture
def on_disk(uploads: Path) -> Callable[[], list[str]]:
    """The folders and how many files each holds, as `incoming/` and `files/` then hold them."""

    def listed() -> list[str]:
        return sorted(path.relative_to(uploads).parts[0] for path in uploads.rglob("*") if path.is_file())

    return listed


@pytest.fixture
def nothing_left(on_disk: Callable[[], list[str]]) -> Callable[[Inspection], bool]:
    """Whether a refusal left nothing: no bytes, no rows, no event, and the inspection's version where it was."""

    def looked(inspection: Inspection) -> bool:
        here = Inspection.objects.get(pk=inspection.pk)
        rows = (
            File.objects.filter(inspection=inspection).count(),
            Version.objects.filter(file__inspection=inspection).count(),
            Event.objects.filter(inspection=inspection.slug).count(),
            here.version - inspection.version,
        )
        return (on_disk(), rows) == ([], (0, 0, 0, 0))

    return looked


@pytest.fixture(scope="session")
def object_server() -> Iterator[str]:
    """A server on this machine that speaks S3; its address."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(object_server: str, settings) -> Any:
    """An empty bucket of the test's own, which uploads are kept in as long as the test lasts."""
    name = f"uploads-{uuid.uuid4().hex[:12]}"
    settings.OBJECT_STORAGE = {
        "endpoint": object_server,
        "access_key": "fictional",
        "secret_key": "fictional-secret",
        "bucket": name,
        "prefix": "evidence",
        "region": "eu-west-2",
        "addressing": "path",
        "downloads": "signed",
        "parameters": {},
    }
    made = boto3.resource(
        "s3",
        endpoint_url=object_server,
        region_name="eu-west-2",
        aws_access_key_id="fictional",
        aws_secret_access_key="fictional-secret",
    ).Bucket(name)
    made.create(CreateBucketConfiguration={"LocationConstraint": "eu-west-2"})
    return made


@pytest.fixture(params=["disk", "objects"])
def place(request, uploads) -> Place:
    """Where uploads are kept: each test that asks for it runs on the disk and on an object storage."""
    return Place(uploads, request.getfixturevalue("bucket") if request.param == "objects" else None)


@dataclass(frozen=True)
class Place:
    """The storage as somebody sees it who goes past the software to the bytes themselves."""

    uploads: Path
    bucket: Any

    def names(self) -> list[str]:
        """What is kept."""
        if self.bucket is not None:
            return sorted(found.key.removeprefix("evidence/") for found in self.bucket.objects.all())
        return sorted(path.name for path in (self.uploads / "files").glob("*/*"))

    def half_received(self) -> int:
        return len(list((self.uploads / "incoming").glob("*")))

    def write(self, name: str, content: bytes) -> None:
        if self.bucket is not None:
            self.bucket.put_object(Key=f"evidence/{name}", Body=content)
            return
        path = self.uploads / "files" / name[:2] / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    def lose(self, name: str) -> None:
        if self.bucket is not None:
            self.bucket.Object(f"evidence/{name}").delete()
            return
        (self.uploads / "files" / name[:2] / name).unlink()
