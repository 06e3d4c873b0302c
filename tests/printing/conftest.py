"""A disk that a test of LibreOffice can fill."""

from tests.disks import small_disk

__all__ = ["small_disk"]
