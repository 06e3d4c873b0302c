"""Reading the HTML that a tag or form made."""

import re

import lxml.html


def parse(html):
    """The HTML below one element of its own."""
    return lxml.html.fragment_fromstring(html, create_parent=True)


def select(tree, selector):
    """Elements by "tag.class[attribute=value]", each part optional: what these tests need and no more."""
    path = ".//*"
    for kind, text in re.findall(r"(^|[.\[ ])([^.\[\] ]+)", selector):
        if kind == "":
            path += f"[self::{text}]"
        elif kind == ".":
            path += f"[contains(concat(' ', @class, ' '), ' {text} ')]"
        elif kind == " ":
            path += f"//{text}"
        else:
            name, _, value = text.partition("=")
            path += f"[@{name}='{value}']" if value else f"[@{name}]"
    return tree.xpath(path)
