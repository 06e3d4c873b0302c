"""One sound file of every accepted kind, realistic enough that each of its members is checked."""

from __future__ import annotations

from tests.documents import making
from tests.factories.documents import pdf_bytes
from tests.factories.office import docx, odp
from tests.spreadsheets.sheets import xlsx_of

OWNERS = (("Number", "Owner"), ("1", "Strategic Lead"), ("2", "Head of Service"))
#: Those that are ZIPs inside.
PACKAGES = {
    "docx": docx("Words of the minutes"),
    "xlsx": xlsx_of(Owners=OWNERS),
    "pptx": making.office("pptx", {"ppt/slides/slide1.xml": b"<fictional/>" * 50}),
    "docm": making.office(more={"word/vbaProject.bin": b"macros" * 50}),
    "xlsm": making.office("xlsx", {"xl/macrosheets/sheet1.xml": b"<x/>" * 50}),
    "pptm": making.office("pptx", {"ppt/vbaProject.bin": b"macros" * 50}),
    "odt": making.odf(more={"META-INF/manifest.xml": b"<manifest/>" * 50}),
    "ods": making.odf("spreadsheet"),
    "odp": odp("Our partnership"),
}
OTHERS = {
    "doc": making.word(folders=("Macros",)),
    "xls": making.excel(long=False),
    "ppt": making.powerpoint(macros=1),
    "pdf": pdf_bytes(3, "Fictional minutes"),
    "png": making.png(10, 10, making.chunk(b"zTXt", b"Comment\0\0" + making.packed_zeros(1))),
    "jpg": making.picture("JPEG"),
    "rtf": b"{\\rtf1 Fictional}",
    "csv": "Name;Élan\r\n1;2\r\n".encode("utf-16"),
    "txt": b"Fictional words of nobody.\r\n",
}
EVERY_KIND = PACKAGES | OTHERS
