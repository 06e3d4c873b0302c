"""Where a person can go from any page, by their roles: the service navigation, the page of everything, the
start page.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from accounts.access import Viewer
from accounts.models import Council, Role
from accounts.permissions import Permission
from govuk.addresses import address_of
from govuk.dates import long_datetime
from inspections.access import InspectionViewer
from inspections.models import Inspection, current_inspection


@dataclass(frozen=True, slots=True)
class Place:
    """A page that people work from. Everybody with the permission finds it on the page of everything.

    `of` is what its address names: `inspection`, `council`, or `work` for a council that has an inspection.
    """

    name: str
    text: str
    explanation: str
    permission: Permission
    of: str = "inspection"

    def address(self, council: Council, inspection: Inspection | None) -> str | None:
        if self.of == "council" or (self.of == "work" and inspection):
            return address_of(self.name, council.slug)
        return address_of(self.name, inspection.slug) if inspection and self.of == "inspection" else None


# In the order in which they are listed; a person with several roles has the places of all of them.
PLACES = (
    Place("dashboard", "Dashboard", "Where it will break, worst first.", Permission.READ_DASHBOARD),
    Place("timetable:countdown", "Countdown", "What must happen today, by whom.", Permission.READ_COUNTDOWN),
    Place("timetable:my-work", "My work", "What you owe, by when.", Permission.READ_OWN_WORK),
    Place(
        "documents:list",
        "Documents",
        "The core documents and what each is missing.",
        Permission.READ_OWN_DOCUMENTS,
    ),
    Place("focusgroups:list", "Focus groups", "Who arranges each and who attends.", Permission.READ_OWN_GROUPS),
    Place(
        "cases:lists",
        "Case lists",
        "How many children are on each, and what is still to do.",
        Permission.READ_CASE_COUNTS,
    ),
    Place("audits:list", "Audits", "The selected cases, and how far their audits are.", Permission.READ_AUDIT_LIST),
    Place(
        "contact:contact",
        "Inspectors",
        "Who inspects, what was said with them, what they asked for.",
        Permission.READ_CONTACT,
    ),
    Place(
        "timetable:days",
        "Timetable",
        "Every day with its date and how it was worked out.",
        Permission.READ_TIMETABLE,
    ),
    Place(
        "evidencepack:list", "Evidence pack", "What the inspectors would get, and what they got.", Permission.READ_PACKS
    ),
    Place(
        "feeds:own",
        "Your calendar feeds",
        "Your deadlines, or the whole timetable, in your own calendar.",
        Permission.READ_OWN_WORK,
        "work",
    ),
    Place("summary", "Summary", "Readiness in a few sentences.", Permission.READ_SUMMARY),
    Place("inspections:owners", "Owners", "Which post owns which document, group and step.", Permission.READ_OWNERS),
    Place(
        "inspections:notification",
        "Notification",
        "Record the call, correct its date or withdraw.",
        Permission.RECORD_NOTIFICATION,
    ),
    Place(
        "inspections:dates",
        "Set dates",
        "Move a step, or record on which day something falls.",
        Permission.READ_TIMETABLE,
    ),
    Place(
        "reminders:agenda",
        "Agenda",
        "Of the group’s weekly meeting: what is late, due and changed.",
        Permission.READ_AGENDA,
    ),
    Place(
        "reminders:date-history",
        "History of the dates",
        "What moved, why, and who was told.",
        Permission.READ_REMINDERS,
    ),
    Place("reminders:ledger", "Reminders", "Who was told what, and when.", Permission.READ_REMINDERS),
    Place(
        "reminders:settings",
        "Reminder settings",
        "When reminders go, and who gets them.",
        Permission.SET_REMINDERS,
        "council",
    ),
    Place("inspections:activity", "Activity", "Who did what.", Permission.READ_ACTIVITY),
    Place("cases:exports", "Exports", "The case lists for the lead inspector: made, sent.", Permission.EXPORT_CASES),
    Place("cases:surveys", "Surveys", "Who has had them, and each child’s letter.", Permission.READ_CASE_COUNTS),
    Place("cases:log", "Log of readings", "Who read what of a child, and who was refused.", Permission.READ_CASE_LOG),
    Place("cases:erasure", "Erasure", "What is erased when; one child on request.", Permission.ERASE_CASES),
    Place(
        "cases:data-protection",
        "Data protection",
        "Every inspection, and until when its child-level data is kept.",
        Permission.ERASE_CASES,
        "council",
    ),
    Place("accounts:people", "People", "Who can sign in, and their roles.", Permission.MANAGE_PEOPLE, "council"),
    Place(
        "inspections:posts", "Posts", "Who holds which post, and which are vacant.", Permission.READ_POSTS, "council"
    ),
    Place("inspections:closures", "Closure days", "Days that do not count.", Permission.SET_CLOSURE_DAYS, "council"),
    Place(
        "inspections:list",
        "Inspections",
        "The inspections and rehearsals of the council.",
        Permission.READ_INSPECTIONS,
        "council",
    ),
)

#: The places in each role's service navigation, the start page first. A person with several roles has the places of all
#: of them, and starts with the first of their roles in this order.
MAIN: dict[Role, tuple[str, ...]] = {
    Role.DCS_OFFICE: (
        "timetable:countdown", "timetable:my-work", "documents:list", "cases:lists", "audits:list", "contact:contact",
        "evidencepack:list",
    ),
    Role.COORDINATOR: (
        "dashboard", "timetable:countdown", "documents:list", "focusgroups:list", "cases:lists", "evidencepack:list",
    ),
    Role.MEMBER: (
        "dashboard", "timetable:countdown", "documents:list", "focusgroups:list", "cases:lists", "evidencepack:list",
    ),
    Role.OWNER: ("timetable:my-work", "documents:list", "focusgroups:list", "timetable:days"),
    Role.CASE_OFFICER: ("cases:lists", "timetable:my-work", "audits:list"),
    Role.AUDITOR: ("timetable:my-work", "audits:list"),
    Role.BOARD: ("summary",),
    Role.DATA_PROTECTION: ("cases:log", "cases:erasure", "cases:data-protection"),
    Role.ADMINISTRATOR: ("accounts:people", "inspections:posts", "inspections:closures"),
}  # fmt: skip
#: A role without a line above has this many of its places, in their order.
MOST_MAIN = 5


def places(viewer: Viewer) -> list[dict[str, Any]]:
    """Every place that the person may go to, with its address and explanation."""
    inspection = _inspection(viewer)
    found = []
    for place in PLACES:
        if not viewer.may(place.permission):
            continue
        address = place.address(viewer.council, inspection)
        if address is not None:
            found.append({"place": place, "href": address})
    return found


def start_of(viewer: Viewer) -> str:
    """The address of the person's start page."""
    there = {row["place"].name: row["href"] for row in places(viewer)}
    names = _main(viewer, there)
    return next((there[name] for name in names if name in there), address_of("everything", viewer.council.slug))


def _main(viewer: Viewer, there: Iterable[str]) -> list[str]:
    """The names of the places in the person's service navigation, the start page first."""
    known = [name for role, names in MAIN.items() if role in viewer.roles for name in names]
    return known if MAIN.keys() & viewer.roles else list(there)[:MOST_MAIN]


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Context of every page: the service navigation and the banner, for pages of a council or an inspection."""
    footer: list[dict[str, str]] = []
    if (
        settings.MAILBOX_DIR is not None
        and getattr(request, "user", None) is not None
        and request.user.is_authenticated
    ):
        footer = [{"text": "Local mailbox", "href": address_of("mailbox")}]
    viewer: Viewer | None = getattr(request, "viewer", None)
    if viewer is None:
        return {"footer_links": footer}
    here = request.resolver_match.view_name if request.resolver_match else ""
    rows = places(viewer)
    main = _main(viewer, [row["place"].name for row in rows])
    items = [
        {"text": row["place"].text, "href": row["href"], "current": _is_under(request.path, row["href"], here, row)}
        for row in rows
        if row["place"].name in main
    ]
    everything = address_of("everything", viewer.council.slug)
    items.append({"text": "Everything else", "href": everything, "current": here == "everything"})
    return {"navigation": items, "banner": _banner(viewer), "footer_links": footer, "paper": _paper(viewer)}


def _paper(viewer: Viewer) -> str:
    """The heading of a printed page: the council or inspection, and the time."""
    whose = [viewer.council.name, *([viewer.inspection.title] if isinstance(viewer, InspectionViewer) else [])]
    return f"{' · '.join(whose)} · as at {long_datetime(timezone.now())}"


def _is_under(path: str, href: str, here: str, row: dict[str, Any]) -> bool:
    return here == row["place"].name or (path.startswith(href) and len(href) > 1 and row["place"].name != "dashboard")


def _inspection(viewer: Viewer) -> Inspection | None:
    return (
        viewer.inspection
        if isinstance(viewer, InspectionViewer)
        else current_inspection(viewer.council, today=timezone.localdate())
    )


def _banner(viewer: Viewer) -> dict[str, str] | None:
    if not isinstance(viewer, InspectionViewer):
        return None
    if viewer.inspection.is_withdrawn:
        return {"tag": "Withdrawn", "text": "This inspection was withdrawn. Nothing more is owed.", "colour": "grey"}
    if viewer.inspection.is_rehearsal:
        return {"tag": "Rehearsal", "text": "This is a rehearsal, not an inspection.", "colour": "purple"}
    return None
