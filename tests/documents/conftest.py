"""Every test here keeps its uploads in a folder of its own."""

from tests.disks import small_disk
from tests.files.places import bucket, nothing_left, object_server, on_disk, place, uploads

__all__ = ["bucket", "nothing_left", "object_server", "on_disk", "place", "small_disk", "uploads"]
