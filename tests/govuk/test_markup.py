"""Markup built quickly is what Django's own helpers build."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy

from govuk import rendering
from govuk.markup import build, build_all, table_rows

VALUES = ["plain", "<b>&\"'</b>", mark_safe("<b>bold</b>"), 5, None, 1.5, gettext_lazy("<i>lazy</i>"), "{}", ""]
FRAME = '<p class="{}">{}</p>'


@pytest.mark.parametrize("value", VALUES, ids=str)
def test_what_comes_in_is_escaped_as_format_html_escapes_it(value) -> None:
    assert build(FRAME, value, "x") == format_html(FRAME, value, "x")
    assert build_all(FRAME, [(value, 1), (2, value)]) == format_html_join("", FRAME, [(value, 1), (2, value)])
    assert isinstance(build(FRAME, value, value), SafeString)
    assert isinstance(build_all(FRAME, []), SafeString)


def test_rows_of_a_table_are_headed_by_their_first_cell() -> None:
    assert table_rows(["Name", "Post {x} & more"], [("A & B", mark_safe("<i>c</i>"))]) == (
        '<tr role="row"><th scope="row" role="rowheader">A &amp; B</th>'
        '<td role="cell" data-label="Post {x} &amp; more"><i>c</i></td></tr>'
    )


class Reader(HTMLParser):
    """Tags with their attributes in any order, and text."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list = []

    def handle_starttag(self, tag: str, attrs: list) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        self.found.append(f"/{tag}")

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.found.append(data.strip())


class ListForm(forms.Form):
    plain = forms.ChoiceField(choices=[("", "All"), ("a&b", "A <b>"), ("c", "C")], required=False)
    grouped = forms.ChoiceField(choices=[("Group & co", [("1", "One"), ("2", "Two")]), ("3", "Three")])
    number = forms.TypedChoiceField(choices=[(1, "One"), (2, "Two")], coerce=int, initial=2)
    named = forms.ChoiceField(
        choices=[("x", "X")], disabled=True, widget=forms.Select(attrs={"id": "own-id", "data-kind": '"quoted"'})
    )


@pytest.mark.parametrize("data", [None, {"plain": "a&b", "grouped": "2", "number": "1"}, {"plain": "nonsense"}])
@pytest.mark.parametrize("name", ["plain", "grouped", "number", "named"])
def test_a_drop_down_list_is_the_one_that_django_draws(name, data) -> None:
    bound = ListForm(data)[name]
    attrs = rendering._attrs(bound, "govuk-select", "a-hint")

    def parsed(html: str) -> list:
        reader = Reader()
        reader.feed(html)
        return reader.found

    assert parsed(rendering._select(bound, attrs)) == parsed(bound.as_widget(attrs=attrs))
