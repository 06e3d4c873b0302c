"""Every test here keeps its files in a folder of its own; a council, its inspection and somebody who drops files."""

from tests.coordinating import client, coordinator, inspection
from tests.files.places import uploads

__all__ = ["client", "coordinator", "inspection", "uploads"]
