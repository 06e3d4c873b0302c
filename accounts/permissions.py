"""Who may do what. Each permission has a name and the roles that have it, and they are listed only here.

Pages, queries, emails and calendar feeds ask for a permission, never for a role. To add a role, add a line to `Role`
and list it in this table. Source: the domain's table of roles, which docs/roles.md repeats.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum, auto

from accounts.models import Role


class Permission(Enum):
    """One thing that a role allows. "own" means: of the posts that the person holds."""

    # The council.
    MANAGE_PEOPLE = auto()
    READ_POSTS = auto()
    MANAGE_POSTS = auto()
    SET_CLOSURE_DAYS = auto()
    SET_REMINDERS = auto()
    READ_INSPECTIONS = auto()
    OPEN_INSPECTION = auto()

    # The inspection and its timetable.
    READ_SUMMARY = auto()
    READ_DASHBOARD = auto()
    READ_COUNTDOWN = auto()
    READ_TIMETABLE = auto()
    READ_OWN_WORK = auto()
    READ_OFFICE_WORK = auto()
    RECORD_NOTIFICATION = auto()
    RECORD_ANY_STEP = auto()
    SET_DATES = auto()
    READ_OWNERS = auto()
    NAME_OWNERS = auto()
    READ_ACTIVITY = auto()

    # Core documents.
    READ_OWN_DOCUMENTS = auto()
    READ_ALL_DOCUMENTS = auto()
    FILL_OWN_DOCUMENTS = auto()
    FILL_ALL_DOCUMENTS = auto()
    RETURN_DOCUMENTS = auto()
    CARRY_EVIDENCE_OVER = auto()
    OPEN_FILES = auto()
    OPEN_FILES_THAT_NAME_CHILDREN = auto()
    SORT_EVERYBODYS_FILES = auto()

    # Focus groups.
    READ_OWN_GROUPS = auto()
    READ_ALL_GROUPS = auto()
    ARRANGE_ALL_GROUPS = auto()

    # Case lists. Counts say how many children there are; everything else in them is child-level.
    READ_CASE_COUNTS = auto()
    READ_CASES = auto()
    IMPORT_CASES = auto()
    EXPORT_CASES = auto()
    RECORD_CASES_SENT = auto()
    RECORD_SURVEYS = auto()
    RECORD_SURVEY_LETTERS = auto()
    READ_CASE_LOG = auto()
    ERASE_CASES = auto()

    # Audits of selected cases. A state says of a numbered case how far its audit is; everything else is child-level.
    READ_AUDIT_LIST = auto()
    READ_AUDIT_STATES = auto()
    READ_ALL_AUDITS = auto()
    READ_OWN_AUDITS = auto()
    SELECT_CASES = auto()
    ASSIGN_AUDITORS = auto()
    WRITE_OWN_AUDITS = auto()
    READ_AUDIT_THEMES = auto()
    EXPORT_AUDITS = auto()
    RECORD_AUDITS_HANDED_OVER = auto()
    BE_TOLD_OF_CONCERNS = auto()

    # Contact with the inspectors.
    READ_CONTACT = auto()
    RECORD_CONTACT = auto()
    READ_OWN_REQUESTS = auto()

    # Evidence packs.
    READ_PACKS = auto()
    BUILD_PACKS = auto()
    DOWNLOAD_PACKS = auto()
    READ_PACKS_THAT_NAME_CHILDREN = auto()

    # Reminders and the agenda.
    READ_REMINDERS = auto()
    SEND_REMINDERS = auto()
    READ_AGENDA = auto()
    # Having this means that emails may tell the person what others owe.
    BE_TOLD_OF_ALL_WORK = auto()
    # Used as long as neither the local plan nor the council says who.
    BE_TOLD_WHAT_IS_LATE = auto()
    GET_WEEKLY_SUMMARY = auto()
    READ_COLLEAGUES_REMINDERS = auto()


_COORDINATOR = {Role.COORDINATOR}
_LEADERS = {Role.COORDINATOR, Role.DCS_OFFICE}
_GROUP = {Role.COORDINATOR, Role.MEMBER}
_WATCHERS = {Role.COORDINATOR, Role.MEMBER, Role.DCS_OFFICE}
_WITH_OWNERS = {*_WATCHERS, Role.OWNER}
_WORKERS = {*_WITH_OWNERS, Role.CASE_OFFICER, Role.AUDITOR}

ROLES: Mapping[Permission, frozenset[Role]] = {
    permission: frozenset(roles)
    for permission, roles in {
        Permission.MANAGE_PEOPLE: {Role.ADMINISTRATOR},
        Permission.READ_POSTS: {*_GROUP, Role.ADMINISTRATOR},
        Permission.MANAGE_POSTS: {Role.COORDINATOR, Role.ADMINISTRATOR},
        Permission.SET_CLOSURE_DAYS: {*_LEADERS, Role.ADMINISTRATOR},
        Permission.SET_REMINDERS: {Role.COORDINATOR, Role.ADMINISTRATOR},
        Permission.READ_INSPECTIONS: _WATCHERS,
        Permission.OPEN_INSPECTION: _COORDINATOR,
        Permission.READ_SUMMARY: {*_WATCHERS, Role.BOARD},
        Permission.READ_DASHBOARD: _WATCHERS,
        Permission.READ_COUNTDOWN: _WATCHERS,
        Permission.READ_TIMETABLE: _WITH_OWNERS,
        Permission.READ_OWN_WORK: _WORKERS,
        Permission.READ_OFFICE_WORK: {Role.DCS_OFFICE},
        Permission.RECORD_NOTIFICATION: _LEADERS,
        Permission.RECORD_ANY_STEP: _LEADERS,
        Permission.SET_DATES: _LEADERS,
        Permission.READ_OWNERS: _GROUP,
        Permission.NAME_OWNERS: _COORDINATOR,
        Permission.READ_ACTIVITY: _GROUP,
        Permission.READ_OWN_DOCUMENTS: _WITH_OWNERS,
        Permission.READ_ALL_DOCUMENTS: _WATCHERS,
        Permission.FILL_OWN_DOCUMENTS: {*_GROUP, Role.OWNER},
        Permission.FILL_ALL_DOCUMENTS: _COORDINATOR,
        Permission.RETURN_DOCUMENTS: _COORDINATOR,
        Permission.CARRY_EVIDENCE_OVER: _COORDINATOR,
        Permission.OPEN_FILES: {*_WITH_OWNERS, Role.CASE_OFFICER},
        Permission.OPEN_FILES_THAT_NAME_CHILDREN: {Role.COORDINATOR, Role.CASE_OFFICER},
        Permission.SORT_EVERYBODYS_FILES: _COORDINATOR,
        Permission.READ_OWN_GROUPS: _WITH_OWNERS,
        Permission.READ_ALL_GROUPS: _WATCHERS,
        Permission.ARRANGE_ALL_GROUPS: _COORDINATOR,
        Permission.READ_CASE_COUNTS: {*_WATCHERS, Role.CASE_OFFICER},
        Permission.READ_CASES: {Role.CASE_OFFICER},
        Permission.IMPORT_CASES: {Role.CASE_OFFICER},
        Permission.EXPORT_CASES: {Role.CASE_OFFICER},
        Permission.RECORD_CASES_SENT: {Role.CASE_OFFICER},
        Permission.RECORD_SURVEYS: {*_LEADERS, Role.CASE_OFFICER},
        Permission.RECORD_SURVEY_LETTERS: {Role.CASE_OFFICER},
        Permission.READ_CASE_LOG: {Role.DATA_PROTECTION},
        Permission.ERASE_CASES: {Role.DATA_PROTECTION},
        Permission.READ_AUDIT_LIST: {*_WATCHERS, Role.CASE_OFFICER, Role.AUDITOR},
        Permission.READ_AUDIT_STATES: {*_WATCHERS, Role.CASE_OFFICER},
        Permission.READ_ALL_AUDITS: {Role.CASE_OFFICER},
        Permission.READ_OWN_AUDITS: {Role.CASE_OFFICER, Role.AUDITOR},
        Permission.SELECT_CASES: {Role.CASE_OFFICER},
        Permission.ASSIGN_AUDITORS: {Role.CASE_OFFICER},
        Permission.WRITE_OWN_AUDITS: {Role.AUDITOR},
        Permission.READ_AUDIT_THEMES: {*_WATCHERS, Role.CASE_OFFICER},
        Permission.EXPORT_AUDITS: {Role.CASE_OFFICER},
        Permission.RECORD_AUDITS_HANDED_OVER: {Role.DCS_OFFICE, Role.CASE_OFFICER},
        Permission.BE_TOLD_OF_CONCERNS: {Role.COORDINATOR, Role.CASE_OFFICER},
        Permission.READ_CONTACT: _WATCHERS,
        Permission.RECORD_CONTACT: _LEADERS,
        Permission.READ_OWN_REQUESTS: _WITH_OWNERS,
        Permission.READ_PACKS: _WATCHERS,
        Permission.BUILD_PACKS: _LEADERS,
        Permission.DOWNLOAD_PACKS: {*_WATCHERS, Role.CASE_OFFICER},
        Permission.READ_PACKS_THAT_NAME_CHILDREN: {Role.COORDINATOR, Role.CASE_OFFICER},
        Permission.READ_REMINDERS: _WATCHERS,
        Permission.SEND_REMINDERS: _LEADERS,
        Permission.READ_AGENDA: _WATCHERS,
        Permission.BE_TOLD_OF_ALL_WORK: _WATCHERS,
        Permission.BE_TOLD_WHAT_IS_LATE: _LEADERS,
        Permission.GET_WEEKLY_SUMMARY: _GROUP,
        Permission.READ_COLLEAGUES_REMINDERS: _LEADERS,
    }.items()
}

#: Who is told in place of an owner who is missing: the people with the first of these roles that anybody has.
STAND_INS = (Role.COORDINATOR, Role.DCS_OFFICE, Role.ADMINISTRATOR)
#: Who gets the answers to reminders if the council has set no address, and what they are called in a sentence: the
#: first of these roles that anybody has.
ANSWERERS = {Role.DCS_OFFICE: "the DCS office", Role.COORDINATOR: "the coordinator"}
#: The roles of the first person in a new council, who adds everybody else.
FIRST_PERSON = (Role.ADMINISTRATOR, Role.COORDINATOR)


def roles_with(permission: Permission) -> tuple[Role, ...]:
    """The roles that have the permission, in the order in which roles are listed everywhere."""
    return tuple(role for role in Role if role in ROLES[permission])


def allows(roles: Iterable[Role], permission: Permission) -> bool:
    """Whether one of these roles has the permission."""
    return not ROLES[permission].isdisjoint(roles)
