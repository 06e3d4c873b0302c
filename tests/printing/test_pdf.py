"""Pages on paper: accessible by the standard's own rules, always the same, and without access to disk and network."""

import hashlib
import io
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, HTTPServer

import page as checker
import pikepdf
import pytest

from printing.pdf import render, render_template

AT = datetime(2011, 4, 19, 16, 30, tzinfo=timezone(timedelta(hours=1)))
DOT = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5Er"
    "kJggg=="
)
ROWS = "".join(
    f'<tr><th scope="row">{number}</th><td>Minutes of a board</td>'
    '<td><span class="tag tag--done">Approved</span> <strong class="not-supplied">NOT SUPPLIED</strong></td></tr>'
    for number in range(1, 61)
)
EVERYTHING = f"""
<section class="cover"><h1>Inspection of safeguarding</h1><p>A made-up council</p></section>
<section class="contents"><h2>Contents</h2><ol>
  <li><a href="#readiness">Readiness</a></li><li><a href="#timetable">Timetable</a></li></ol></section>
<section id="readiness"><h2>Readiness</h2><table><caption>Each document</caption>
  <thead><tr><th scope="col">Number</th><th scope="col">Title</th><th scope="col">State</th></tr></thead>
  <tbody>{ROWS}</tbody></table></section>
<section id="timetable" class="wide"><h2>Timetable</h2>
  <p>See <a href="https://example.org/">the council's page</a>. <img src="{DOT}" alt="A dot"></p>
  <dl><dt>Day 1</dt><dd>18 April 2011</dd></dl></section>
"""


def words_of(pdf: bytes) -> list[str]:
    """What each page shows, as text in the order in which it stands on the page."""
    run = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return [" ".join(page.split()) for page in run.stdout.decode().split("\f")[:-1]]


def faults_of(pdf: bytes) -> list[str]:
    report = checker.validate_pdf_bytes(pdf, profile="ua1")
    return [f"{failure.rule_id}: {failure.message}" for failure in report.failures]


def tags_of(document: pikepdf.Pdf) -> list[pikepdf.Dictionary]:
    """Every tag of an open document, in reading order."""

    def walk(node: pikepdf.Object) -> Iterator[pikepdf.Dictionary]:
        if isinstance(node, pikepdf.Array):
            for child in node:  # type: ignore[attr-defined]
                yield from walk(child)
        elif isinstance(node, pikepdf.Dictionary):
            if "/S" in node:
                yield node
            if "/K" in node:
                yield from walk(node.K)

    return list(walk(document.Root.StructTreeRoot.K))


@pytest.fixture(scope="module")
def everything() -> bytes:
    return render(EVERYTHING, title="Evidence pack 1", made_at=AT)


def test_page_with_everything_on_it_meets_pdf_ua(everything):
    assert faults_of(everything) == []


@pytest.mark.parametrize(
    "html",
    [
        "<h1>Only a heading</h1>",
        "<p>Only a line</p>",
        '<section class="place"><h1>1.minutes</h1><p>NOT SUPPLIED</p></section>',
        "<h1>A list</h1><ul><li>One<ul><li>Within</li></ul></li></ul>",
        "<h1>No heading cells</h1><table><caption>Empty</caption><tbody></tbody></table>",
    ],
)
def test_small_pages_meet_pdf_ua(html):
    assert faults_of(render(html, title="Small", made_at=AT)) == []


def test_checker_does_find_fault_with_a_page_that_is_not_accessible():
    from weasyprint import HTML

    assert faults_of(HTML(string="<p>Plain").write_pdf()) != []


def test_document_names_its_title_language_and_date(everything):
    with pikepdf.open(io.BytesIO(everything)) as document:
        assert str(document.docinfo["/Title"]) == "Evidence pack 1"
        assert str(document.docinfo["/CreationDate"]) == str(document.docinfo["/ModDate"]) == "D:20110419153000Z"
        assert str(document.Root.Lang) == "en-GB"
        assert bool(document.Root.ViewerPreferences.DisplayDocTitle) is True
        assert bool(document.Root.MarkInfo.Marked) is True
        assert document.pdf_version == "1.7"


def test_headings_are_tagged_and_bookmarked(everything):
    with pikepdf.open(io.BytesIO(everything)) as document, document.open_outline() as outline:
        tags = [str(tag.S) for tag in tags_of(document)]
        assert [tag for tag in tags if tag in ("/H1", "/H2")] == ["/H1", "/H2", "/H2", "/H2"]
        assert [item.title for item in outline.root] == ["Inspection of safeguarding"]
        assert [item.title for item in outline.root[0].children] == ["Contents", "Readiness", "Timetable"]


def test_every_cell_names_the_headings_of_its_column_and_its_row(everything):
    with pikepdf.open(io.BytesIO(everything)) as document:
        tags = tags_of(document)
        headings = {str(tag.ID) for tag in tags if str(tag.S) == "/TH"}
        cells = [[str(key) for key in tag.A.Headers] for tag in tags if str(tag.S) == "/TD"]
    assert len(cells) == 120
    assert {len(cell) for cell in cells} == {2}
    assert {key for cell in cells for key in cell} <= headings
    # A heading of its own for each of the 60 rows.
    assert len({cell[0] for cell in cells}) == 60


def test_pictures_keep_their_alternative(everything):
    with pikepdf.open(io.BytesIO(everything)) as document:
        assert [str(tag.Alt) for tag in tags_of(document) if str(tag.S) == "/Figure"] == ["A dot"]


def test_contents_give_the_page_on_which_each_section_begins(everything):
    pages = words_of(everything)
    assert len(pages) == 6
    begins = {
        heading: next(number for number, words in enumerate(pages, start=1) if words.startswith(heading))
        for heading in ("Readiness", "Timetable")
    }
    assert begins == {"Readiness": 3, "Timetable": 6}
    lines = pages[1].replace(".", "").split()
    assert lines[:5] == ["Contents", "Readiness", "3", "Timetable", "6"]


def test_every_page_but_the_cover_bears_title_and_number(everything):
    pages = words_of(everything)
    assert pages[0] == "Inspection of safeguarding A made-up council"
    assert [page.endswith(f"Evidence pack 1 Page {number}") for number, page in enumerate(pages, start=1)] == [
        False, True, True, True, True, True,
    ]  # fmt: skip


def test_page_in_the_place_of_a_file_is_left_for_the_stamp():
    pdf = render('<section class="place"><h1>Nothing here</h1><p>NOT SUPPLIED</p></section>', title="T", made_at=AT)
    assert words_of(pdf) == ["Nothing here NOT SUPPLIED"]


def test_table_headings_come_again_on_each_page(everything):
    assert sum("Number Title State" in words for words in words_of(everything)) == 3


def test_pages_are_a4_and_wide_ones_lie_on_their_side(everything):
    with pikepdf.open(io.BytesIO(everything)) as document:
        sizes = [(round(float(p.mediabox[2])), round(float(p.mediabox[3]))) for p in document.pages]
    assert sizes == [(595, 842)] * 5 + [(842, 595)]


def test_fonts_are_embedded_and_those_of_the_house(everything):
    with pikepdf.open(io.BytesIO(everything)) as document:
        fonts = [obj for obj in document.objects if isinstance(obj, pikepdf.Dictionary) and "/FontName" in obj]
        names = {str(font.FontName).split("+")[1].split(",")[0] for font in fonts}
        assert all("/FontFile2" in font or "/FontFile3" in font for font in fonts)
    assert {name.partition("-Bold")[0] for name in names} == {"Liberation-Sans"}


def test_same_input_gives_the_same_bytes_in_any_process(everything):
    script = (
        "import sys, hashlib, datetime as dt\n"
        "from printing.pdf import render\n"
        "at = dt.datetime.fromisoformat(sys.argv[1])\n"
        "pdf = render(sys.stdin.read(), title='Evidence pack 1', made_at=at)\n"
        "print(hashlib.sha256(pdf).hexdigest())\n"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "Pacific/Auckland", "LC_ALL": "C.UTF-8"}
    # The same moment, said in another time zone.
    run = subprocess.run(
        [sys.executable, "-c", script, AT.astimezone(UTC).isoformat()],
        input=EVERYTHING, env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert run.stdout.strip() == hashlib.sha256(everything).hexdigest()


def test_another_date_is_another_document():
    one, other = (render("<h1>A</h1>", title="A", made_at=AT + timedelta(hours=n)) for n in (0, 1))
    assert one != other
    with pikepdf.open(io.BytesIO(one)) as first, pikepdf.open(io.BytesIO(other)) as second:
        assert first.trailer.ID[0] != second.trailer.ID[0]


@pytest.fixture
def listener() -> Iterator[tuple[str, list[str]]]:
    """A web server on this machine that notes what it is asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, *args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()
        thread.join()


def test_nothing_is_fetched_from_network_or_disk(listener, tmp_path, caplog):
    address, asked = listener
    secret = tmp_path / "secret.css"
    secret.write_text('h1::after { content: "TAKEN FROM DISK" }')
    html = (
        f'<link rel="stylesheet" href="{secret.as_uri()}"><style>@import "{address}/style.css";</style>'
        f'<link rel="attachment" href="{secret.as_uri()}"><h1>Safe</h1>'
        f'<p><img src="{address}/picture.png" alt="A picture from elsewhere"></p>'
    )
    with caplog.at_level(logging.CRITICAL, logger="weasyprint"):
        pdf = render(html, title="Safe", made_at=AT)
    assert asked == []
    assert words_of(pdf) == ["Safe A picture from elsewhere Safe Page 1"]
    assert b"/EmbeddedFile" not in pdf


def test_title_is_text_not_markup():
    title = "Minutes <b>&amp; \"notes\" 'of' \\ a board"
    pdf = render("<h1>A</h1>", title=title, made_at=AT)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert str(document.docinfo["/Title"]) == title
    assert words_of(pdf) == [f"A {title} Page 1"]
    assert faults_of(pdf) == []


def test_characters_that_no_page_can_show_are_left_out():
    pdf = render("<h1>A\x00B\x0b\ud800C</h1>", title="T\x07itle", made_at=AT)
    assert words_of(pdf) == ["ABC Title Page 1"]
    assert faults_of(pdf) == []


def test_page_without_title_or_time_zone_is_refused():
    with pytest.raises(ValueError, match="needs a title"):
        render("<h1>A</h1>", title=" ", made_at=AT)
    with pytest.raises(ValueError, match="needs a time zone"):
        render("<h1>A</h1>", title="A", made_at=AT.replace(tzinfo=None))


def test_template_is_drawn_with_its_context_escaped():
    context = {"heading": "Plans & <reviews>", "lines": ["NOT SUPPLIED", "Owner: the head of service"]}
    pdf = render_template("evidencepack/page.html", context, title="Plans", made_at=AT)
    assert words_of(pdf) == ["Plans & <reviews> NOT SUPPLIED Owner: the head of service"]
