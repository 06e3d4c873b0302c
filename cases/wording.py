"""What is kept of a child, in words: codes as their labels, dates as people write them."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from codesets import Recogniser, code_set
from frameworks import CaseField, Category, Framework
from govuk.dates import short_date


def in_words(framework: Framework, field: CaseField, stored: str) -> str:
    """A kept value of a field as a person reads it; "" for a blank one."""
    if not stored:
        return ""
    if field.codes:
        return _recogniser(field.codes, framework.categories_of(field)).label_of(stored)
    if field.kind == "date":
        return short_date(date.fromisoformat(stored))
    return stored.capitalize() if field.kind == "yes-no" else stored


@lru_cache(maxsize=64)
def _recogniser(codes: str, categories: tuple[Category, ...]) -> Recogniser:
    return Recogniser(code_set(codes), categories)
