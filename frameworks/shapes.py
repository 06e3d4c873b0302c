"""The shape of a framework file and of a local plan file: every key there is, and what its value should be.

A key that is added later is added as `optional`, so that a file written today keeps loading.
"""

import datetime as dt

from frameworks.model import DEADLINE_TIME
from frameworks.schema import (
    PROSE_LENGTH,
    Check,
    Key,
    Shape,
    choice,
    date,
    email,
    flag,
    item,
    key,
    listing,
    name,
    number,
    optional,
    table,
    tables,
    text,
    time,
)

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
DAYS = number(-400, 400)

SOURCE: Check = table(
    {"kind": Key(choice("paper", "interpretation", "other")), "where": Key(text(PROSE_LENGTH))}, "a source"
)

TIMING: Check = table(
    {
        "anchor": Key(key()),
        "unit": optional(choice("working", "calendar")),
        "first": optional(DAYS),
        "last": optional(DAYS),
        "weekday": optional(choice(*WEEKDAYS)),
    },
    "a timing",
)

WINDOW: Shape = {"text": Key(text()), "at_least": Key(number(1, 99)), "before": Key(date()), "source": Key(SOURCE)}
STRAND: Shape = {"key": Key(key()), "title": Key(text()), "source": Key(SOURCE)}
GRADE: Shape = {"key": Key(key()), "label": Key(text())}
PHASE: Shape = {"key": Key(key()), "title": Key(text())}
HOLDING: Shape = {"key": Key(key()), "title": Key(text()), "source": Key(SOURCE)}
TEAM_MEMBER: Shape = {
    "organisation": Key(text()),
    "title": Key(text()),
    "at_least": Key(number(1, 99)),
    "source": Key(SOURCE),
}
ANCHOR: Shape = {"key": Key(key()), "title": Key(text()), "timing": optional(TIMING), "source": Key(SOURCE)}
STEP: Shape = {
    "key": Key(key()),
    "title": Key(text()),
    "party": Key(text()),
    "timing": Key(TIMING),
    "deadline": Key(flag()),
    "time": optional(time(), DEADLINE_TIME),
    "duty": optional(choice("record", "documents", "send-documents", "focus-groups")),
    "phase": Key(key()),
    "explanation": Key(text(PROSE_LENGTH)),
    "source": Key(SOURCE),
}

FRESHNESS: Check = table(
    {
        "kind": Key(choice("latest", "within-years")),
        "anchor": Key(key()),
        "years": optional(number(1, 99)),
    },
    "a freshness",
)
ALSO_CALLED: Check = table({"words": Key(listing(text(), at_least=1)), "source": Key(SOURCE)}, "other names")
PART: Shape = {
    "key": Key(key()),
    "label": Key(text()),
    "needed": Key(number(1, 99)),
    "optional": optional(flag(), default=False),
    "nil_return": optional(flag(), default=False),
    "dated": optional(flag(), default=False),
    "freshness": optional(FRESHNESS),
    "called": optional(text(60), ""),
    "also_called": optional(ALSO_CALLED),
    "source": Key(SOURCE),
}
DOCUMENT: Shape = {
    "number": Key(number(1, 999)),
    "title": Key(text()),
    "explanation": Key(text(PROSE_LENGTH)),
    "also_called": optional(ALSO_CALLED),
    "source": Key(SOURCE),
    "parts": Key(tables(PART, "a part", at_least=1)),
}
PREPARATION: Shape = {
    "key": Key(choice("owner", "attendees", "briefed", "booked")),
    "label": Key(text()),
    "source": Key(SOURCE),
}
FOCUS_GROUP: Shape = {
    "strand": Key(key()),
    "number": Key(number(1, 999)),
    "title": Key(text()),
    "kind": Key(choice("focus-group", "meeting", "visit")),
    "kind_source": optional(SOURCE),
    "source": Key(SOURCE),
}

CASE_LIST: Shape = {
    "key": Key(key()),
    "number": Key(number(1, 999)),
    "title": Key(text()),
    "strand": optional(key()),
    "grain": Key(key()),
    "window": Key(text()),
    "source": Key(SOURCE),
}
CASE_FIELD: Shape = {
    "key": Key(key()),
    "number": Key(number(1, 999)),
    "label": Key(text()),
    "kind": Key(choice("identifier", "date", "code", "text", "yes-no")),
    "applies_to": Key(key()),
    "source": Key(SOURCE),
}
PLACEMENT: Shape = {
    "key": Key(key()),
    "number": Key(number(1, 999)),
    "label": Key(text()),
    "needs_text": optional(flag(), default=False),
    "source": Key(SOURCE),
}
CASE_SELECTION: Shape = {
    "key": Key(key()),
    "title": Key(text()),
    "minimum": Key(number(1, 999)),
    "maximum": optional(number(1, 999)),
    "chosen_by": Key(text()),
    "step": Key(key()),
    "audit_step": Key(key()),
    "source": Key(SOURCE),
}

JUDGEMENT: Shape = {
    "strand": Key(key()),
    "key": Key(key()),
    "label": Key(text()),
    "outcome": optional(flag(), default=False),
    "graded": optional(flag(), default=True),
    "fact": optional(flag(), default=False),
    "parent": optional(key()),
    "source": Key(SOURCE),
}
CONDITION: Shape = {
    "judgements": Key(listing(key(), at_least=1)),
    "comparison": Key(choice("is", "at-most", "below", "at-least", "above")),
    "grade": Key(key()),
}
RULE: Shape = {
    "key": Key(name()),
    "strand": Key(key()),
    "text": Key(text(PROSE_LENGTH)),
    "match": optional(choice("any", "all"), "any"),
    "conditions": Key(tables(CONDITION, "a condition", at_least=1)),
    "limits": Key(key()),
    "ceiling": Key(key()),
    "firmness": Key(choice("likely", "unlikely", "certain")),
    "source": Key(SOURCE),
}

FRAMEWORK: Shape = {
    "kind": Key(choice("framework")),
    "key": Key(key()),
    "title": Key(text()),
    "version": Key(text()),
    "effective_from": optional(date()),
    "effective_to": optional(date()),
    "summary": Key(text(PROSE_LENGTH)),
    "source": Key(SOURCE),
    "notice_days": optional(number(0, 400)),
    "last_day": Key(number(1, 400)),
    "window": optional(table(WINDOW, "a window")),
    "parties": Key(listing(text(), at_least=1)),
    "strands": Key(tables(STRAND, "a strand", at_least=1)),
    "grades": optional(tables(GRADE, "a grade"), []),
    "team": optional(tables(TEAM_MEMBER, "a member of the team"), []),
    "phases": Key(tables(PHASE, "a phase", at_least=1)),
    "anchors": Key(tables(ANCHOR, "an anchor", at_least=1)),
    "steps": Key(tables(STEP, "a step", at_least=1)),
    "documents": optional(tables(DOCUMENT, "a document"), []),
    "preparation": optional(tables(PREPARATION, "a preparation"), []),
    "focus_groups": optional(tables(FOCUS_GROUP, "a focus group"), []),
    "case_lists": optional(tables(CASE_LIST, "a case list"), []),
    "case_fields": optional(tables(CASE_FIELD, "a case field"), []),
    "placements": optional(tables(PLACEMENT, "a placement"), []),
    "case_selections": optional(tables(CASE_SELECTION, "a case selection"), []),
    "judgements": optional(tables(JUDGEMENT, "a judgement"), []),
    "rules": optional(tables(RULE, "a rule"), []),
    "holdings": optional(tables(HOLDING, "a holding"), []),
}

POST: Shape = {"name": Key(text(200)), "aliases": optional(listing(text(200)), []), "organisation": Key(text(200))}
PERSON: Shape = {"name": Key(text(150)), "email": Key(email()), "posts": Key(listing(text(200)))}
OWNERSHIP: Shape = {
    "item": Key(item()),
    "owners": Key(listing(text(200))),
    "as_written": Key(text()),
    "source": Key(SOURCE),
}
TWO_APPROVALS: Shape = {"document": Key(key()), "source": Key(SOURCE)}
CLOSURE: Shape = {"date": Key(date()), "reason": Key(text(200))}
WORKING_HOURS: Shape = {"start": Key(time()), "end": Key(time())}
DEFAULT_HOURS = {"start": dt.time(9, 0), "end": dt.time(17, 0)}
DEFAULT_REMINDERS = [5, 2, 1, 0]  # working days before a deadline
DEFAULT_TURNING = 14  # days ahead of which what will go out of date is pointed out
# Roles of people who see everything that is owed, so that an email about others' work tells them nothing new.
RECIPIENTS = ("coordinator", "member", "dcs-office")
DEFAULT_LATE_RECIPIENTS = ["coordinator", "dcs-office"]
DEFAULT_WEEKLY_RECIPIENTS = ["coordinator", "member"]

PLAN: Shape = {
    "kind": Key(choice("plan")),
    "key": Key(key()),
    "title": Key(text()),
    "council": Key(text(200)),
    "framework": Key(key()),
    "source": Key(SOURCE),
    "unannounced_inspection": optional(text(), ""),
    "working_hours": optional(table(WORKING_HOURS, "the working hours"), DEFAULT_HOURS),
    "reminder_points": optional(listing(number(0, 60)), DEFAULT_REMINDERS),
    "turning_days": optional(number(1, 366), DEFAULT_TURNING),
    "late_recipients": optional(listing(choice(*RECIPIENTS), at_least=1), DEFAULT_LATE_RECIPIENTS),
    "weekly_recipients": optional(listing(choice(*RECIPIENTS), at_least=1), DEFAULT_WEEKLY_RECIPIENTS),
    "weekly_day": optional(choice(*WEEKDAYS[:5]), WEEKDAYS[0]),
    "posts": Key(tables(POST, "a post", at_least=1)),
    "people": optional(tables(PERSON, "a person"), []),
    "ownerships": Key(tables(OWNERSHIP, "an ownership")),
    "closures": optional(tables(CLOSURE, "a closure"), []),
    "two_approvals": optional(tables(TWO_APPROVALS, "a document with two approvals"), []),
}
