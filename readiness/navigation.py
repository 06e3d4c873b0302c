"""Where a person can go from any page, by their roles: the service navigation, the page of everything, the start."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from accounts.access import Sight
from accounts.addresses import address_of
from accounts.models import Council, Role
from govuk.dates import long_datetime
from inspections.access import InspectionSight
from inspections.models import Inspection, current_inspection

COORDINATOR, MEMBER, OWNER, DCS = Role.COORDINATOR, Role.MEMBER, Role.OWNER, Role.DCS_OFFICE
WORKERS = frozenset({COORDINATOR, MEMBER, OWNER, DCS, Role.CASE_OFFICER, Role.AUDITOR})


@dataclass(frozen=True, slots=True)
class Place:
    """A page that a role works from.

    `of` is what its address names: `inspection`, `council`, or `work` for a council that has an inspection. `main` are
    the roles whose service navigation has it; everybody in `roles` finds it on the page of everything.
    """

    name: str
    text: str
    explanation: str
    roles: frozenset[Role]
    main: frozenset[Role]
    of: str = "inspection"

    def address(self, council: Council, inspection: Inspection | None) -> str | None:
        if self.of == "council" or (self.of == "work" and inspection):
            return address_of(self.name, council.slug)
        return address_of(self.name, inspection.slug) if inspection and self.of == "inspection" else None


def _place(name: str, text: str, explanation: str, roles: set[Role], main: set[Role], of: str = "inspection") -> Place:
    return Place(name, text, explanation, frozenset(roles), frozenset(main), of)


# In the order in which they stand; a person with several roles has the places of all of them.
PLACES = (
    _place(
        "dashboard", "Dashboard", "Where it will break, worst first.", {COORDINATOR, MEMBER, DCS}, {COORDINATOR, MEMBER}
    ),
    _place(
        "timetable:countdown",
        "Countdown",
        "What must happen today, by whom.",
        {COORDINATOR, MEMBER, DCS},
        {COORDINATOR, MEMBER, DCS},
    ),
    _place(
        "timetable:my-work",
        "My work",
        "What you owe, by when.",
        set(WORKERS),
        {OWNER, DCS, Role.CASE_OFFICER, Role.AUDITOR},
    ),
    _place(
        "documents:list",
        "Documents",
        "The core documents and what each is missing.",
        {COORDINATOR, MEMBER, OWNER, DCS},
        {COORDINATOR, MEMBER, OWNER, DCS},
    ),
    _place(
        "focusgroups:list",
        "Focus groups",
        "Who arranges each and who attends.",
        {COORDINATOR, MEMBER, OWNER, DCS},
        {COORDINATOR, MEMBER, OWNER},
    ),
    _place(
        "contact:contact",
        "Inspectors",
        "Who inspects, what was said with them, what they asked for.",
        {COORDINATOR, MEMBER, DCS},
        {DCS},
    ),
    _place(
        "timetable:days",
        "Timetable",
        "Every day with its date and how it was worked out.",
        {COORDINATOR, MEMBER, OWNER, DCS},
        {OWNER},
    ),
    _place(
        "evidencepack:list",
        "Evidence pack",
        "What the inspectors would get, and what they got.",
        {COORDINATOR, MEMBER, DCS},
        {COORDINATOR, MEMBER, DCS},
    ),
    _place(
        "feeds:own",
        "Your calendar feeds",
        "Your deadlines, or the whole timetable, in your own calendar.",
        set(WORKERS),
        set(),
        "work",
    ),
    _place("summary", "Summary", "Readiness in a few sentences.", {Role.BOARD, COORDINATOR, MEMBER, DCS}, {Role.BOARD}),
    _place(
        "inspections:owners", "Owners", "Which post owns which document, group and step.", {COORDINATOR, MEMBER}, set()
    ),
    _place(
        "inspections:notification",
        "Notification",
        "Record the call, correct its date or withdraw.",
        {COORDINATOR, DCS},
        set(),
    ),
    _place(
        "inspections:dates",
        "Set dates",
        "Move a step, or record on which day something falls.",
        {COORDINATOR, MEMBER, OWNER, DCS},
        set(),
    ),
    _place(
        "reminders:agenda",
        "Agenda",
        "Of the group’s weekly meeting: what is late, due and changed.",
        {COORDINATOR, MEMBER, DCS},
        set(),
    ),
    _place(
        "reminders:date-history",
        "History of the dates",
        "What moved, why, and who was told.",
        {COORDINATOR, MEMBER, DCS},
        set(),
    ),
    _place("reminders:ledger", "Reminders", "Who was told what, and when.", {COORDINATOR, MEMBER, DCS}, set()),
    _place(
        "reminders:settings",
        "Reminder settings",
        "When reminders go, and who gets them.",
        {COORDINATOR, Role.ADMINISTRATOR},
        set(),
        "council",
    ),
    _place("inspections:activity", "Activity", "Who did what.", {COORDINATOR, MEMBER}, set()),
    _place(
        "accounts:people",
        "People",
        "Who can sign in, and their roles.",
        {Role.ADMINISTRATOR},
        {Role.ADMINISTRATOR},
        "council",
    ),
    _place(
        "inspections:posts",
        "Posts",
        "Who holds which post, and which are vacant.",
        {COORDINATOR, MEMBER, Role.ADMINISTRATOR},
        {Role.ADMINISTRATOR},
        "council",
    ),
    _place(
        "inspections:closures",
        "Closure days",
        "Days that do not count.",
        {COORDINATOR, DCS, Role.ADMINISTRATOR},
        {Role.ADMINISTRATOR},
        "council",
    ),
    _place(
        "inspections:list",
        "Inspections",
        "The inspections and rehearsals of the council.",
        {COORDINATOR, MEMBER, DCS},
        set(),
        "council",
    ),
)

# The page on which each role starts, the first that a person has.
STARTS: tuple[tuple[Role, str], ...] = (
    (DCS, "timetable:countdown"),
    (COORDINATOR, "dashboard"),
    (MEMBER, "dashboard"),
    (OWNER, "timetable:my-work"),
    (Role.CASE_OFFICER, "timetable:my-work"),
    (Role.AUDITOR, "timetable:my-work"),
    (Role.BOARD, "summary"),
    (Role.ADMINISTRATOR, "accounts:people"),
)


def places(sight: Sight) -> list[dict[str, Any]]:
    """Every place that the person may go to, with its address and explanation."""
    inspection = _inspection(sight)
    found = []
    for place in PLACES:
        if not sight.has(*place.roles):
            continue
        address = place.address(sight.council, inspection)
        if address is not None:
            found.append({"place": place, "href": address})
    return found


def start_of(sight: Sight) -> str:
    """The address of the page on which the person's day begins."""
    inspection = _inspection(sight)
    for role, name in STARTS:
        place = next(place for place in PLACES if place.name == name)
        address = place.address(sight.council, inspection)
        if role in sight.roles and address is not None:
            return address
    return address_of("everything", sight.council.slug)


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Context of every page: the service navigation and the banner, for pages of a council or an inspection."""
    footer: list[dict[str, str]] = []
    if (
        settings.MAILBOX_DIR is not None
        and getattr(request, "user", None) is not None
        and request.user.is_authenticated
    ):
        footer = [{"text": "Local mailbox", "href": address_of("mailbox")}]
    sight: Sight | None = getattr(request, "sight", None)
    if sight is None:
        return {"footer_links": footer}
    here = request.resolver_match.view_name if request.resolver_match else ""
    items = [
        {"text": row["place"].text, "href": row["href"], "current": _is_under(request.path, row["href"], here, row)}
        for row in places(sight)
        if sight.has(*row["place"].main)
    ]
    everything = address_of("everything", sight.council.slug)
    items.append({"text": "Everything else", "href": everything, "current": here == "everything"})
    return {"navigation": items, "banner": _banner(sight), "footer_links": footer, "paper": _paper(sight)}


def _paper(sight: Sight) -> str:
    """What stands over the page on paper: whose it is, and of when."""
    whose = [sight.council.name, *([sight.inspection.title] if isinstance(sight, InspectionSight) else [])]
    return f"{' · '.join(whose)} · as at {long_datetime(timezone.now())}"


def _is_under(path: str, href: str, here: str, row: dict[str, Any]) -> bool:
    return here == row["place"].name or (path.startswith(href) and len(href) > 1 and row["place"].name != "dashboard")


def _inspection(sight: Sight) -> Inspection | None:
    return (
        sight.inspection
        if isinstance(sight, InspectionSight)
        else current_inspection(sight.council, today=timezone.localdate())
    )


def _banner(sight: Sight) -> dict[str, str] | None:
    if not isinstance(sight, InspectionSight):
        return None
    if sight.inspection.is_withdrawn:
        return {"tag": "Withdrawn", "text": "This inspection was withdrawn. Nothing more is owed.", "colour": "grey"}
    if sight.inspection.is_rehearsal:
        return {"tag": "Rehearsal", "text": "This is a rehearsal, not an inspection.", "colour": "purple"}
    return None
