"""The recognisers of coded fields. Each is built once for a process, because building one takes a while."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from codesets import Recogniser, code_set
from frameworks import CaseField, Category, Framework


def recogniser_of(framework: Framework, field: CaseField) -> Recogniser:
    """The recogniser for a coded field: its code set, with the framework's own categories where it has any."""
    return recogniser(str(field.codes), framework.categories_of(field))


def recognisers_of(framework: Framework) -> Mapping[str, Recogniser]:
    """The recogniser of each coded field of a framework, by the field's key."""
    return {field.key: recogniser_of(framework, field) for field in framework.case_fields if field.codes}


@lru_cache(maxsize=64)
def recogniser(codes: str, categories: tuple[Category, ...] = ()) -> Recogniser:
    """The recogniser for the code set with this key and these categories."""
    return Recogniser(code_set(codes), categories)
