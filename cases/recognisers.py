"""What reads the coded values of a framework's fields, made once for all who ask."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from codesets import Recogniser, code_set
from frameworks import CaseField, Category, Framework


def recogniser_of(framework: Framework, field: CaseField) -> Recogniser | None:
    """What reads the values of a field by its code set and the framework's categories; None where it has no codes."""
    return _made(field.codes, framework.categories_of(field)) if field.codes else None


def recognisers_of(framework: Framework) -> Mapping[str, Recogniser]:
    """The recogniser of each coded field of a framework, by the field's key."""
    found = {field.key: recogniser_of(framework, field) for field in framework.case_fields}
    return {key: recogniser for key, recogniser in found.items() if recogniser is not None}


@lru_cache(maxsize=64)
def _made(codes: str, categories: tuple[Category, ...]) -> Recogniser:
    return Recogniser(code_set(codes), categories)
