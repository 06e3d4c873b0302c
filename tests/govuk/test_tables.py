import django_tables2 as tables
from django.test import RequestFactory

from tests.govuk.gallery import ROWS, DocumentTable
from tests.govuk.markup import parse


def shown(query="", rows=ROWS, table_class=DocumentTable):
    request = RequestFactory().get(f"/?{query}")
    table = table_class(rows)
    tables.RequestConfig(request, paginate={"per_page": 8}).configure(table)
    return parse(table.as_html(request))


def test_table_sorts_by_its_links_and_says_so():
    plain, up, down = shown("q=x"), shown("q=x&sort=number"), shown("q=x&sort=-number")
    assert [tree.xpath("//th/@aria-sort") for tree in (plain, up, down)] == [[], ["ascending"], ["descending"]]
    assert plain.xpath("//thead//a/@href")[-1] == "?q=x&sort=number"
    assert up.xpath("//thead//a/@href")[-1] == "?q=x&sort=-number"
    assert [tr.findall("td")[-1].text for tr in down.findall(".//tbody/tr")] == [str(n) for n in range(30, 22, -1)]


def test_table_pages_keep_order_and_filters():
    tree = shown("sort=-number&page=2&q=x")
    assert tree.xpath("//nav//a[@aria-current]/text()") == ["2"]
    assert tree.xpath("//nav//a[@rel='next']/@href") == ["?sort=-number&page=3&q=x"]
    assert len(tree.findall(".//tbody/tr")) == 8


def test_every_cell_names_its_column_for_the_cards_of_a_phone():
    row = shown().find(".//tbody/tr")
    assert row.find("th").get("scope") == "row"
    assert [td.get("data-label") for td in row.findall("td")] == ["Owner", "State", "What is there", "Number"]


def test_table_has_a_caption_and_scoped_headings():
    tree = shown()
    assert tree.find(".//caption").text == "Documents"
    assert {th.get("scope") for th in tree.findall(".//thead//th")} == {"col"}


def test_empty_table_says_what_to_do():
    tree = shown(rows=[])
    assert tree.find(".//table") is None
    assert tree.find(".//p").text == "No document matches. Take a filter away to see more."


def test_table_escapes_headings_and_cells():
    class Evil(tables.Table):
        caption = "<script>"
        name = tables.Column(verbose_name="<script>")
        other = tables.Column(verbose_name='"><script>')

    tree = shown(rows=[{"name": "<script>", "other": "<script>"}], table_class=Evil)
    assert tree.findall(".//script") == []
    assert tree.find(".//tbody//th").text == "<script>"
    assert tree.find(".//td").get("data-label") == '"><script>'
