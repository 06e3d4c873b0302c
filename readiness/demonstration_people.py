"""The people of the demonstration: clearly fictional, all at example.org."""

from __future__ import annotations

from accounts.models import Role

ROLES: dict[Role, tuple[str, str]] = {
    Role.COORDINATOR: ("Cora Sample", "coordinator@example.org"),
    Role.DCS_OFFICE: ("Dina Sample", "dcs-office@example.org"),
    Role.OWNER: ("Owen Sample", "owner@example.org"),
    Role.MEMBER: ("Mina Sample", "member@example.org"),
    Role.CASE_OFFICER: ("Casey Sample", "case-officer@example.org"),
    Role.AUDITOR: ("Audrey Sample", "auditor@example.org"),
    Role.BOARD: ("Bo Sample", "board@example.org"),
    Role.ADMINISTRATOR: ("Ada Sample", "administrator@example.org"),
    Role.DATA_PROTECTION: ("Dara Sample", "data-protection@example.org"),
}

#: Colleagues besides the one person of each role.
SECOND_AUDITOR = ("Amir Sample", "second-auditor@example.org")

# fmt: off
_FIRST = (
    "Asha", "Ben", "Carys", "Dev", "Elin", "Femi", "Gwen", "Hari", "Isla", "Jude", "Kofi", "Lena", "Milo", "Nia",
    "Oren", "Priya", "Quinn", "Rhys", "Sana", "Tomas", "Uma", "Vik", "Wren", "Xia", "Yusuf", "Zara", "Arlo", "Bea",
    "Cato", "Dara", "Esme", "Finn", "Gita", "Hugo", "Inez", "Joss",
)
# fmt: on

HOLDERS: tuple[tuple[str, str], ...] = tuple((f"{name} Holder", f"{name.lower()}@example.org") for name in _FIRST)

_TRADES = (
    ("Team manager", "Council"),
    ("Social worker", "Council"),
    ("Designated nurse", "Primary Care Trust"),
    ("Headteacher", "A fictional school"),
    ("Police inspector", "Police"),
    ("Project manager", "Voluntary sector"),
    ("Independent reviewing officer", "Council"),
)

# Each name has one occupation, so that somebody who attends several groups is the same person in all of them.
ATTENDEES: tuple[tuple[str, str, str], ...] = tuple(
    (f"{name} Attendee", *_TRADES[number % len(_TRADES)]) for number, name in enumerate(_FIRST)
)
