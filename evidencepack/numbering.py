"""Page numbers in the front matter for pages that follow it, without drawing the front matter twice.

A number is the sum of the last page of the front matter, known once it is laid out, and the distance behind it, known
before. CSS can show the first (`counter(pages)`) but cannot add to it. However, a counter can have a style of its own:
the style "after 45" writes 1 as "46", 2 as "47" and so on.
"""

from __future__ import annotations

# Styles are made for lengths this far from the expected one. Few differ by more, and are drawn once more.
REACH = 30


def lengths_around(likely: int) -> range:
    """The lengths of the front matter for which the numbers come out right, if this many pages were expected."""
    return range(max(1, likely - REACH), likely + REACH + 1)


class Numbering:
    """Makes classes for empty elements that show a number, and the style sheet for all these classes."""

    def __init__(self, likely: int) -> None:
        self.lengths = lengths_around(likely)
        self.used: dict[int, None] = {}

    def after(self, pages: int) -> str:
        """The class that shows the number of the page this many pages after the end of the front matter."""
        self.used[pages] = None
        return f"page-after-{pages}"

    @property
    def style(self) -> str:
        """The styles of all numbers so far, as an element."""
        rules = (
            f"@counter-style after-{pages} {{ system: fixed {self.lengths[0]}; symbols: {self._symbols(pages)} }}\n"
            f".page-after-{pages}::after {{ content: counter(pages, after-{pages}) }}\n"
            for pages in self.used
        )
        return f"<style>{''.join(rules)}</style>"

    def _symbols(self, pages: int) -> str:
        return " ".join(f'"{length + pages}"' for length in self.lengths)
