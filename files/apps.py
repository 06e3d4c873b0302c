import pikepdf.settings
from django.apps import AppConfig

# Far above what any real file needs. Page trees and indexes that unpack to more, or lists with more items, are there to
# fill the memory. Such a file is treated as damaged.
MOST_UNPACKED = 128 * 1024 * 1024
MOST_ITEMS = 1_000_000


class FilesConfig(AppConfig):
    name = "files"
    verbose_name = "files"

    def ready(self) -> None:
        # For the whole process, so set before anything opens a file: a small PDF can ask for all memory there is.
        pikepdf.settings.set_qpdf_limits(flate_max_memory=MOST_UNPACKED, parser_max_container_size=MOST_ITEMS)
