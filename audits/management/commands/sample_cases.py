"""Draws a sample of the cases on the lists, which a rehearsal audits in place of what inspectors would choose."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from audits.selecting.drawing import draw_sample
from cases.models import Access
from cases.privacy.log import log
from inspections.commands import ContractCommand, inspection_named
from inspections.snapshot import snapshot_of


class Command(ContractCommand):
    help = (
        "Draws a sample of the cases on the lists, in proportion to lists and ages, with placements and ethnicities "
        "spread. The same lists, seed and size give the same sample. Nothing is selected. Identifiers are shown."
    )

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("slug", metavar="SLUG", help="the inspection, as `inspections` lists it")
        parser.add_argument("--seed", metavar="N", type=int, required=True, help="any whole number")
        parser.add_argument("--size", metavar="N", type=int, required=True, help="how many cases")

    def answer(self, *, slug: str, seed: int, size: int, **options: Any) -> Any:
        """`cases` are identifiers, by stratum; `strata` are all that have anybody in them."""
        inspection, now = inspection_named(slug), timezone.now()
        sample = draw_sample(snapshot_of(inspection, now=now), seed=seed, size=size)
        detail = f"{size} cases, seed {seed}, by a command"
        log(inspection, by=None, what=Access.What.SAMPLE, now=now, detail=detail)
        return {
            "cases": list(sample.cases),
            "strata": [
                {"stratum": each.label, "population": each.population, "drawn": each.drawn} for each in sample.strata
            ],
        }

    def as_text(self, answer: Any, **options: Any) -> Iterable[str]:
        yield from answer["cases"]
        yield ""
        for each in answer["strata"]:
            yield f"{each['stratum']}: {each['drawn']} of {each['population']}"
