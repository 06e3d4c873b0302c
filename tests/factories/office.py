"""Real office documents, as small as they can be."""

from __future__ import annotations

import io
import zipfile
from xml.sax.saxutils import escape

_ODF = "urn:oasis:names:tc:opendocument:xmlns"
_NAMES = (
    f'xmlns:office="{_ODF}:office:1.0" xmlns:text="{_ODF}:text:1.0" xmlns:draw="{_ODF}:drawing:1.0" '
    f'xmlns:svg="{_ODF}:svg-compatible:1.0" xmlns:xlink="http://www.w3.org/1999/xlink"'
)
_OPEN = "http://schemas.openxmlformats.org"


def docx(*paragraphs: str) -> bytes:
    """A Word document with these paragraphs."""
    word = f"{_OPEN}/wordprocessingml/2006/main"
    text = "".join(f"<w:p><w:r><w:t>{escape(each)}</w:t></w:r></w:p>" for each in paragraphs)
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    relation = f"{_OPEN}/officeDocument/2006/relationships/officeDocument"
    return _zip(
        {
            "[Content_Types].xml": f'<Types xmlns="{_OPEN}/package/2006/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/word/document.xml" ContentType="{kind}"/></Types>',
            "_rels/.rels": f'<Relationships xmlns="{_OPEN}/package/2006/relationships">'
            f'<Relationship Id="r1" Type="{relation}" Target="word/document.xml"/></Relationships>',
            "word/document.xml": f'<w:document xmlns:w="{word}"><w:body>{text}</w:body></w:document>',
        }
    )


def odp(title: str) -> bytes:
    """An OpenDocument presentation of one page with a line on it."""
    frame = f'<draw:frame svg:width="10cm" svg:height="3cm" svg:x="1cm" svg:y="1cm"><draw:text-box><text:p>{title}'
    page = f'<draw:page draw:name="1">{frame}</text:p></draw:text-box></draw:frame></draw:page>'
    return _open_document("presentation", f"<office:presentation>{page}</office:presentation>")


def odt_with_picture_at(address: str) -> bytes:
    """An OpenDocument text that shows a picture which lies elsewhere."""
    frame = f'<draw:frame svg:width="5cm" svg:height="5cm"><draw:image xlink:href="{address}" xlink:type="simple"/>'
    words = f"<text:p>A picture from elsewhere: {frame}</draw:frame></text:p>"
    return _open_document("text", f"<office:text>{words}</office:text>")


def odp_with_picture_at(address: str) -> bytes:
    """An OpenDocument presentation whose one page shows a picture, or the first page of a PDF, that lies elsewhere."""
    frame = f'<draw:frame svg:width="5cm" svg:height="5cm"><draw:image xlink:href="{address}" xlink:type="simple"/>'
    page = f'<draw:page draw:name="1">{frame}</draw:frame></draw:page>'
    return _open_document("presentation", f"<office:presentation>{page}</office:presentation>")


def rtf_with_picture_at(path: str) -> bytes:
    """Rich text with a field that shows a picture which lies elsewhere."""
    field = rf'{{\field{{\*\fldinst INCLUDEPICTURE "{path}" \\d}}{{\fldrslt before}}}}'
    return rf"{{\rtf1 A picture from elsewhere: \par {field}}}".encode()


def _open_document(kind: str, body: str) -> bytes:
    mime = f"application/vnd.oasis.opendocument.{kind}"
    content = f'<office:document-content {_NAMES} office:version="1.2"><office:body>{body}'
    entries = f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{mime}"/>'
    entries += '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    return _zip(
        {
            "mimetype": mime,
            "content.xml": f"{content}</office:body></office:document-content>",
            "META-INF/manifest.xml": f'<manifest:manifest xmlns:manifest="{_ODF}:manifest:1.0">{entries}'
            "</manifest:manifest>",
        }
    )


def _zip(entries: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in entries.items():
            is_xml = name != "mimetype"
            start = '<?xml version="1.0" encoding="UTF-8"?>' if is_xml else ""
            archive.writestr(zipfile.ZipInfo(name, (2011, 4, 18, 0, 0, 0)), start + text)
    return out.getvalue()
