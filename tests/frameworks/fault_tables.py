"""Changes to the made-up files, each with the one fault that it is refused with: its place and its reason."""
# ruff: noqa: E501

import datetime as dt

from tests.frameworks.files import GONE

SOURCE = {"kind": "other", "where": "made up"}
KEY = "a key of small letters, figures and single hyphens, of at most 60 characters"
LINE = "one line of text, of 1 to 300 characters, with no space before or after it"

ONE_FAULT = [
    # The file as a whole
    ({"title": GONE}, "title", f"is missing; it should be {LINE}"),
    ({"kind": "plan"}, "kind", 'should be "framework", as this is to be a framework file, not the text "plan"'),
    ({"kind": 3}, "kind", 'should be "framework", as this is to be a framework file, not the number 3'),
    ({"kind": GONE}, "kind", 'is missing; it should be one of "framework"'),
    ({"titel": "x"}, "titel", 'is not a key of a framework file; did you mean "title"?'),
    ({"effective_to": dt.date(2029, 1, 1)}, "effective_to", "is 2029-01-01, before effective_from; it should be 2030-01-01 or later"),
    # Kinds of value
    ({"title": 5}, "title", f"should be {LINE}, not the number 5"),
    ({"title": ""}, "title", f'should be {LINE}, not the text ""'),
    ({"title": " x"}, "title", f'should be {LINE}, not the text " x"'),
    ({"title": "a\nb"}, "title", f'should be {LINE}, not the text "a\\nb"'),
    ({"title": "x" * 301}, "title", f'should be {LINE}, not the text "{"x" * 39}…"'),
    ({"last_day": "20"}, "last_day", 'should be a whole number from 1 to 400, not the text "20"'),
    ({"last_day": 401}, "last_day", "should be a whole number from 1 to 400, not the number 401"),
    ({"last_day": True}, "last_day", "should be a whole number from 1 to 400, not true"),
    ({"last_day": 20.0}, "last_day", "should be a whole number from 1 to 400, not the number 20.0"),
    ({"effective_from": "2030-01-01"}, "effective_from", 'should be a date without quotation marks, such as 2011-04-18, not the text "2030-01-01"'),
    ({"effective_from": dt.datetime(2030, 1, 1, 9)}, "effective_from", "should be a date without quotation marks, such as 2011-04-18, not the date and time 2030-01-01 09:00:00"),
    ({"steps[1].time": "12:00"}, "steps[1].time", 'should be a time without quotation marks, such as 17:00:00, not the text "12:00"'),
    ({"steps[0].deadline": "no"}, "steps[0].deadline", 'should be true or false, not the text "no"'),
    ({"strands[0].title": [1]}, "strands[0].title", f"should be {LINE}, not a list"),
    ({"phases": []}, "phases", "should be a list of at least 1, each of them a table with the keys key, title, not an empty list"),
    ({"phases": {"key": "x"}}, "phases", "should be a list of at least 1, each of them a table with the keys key, title, not a table"),
    ({"holdings[0]": "x"}, "holdings[0]", 'should be a table with the keys key, title, source, not the text "x"'),
    ({"source": "paper"}, "source", 'should be a table with the keys kind, where, not the text "paper"'),
    ({"source.kind": "rumour"}, "source.kind", 'should be one of "paper", "interpretation", "other", not the text "rumour"'),
    ({"holdings[0].key": "Last Letter"}, "holdings[0].key", f'should be {KEY}, not the text "Last Letter"'),
    ({"rules[0].key": "T 1"}, "rules[0].key", 'should be a short name of letters and figures, such as S1, not the text "T 1"'),
    ({"documents[0].parts[0].needed": "six"}, "documents[0].parts[0].needed", 'should be a whole number from 1 to 99, not the text "six"'),
    ({"documents[0].parts": GONE}, "documents[0].parts", "is missing; it should be a list of at least 1, each of them a table with the keys key, label, needed, source"),
    # Things there twice
    ({"strands[1].key": "leavers", "focus_groups[1].strand": "help", "focus_groups[1].number": 3, "focus_groups[2].strand": "help",
      "case_lists[0].strand": "help", "judgements": [], "rules": []}, "strands[2].key", "is key leavers, as strands[1].key is already; each needs its own"),
    ({"documents[1].number": 1}, "documents[1].number", "is number 1, as documents[0].number is already; each needs its own"),
    ({"documents[1].parts[1].key": "reviews"}, "documents[1].parts[1].key", "is key reviews, as documents[1].parts[0].key is already; each needs its own"),
    ({"focus_groups[2].number": 1}, "focus_groups[2].number", "is group care 1, as focus_groups[1].number is already; each needs its own"),
    ({"judgements[3].key": "stability", "rules": []}, "judgements[3].key", "is judgement care stability, as judgements[2].key is already; each needs its own"),
    ({"parties[3]": "council"}, "parties[3]", "is party council, as parties[0] is already; each needs its own"),
    ({"steps[5].duty": "documents"}, "steps[5].duty", "is duty documents, as steps[1].duty is already; each needs its own"),
    # Keys that name nothing
    ({"surveys[0].step": "visits"}, "surveys[0].step", 'is "visits", but there is no such step; there are: "call", "papers", "send-papers", "meetings-arranged", "visit", "letters-to-families", "corrections", "conference", "letter"'),
    ({"surveys[0].letter.lists[0]": "care"}, "surveys[0].letter.lists[0]", 'is "care", but there is no such case list; there are: "in-care", "missing"'),
    ({"publication": "report"}, "publication", 'is "report", but there is no such step; there are: "call", "papers", "send-papers", "meetings-arranged", "visit", "letters-to-families", "corrections", "conference", "letter"'),
    ({"focus_groups[0].strand": "health"}, "focus_groups[0].strand", 'is "health", but there is no such strand; there are: "help", "care", "leavers"'),
    ({"steps[0].phase": "after"}, "steps[0].phase", 'is "after", but there is no such phase; there are: "call", "visit", "letter"'),
    ({"steps[0].party": "Ofsted"}, "steps[0].party", 'is "Ofsted", but there is no such party; there are: "council", "visitors", "Inspectorate"'),
    ({"steps[0].timing.anchor": "call"}, "steps[0].timing.anchor", 'is "call", but there is no such anchor; there are: "notified", "fieldwork-start", "fieldwork-end", "conference", "stated"'),
    ({"documents[0].parts[0].freshness.anchor": "stated"}, "documents[0].parts[0].freshness.anchor", 'is "stated", but there is no such anchor; there are: "notified", "fieldwork-start", "fieldwork-end", "conference"'),
    ({"case_lists[0].strand": "all"}, "case_lists[0].strand", 'is "all", but there is no such strand; there are: "help", "care", "leavers"'),
    ({"case_fields[0].applies_to": "home"}, "case_fields[0].applies_to", 'is "home", but there is no such strand; there are: "all", "help", "care", "leavers"'),
    ({"judgements[0].strand": "home"}, "judgements[0].strand", 'is "home", but there is no such strand; there are: "help", "care", "leavers"'),
    ({"judgements[2].parent": "findings"}, "judgements[2].parent", 'is "findings", but there is no such judgement in its strand; there are: "overall", "stability", "voice"'),
    ({"rules[0].limits": "findings"}, "rules[0].limits", 'is "findings", but there is no such judgement in its strand; there are: "overall", "stability", "voice"'),
    ({"rules[0].ceiling": "good"}, "rules[0].ceiling", 'is "good", but there is no such grade; there are: "strong", "sound", "weak"'),
    ({"rules[0].conditions[1].grade": "good"}, "rules[0].conditions[1].grade", 'is "good", but there is no such grade; there are: "strong", "sound", "weak"'),
    ({"rules[0].conditions[1].judgements[0]": "findings"}, "rules[0].conditions[1].judgements[0]", 'is "findings", but there is no such judgement in its strand; there are: "overall", "stability", "voice"'),
    ({"rules[0].strand": "home"}, "rules[0].strand", 'is "home", but there is no such strand; there are: "help", "care", "leavers"'),
    # Timings
    ({"anchors[0].timing": {"anchor": "stated"}}, "anchors[0].timing", "should be left out: the day of notification is given, not worked out"),
    ({"anchors[1].timing": GONE}, "anchors[1].timing", 'is missing; only the anchor "notified" has none'),
    ({"anchors[2].timing.last": 6}, "anchors[2].timing.last", "should be left out: an anchor is one day"),
    ({"anchors[1].timing.anchor": "fieldwork-end"}, "anchors[1].timing.anchor", "goes round in a circle: fieldwork-start hangs on fieldwork-end hangs on fieldwork-start"),
    ({"anchors[2].timing.anchor": "fieldwork-end"}, "anchors[2].timing.anchor", "goes round in a circle: fieldwork-end hangs on fieldwork-end"),
    ({"anchors[3].key": "stated"}, "anchors[3].key", '"stated" is kept for dates entered by hand; it should be another key'),
    ({"anchors[3].timing.first": 2}, "anchors[3].timing.first", "has no meaning for a date that is stated by hand; leave it out"),
    ({"steps[4].timing.last": -1}, "steps[4].timing.last", "is -1, before first; it should be 0 or more"),
    ({"steps[1].timing.first": 20}, "steps[1].timing", "ends on day 21, after last_day, which is 20"),
    ({"steps[5].timing.weekday": "monday"}, "steps[5].timing.weekday", 'should be one of "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday", not the text "monday"'),
    ({"steps[5].timing.unit": "days"}, "steps[5].timing.unit", 'should be one of "working", "calendar", not the text "days"'),
    # What belongs together
    ({"steps[5].duty": GONE}, "steps[5].duty", "is missing; a deadline of the council should say what it turns into"),
    ({"steps[5].deadline": False}, "steps[5].duty", "should be left out, or deadline be true: only a deadline turns into a duty"),
    ({"documents[0].parts[0].dated": GONE}, "documents[0].parts[0].freshness", "needs dates to go by; set dated = true, or leave the freshness out"),
    ({"documents[1].parts[0].freshness.years": GONE}, "documents[1].parts[0].freshness.years", "is missing; it should be a whole number from 1 to 99"),
    ({"documents[0].parts[0].freshness.years": 1}, "documents[0].parts[0].freshness.years", 'has no meaning with the kind "latest"; leave it out'),
    ({"documents[0].parts[0].covers[1].key": "homes"}, "documents[0].parts[0].covers[1].key", "is key homes, as documents[0].parts[0].covers[0].key is already; each needs its own"),
    ({"documents[0].parts[0].each": "hubs"}, "documents[0].parts[0].each", "should be left out, or covers be: each says it"),
    ({"documents[0].parts[0].takes": "audit-themes"}, "documents[1].parts[1].takes", 'is "audit-themes", as documents[0].parts[0].takes is already; one part at most takes it'),
    ({"documents[0].parts[0].takes": "themes"}, "documents[0].parts[0].takes", 'should be one of "audit-themes", not the text "themes"'),
    ({"judgements[1].parent": "voice"}, "judgements[1].parent", "goes round in a circle: overall hangs on voice hangs on overall"),
]  # fmt: skip

CASE_SELECTION = {
    "key": "first", "title": "First cases", "minimum": 3, "maximum": 5, "chosen_by": "visitors",
    "step": "call", "audit_step": "visit", "source": SOURCE,
}  # fmt: skip

ONE_FAULT_IN_SELECTION = [
    ({"maximum": 2}, "maximum", "is 2, below the minimum; it should be 3 or more"),
    ({"chosen_by": "nobody"}, "chosen_by", 'is "nobody", but there is no such party; there are: "council", "visitors", "Inspectorate"'),
    ({"audit_step": "audit"}, "audit_step", 'is "audit", but there is no such step; there are: "call", "papers", "send-papers", "meetings-arranged", "visit", "letters-to-families", "corrections", "conference", "letter"'),
]  # fmt: skip

# Of the file of three lists of Annex A
ONE_FAULT_IN_CASES = [
    ({"case_lists[1].names[1]": "children-in  NEED"}, "case_lists[1].names[1]", "is name childreninneed, as case_lists[0].names[1] is already; each needs its own"),
    ({"case_lists[1].returns[0]": "annex-a-6"}, "case_lists[1].returns[0]", "is part of a return annex-a-6, as case_lists[0].returns[0] is already; each needs its own"),
    ({"case_fields[9].lists[0]": "foster-carers"}, "case_fields[9].lists[0]", 'is "foster-carers", but there is no such case list; there are: "in-need", "in-care", "adopters"'),
    ({"case_fields[2].kind": "text", "case_fields[2].role": GONE}, "case_fields[2].codes", 'has a meaning for fields of the kind "code" only; leave it out'),
    ({"case_fields[5].may_be_future": True}, "case_fields[5].may_be_future", 'has a meaning for fields of the kind "date" only; leave it out'),
    ({"case_fields[6].puts_on": "in-need"}, "case_fields[6].puts_on", 'has a meaning for fields of the kind "yes-no" only; leave it out'),
    ({"case_fields[5].blank_puts_on": "waiting"}, "case_fields[5].blank_puts_on", 'is "waiting", but there is no such case list; there are: "in-need", "in-care", "adopters"'),
    ({"case_fields[5].role": "birth", "case_fields[4].role": GONE}, "case_fields[5].role", 'is "birth", which is for a field of the kind "date", not "number"'),
    ({"case_fields[6].role": "birth"}, "case_fields[6].role", "is role birth, as case_fields[4].role is already on the same list; each list has it once"),
    ({"case_fields[1].lists[0]": "in-care", "case_fields[1].headings": ["Adopter ID"]}, "case_fields[1].kind", "is identifier, as case_fields[0].kind is already on the same list; each list has it once"),
    ({"case_fields[6].label": "d.o.b", "case_fields[4].headings": ["DOB"]}, "case_fields[6].label", "is heading dob, as case_fields[4].headings[0] is already on the same list; each list has it once"),
    ({"case_fields[4].also_says": [{"words": ["Unborn"], "field": "unborn"}]}, "case_fields[4].also_says[0].field", 'is "unborn", but there is no such case field; there are: "child", "adopter", "sex", "ethnicity", "born", "age", "in-need-since", "in-care-since", "placed", "applied", "approved", "siblings"'),
    ({"case_fields[4].also_says": [{"words": ["3"], "field": "age"}]}, "case_fields[4].also_says[0].field", 'is "age", which is a field of the kind "number"; it should be one of the kind "yes-no"'),
    ({"case_fields[8].categories[1].codes[0]": "U6"}, "case_fields[8].categories[1].codes[0]", "is code U6, as case_fields[8].categories[0].codes[5] is already; each needs its own"),
    ({"case_fields[2].codes": "sex"}, "case_fields[2].codes", 'is "sex", but there is no such code set; there are: "disability", "ethnicity", "gender", "legal-status", "placement"'),
    ({"case_rules[0].kind": "sorted"}, "case_rules[0].kind", 'should be one of "needed", "in-order", "birth-expected", "age-at-most", "needs-text", "only-on", "not-both", "same-in-all", "codes-only-on", "yes-only-on", not the text "sorted"'),
    ({"case_rules[0].fields[1]": "ended"}, "case_rules[0].fields[1]", 'is "ended", but there is no such case field; there are: "child", "adopter", "sex", "ethnicity", "born", "age", "in-need-since", "in-care-since", "placed", "applied", "approved", "siblings"'),
    ({"case_rules[0].fields[1]": "siblings"}, "case_rules[0].fields[1]", 'is of the kind "number"; it should be a field of the kind "date"'),
    ({"case_rules[0].fields": ["applied"]}, "case_rules[0].fields", 'has 1; a rule of the kind "in-order" has exactly 2'),
    ({"case_rules[0].days": 28}, "case_rules[0].days", "and within go together: give both or neither"),
    ({"case_rules[0].age": 18}, "case_rules[0].age", 'has no meaning for a rule of the kind "in-order"; leave it out'),
    ({"case_rules[1].age": GONE}, "case_rules[1].age", 'is missing; a rule of the kind "age-at-most" needs it'),
    ({"case_rules[1].lists": GONE}, "case_rules[1].lists", 'is missing; a rule of the kind "age-at-most" needs it'),
    ({"case_rules[1].kind": "only-on", "case_rules[1].age": GONE}, "case_rules[1].on", 'is missing; a rule of the kind "only-on" needs it'),
]  # fmt: skip

OWNERSHIP = {"item": "document:1", "owners": [], "as_written": "tbc", "source": SOURCE}

ONE_FAULT_IN_PLAN = [
    ({"kind": "framework"}, "kind", 'should be "plan", as this is to be a plan file, not the text "framework"'),
    ({"framework": "slac-2009"}, "framework", 'is "slac-2009", but there is no such framework; there are: "tiny-2030"'),
    ({"ownerships[0].item": "group:care-1"}, "ownerships[0].item", 'should be an item such as "document:1", "focus-group:<strand>-1" or "step:<key>", not the text "group:care-1"'),
    ({"ownerships[7]": OWNERSHIP}, "ownerships[7].item", "is for document:1, as ownerships[5].item is already; each needs its own"),
    ({"ownerships[7]": OWNERSHIP | {"item": "document:2"}}, "ownerships[7].item", 'is "document:2", which tiny-2030 does not have'),
    ({"ownerships[7]": OWNERSHIP | {"item": "step:visits"}}, "ownerships[7].item", 'is "step:visits", which tiny-2030 does not have'),
    ({"ownerships[5]": OWNERSHIP | {"item": "step:visit"}}, "ownerships", 'has none for "document:1"; add it, with owners = [] while nobody is named'),
    ({"ownerships[2].owners[0]": "Hub Boss"}, "ownerships[2].owners[0]", 'is "Hub Boss", which is no post of this plan; add it to posts or aliases'),
    ({"ownerships[2].owners": ["DC", "Director of Children"]}, "ownerships[2].owners[1]", "is the post Director, Children, as ownerships[2].owners[0] is already; each needs its own"),
    ({"posts[1].aliases": ["director  of children"]}, "posts[1].aliases[0]", "is written as director of children, as posts[0].aliases[0] is already; each needs its own"),
    ({"people[1].posts[0]": "Boss"}, "people[1].posts[0]", 'is "Boss", which is no post of this plan; add it to posts or aliases'),
    ({"people[1].posts[0]": "DC"}, "people[1].posts[0]", "is the post Director, Children, as people[0].posts[0] is already; each needs its own"),
    ({"people[1].email": "AVERY@example.org"}, "people[1].email", "is the address avery@example.org, as people[0].email is already; each needs its own"),
    ({"people[1].email": "blake at example.org"}, "people[1].email", 'should be an email address, not the text "blake at example.org"'),
    ({"retention": {"case_days": 0}}, "retention.case_days", "should be a whole number from 1 to 3650, not the number 0"),
    ({"retention": {"days": 90}}, "retention.days", 'is not a key of a retention; did you mean "case_days"?'),
    ({"closures[1].date": dt.date(2030, 12, 27)}, "closures[1].date", "is date 2030-12-27, as closures[0].date is already; each needs its own"),
    ({"two_approvals[0].document": "2"}, "two_approvals[0].document", 'is "2", but there is no such document; there are: "1", "4"'),
    ({"two_approvals[1]": {"document": "4", "source": SOURCE}}, "two_approvals[1].document", "is for document 4, as two_approvals[0].document is already; each needs its own"),
    ({"deadline_time": "4pm"}, "deadline_time", 'should be a time without quotation marks, such as 17:00:00, not the text "4pm"'),
    ({"step_times[0].time": 16}, "step_times[0].time", "should be a time without quotation marks, such as 17:00:00, not the number 16"),
    ({"step_times[0].step": "visit"}, "step_times[0].step", 'is "visit", but there is no such step with a deadline; there are: "papers", "send-papers", "meetings-arranged", "letters-to-families", "corrections"'),
    ({"step_times[1]": {"step": "papers", "time": dt.time(9), "source": SOURCE}}, "step_times[1].step", "is for step papers, as step_times[0].step is already; each needs its own"),
    ({"lists[0].key": "schools"}, "lists[0].key", 'is "schools", but there is no such list that a part of a document asks for; there are: "hubs"'),
    ({"lists[0].entries[1].key": "north"}, "lists[0].entries[1].key", "is key north, as lists[0].entries[0].key is already; each needs its own"),
    ({"lists[0].entries": []}, "lists[0].entries", "should be a list of at least 1, each of them a table with the keys key, label, source, not an empty list"),
    ({"lists[0].entries[0].label": GONE}, "lists[0].entries[0].label", f"is missing; it should be {LINE}"),
    ({"working_hours.end": dt.time(8, 0)}, "working_hours.end", "is 08:00:00; it should be later than the start, 08:30:00"),
    ({"reminder_points": [1, 1]}, "reminder_points[1]", "is point 1, as reminder_points[0] is already; each needs its own"),
    ({"late_recipients": []}, "late_recipients", 'should be a list of at least 1, each of them one of "coordinator", "member", "dcs-office", not an empty list'),
    ({"late_recipients": ["owner"]}, "late_recipients[0]", 'should be one of "coordinator", "member", "dcs-office", not the text "owner"'),
    ({"weekly_recipients": ["member", "member"]}, "weekly_recipients[1]", "is the role member, as weekly_recipients[0] is already; each needs its own"),
    ({"weekly_day": "Saturday"}, "weekly_day", 'should be one of "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", not the text "Saturday"'),
    ({"reminder_points": [-1]}, "reminder_points[0]", "should be a whole number from 0 to 60, not the number -1"),
]  # fmt: skip
