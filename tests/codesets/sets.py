"""The recognisers that the tests read with, and Annex 4's placements with the codes of each."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from codesets import Recogniser, code_set


@dataclass(frozen=True)
class Item:
    """An item of a framework's placements."""

    key: str
    label: str
    codes: tuple[str, ...] = ()


ANNEX_4 = (
    Item("parents", "Placement with parent(s)", ("P1",)),
    Item("relatives-friends", "Placement with relatives/friends"),
    Item("foster-relatives-friends", "Foster placement with relatives/friends", ("U1", "U2", "U3", "Q1", "F1", "F4")),
    Item("foster", "Foster placement", ("U4", "U5", "U6", "Q2", "F2", "F3", "F5", "F6")),
    Item("adopters", "Placement with adopters", ("A3", "A4", "A5", "A6")),
    Item("childrens-home", "Residential placement (children's home)", ("K2", "H3", "H4")),
    Item("specialist-therapeutic", "Specialist residential placement (therapeutic)"),
    Item("specialist-school", "Specialist residential placement (residential school)", ("S1",)),
    Item(
        "specialist-health",
        "Specialist residential placement (health, including child and adolescent mental health services)",
        ("R2",),
    ),
    Item("secure", "Secure accommodation", ("K1", "H1", "H2")),
    Item("supported-lodgings", "Supported lodgings"),
    Item(
        "other",
        "Other – please specify",
        ("P2", "P3", "H5", "K3", "R1", "R3", "R5", "T0", "T1", "T2", "T3", "T4", "Z1", "M1", "M2", "M3"),
    ),
)
SETS = ("disability", "ethnicity", "gender", "legal-status", "placement")


@cache
def recogniser(key: str) -> Recogniser:
    """The recogniser of a code set, with Annex 4's items for placements."""
    return Recogniser(code_set(key), ANNEX_4 if key == "placement" else ())
