"""Page numbers in the front matter of pages that follow it, without drawing it twice.

A number is that of the last page of the front matter, which is known once it is laid out, and how far the page lies
behind it, which is known before. CSS can show the first (`counter(pages)`) and cannot add to it, but a counter may be
written in a style of one's own: the style "after 45" writes 1 as "46", 2 as "47" and so on.
"""

from __future__ import annotations

# Styles are made for lengths this far from the likely one; few are off by more, and are drawn once more.
REACH = 30


def lengths_around(likely: int) -> range:
    """The lengths of the front matter for which its numbers come out right, if so many pages were thought likely."""
    return range(max(1, likely - REACH), likely + REACH + 1)


class Numbering:
    """Gives the class of an empty element that shows a number, and the style sheet for all classes given."""

    def __init__(self, likely: int) -> None:
        self.lengths = lengths_around(likely)
        self.used: dict[int, None] = {}

    def after(self, pages: int) -> str:
        """The class that shows the number of the page which is so many pages behind the last of the front matter."""
        self.used[pages] = None
        return f"page-after-{pages}"

    @property
    def style(self) -> str:
        """The styles of all numbers given until now, as an element."""
        rules = (
            f"@counter-style after-{pages} {{ system: fixed {self.lengths[0]}; symbols: {self._symbols(pages)} }}\n"
            f".page-after-{pages}::after {{ content: counter(pages, after-{pages}) }}\n"
            for pages in self.used
        )
        return f"<style>{''.join(rules)}</style>"

    def _symbols(self, pages: int) -> str:
        return " ".join(f'"{length + pages}"' for length in self.lengths)
