"""A pack from files in an object storage is the same as one from a disk, and leaves no copies behind."""

from __future__ import annotations

from pathlib import Path

import pytest

from evidencepack import actions, building
from evidencepack.models import PackState
from files import storage
from tests.factories.documents import add, pdf_bytes
from tests.factories.people import NOW, make_council, make_inspection


@pytest.mark.django_db
def test_a_pack_is_made_from_an_object_storage(bucket, settings, tmp_path):
    settings.PACKS_DIR = tmp_path / "packs"
    inspection = make_inspection(make_council("Fictionshire"))
    bodies = [pdf_bytes(), pdf_bytes(2)]
    versions = [add(inspection, "10", "reports", content=body).version for body in bodies]
    lost = add(inspection, "10", "reports").version
    bucket.Object(f"evidence/{lost.stored_name}").delete()
    pack, _ = actions.request_pack(inspection=inspection, by=None, now=NOW)
    built = building.build(pack.pk)
    assert built is not None
    assert built.state == PackState.READY
    rows = {row["version_id"]: (row["supplied"], row["sha256"]) for row in built.manifest if row["version_id"]}
    assert rows == {version.pk: (True, version.sha256) for version in versions} | {lost.pk: (False, "")}
    assert sorted(path.name for path in Path(settings.PACKS_DIR).rglob("*")) == [
        *sorted([str(pack.pk), *built.file_names])
    ]
    with pytest.raises(FileNotFoundError):
        storage.open_stored(lost.stored_name)
