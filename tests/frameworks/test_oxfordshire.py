"""Oxfordshire's plan: who owns each item, in the words of the briefing paper's annexes and as posts."""

import pytest

from frameworks import Library
from tests.frameworks import paper

PLAN = Library().plan("oxfordshire")

CLA = "Strategic Lead, Children Looked After"
PREVENTION = "Strategic Lead, Prevention and Protection"
PLAY = "Strategic Lead, Play and Participation"
PERFORMANCE = "Strategic Lead, Performance"
SAFEGUARDING = "Strategic Lead, Safeguarding"
LOCALITY = "Strategic Lead, Locality and Workforce Development"
COMMUNICATIONS = "Service Manager – Communications and Performance"
COMMISSIONING = "Strategic Lead and Head of Joint Commissioning"
ACHIEVEMENT = "Head of Raising Achievement Service"
ACCESS = "Head of Young People and Access to Education Service"
TOP = ("Director of Children's Services", "Lead Member", "Chief Executive")

OWNERS = {
    "document:1": ("Chair – OSCB", "Business Manager, OSCB"),
    "document:2": ("Chair – OCYPT", "OCYPT Project Officer"),
    "document:3": (PERFORMANCE,),
    "document:4": (COMMUNICATIONS, PLAY),
    "document:5": (COMMUNICATIONS, PLAY, "Participation sub group"),
    "document:6": ("Head of Service", "Performance leads across the partnership"),
    "document:7": (LOCALITY,),
    "document:8": (
        "Strategic Lead, Children's Workforce Development",
        "Strategic HR Business Officer",
        "Workforce Subgroup",
    ),
    "document:9": (SAFEGUARDING, CLA),
    "document:10": (SAFEGUARDING,),
    "document:11": (PREVENTION, CLA),
    "document:12": ("Area Service Manager, Central", "Local Authority Designated Officer, Schools"),
    "document:13": (COMMUNICATIONS,),
    "focus-group:safeguarding-1": (SAFEGUARDING, PERFORMANCE),
    "focus-group:safeguarding-2": (CLA, PREVENTION),
    "focus-group:safeguarding-3": (PLAY, CLA),
    "focus-group:safeguarding-4": ("Head of Service", SAFEGUARDING, LOCALITY),
    "focus-group:safeguarding-5": (COMMISSIONING, PERFORMANCE),
    "focus-group:safeguarding-6": TOP,
    "focus-group:safeguarding-7": ("PCT manager", "Police manager"),
    "focus-group:safeguarding-8": ("A & E managers",),
    "focus-group:safeguarding-9": (PREVENTION,),
    "focus-group:safeguarding-10": (ACHIEVEMENT,),
    "focus-group:safeguarding-11": (SAFEGUARDING,),
    "focus-group:safeguarding-12": (PREVENTION,),
    "focus-group:safeguarding-13": (PREVENTION, CLA),
    "focus-group:safeguarding-14": (LOCALITY,),
    "focus-group:safeguarding-15": ("Health",),
    "focus-group:safeguarding-16": (ACCESS,),
    "focus-group:safeguarding-17": ("Assistant Delivery Director (VCS Consortium) for Connexions",),
    "focus-group:safeguarding-18": (),
    "focus-group:looked-after-1": (CLA,),
    "focus-group:looked-after-2": (CLA,),
    "focus-group:looked-after-3": (CLA,),
    "focus-group:looked-after-4": ("Head of Service", CLA, PREVENTION),
    "focus-group:looked-after-5": (COMMISSIONING, PERFORMANCE),
    "focus-group:looked-after-6": TOP,
    "focus-group:looked-after-7": (ACCESS, ACHIEVEMENT, "Headteacher, Virtual School for Looked After Children"),
    "focus-group:looked-after-8": (),
    "focus-group:looked-after-9": ("Strategic Lead, School Improvement",),
    "focus-group:looked-after-10": (SAFEGUARDING,),
    "focus-group:looked-after-11": (CLA,),
    "focus-group:looked-after-12": (PLAY,),
    "focus-group:looked-after-13": (CLA,),
    "focus-group:looked-after-14": ("Head of Service",),
    "focus-group:looked-after-15": (),
    "focus-group:looked-after-16": (),
    "focus-group:looked-after-17": ("Head of Service",),
    "focus-group:looked-after-18": (CLA,),
    "focus-group:looked-after-19": (CLA,),
    "step:factual-accuracy": ("Director of Children's Services",),
}


def test_every_item_has_the_posts_that_the_paper_names():
    assert {ownership.item: ownership.owners for ownership in PLAN.ownerships} == OWNERS


def as_printed():
    for line in paper.ANNEX_1_OWNERS.splitlines():
        number, owner = line.split("\t")
        yield f"document:{number}", owner
    for strand, rows in (("safeguarding", paper.ANNEX_2_SAFEGUARDING), ("looked-after", paper.ANNEX_2_LOOKED_AFTER)):
        for line in rows.splitlines():
            number, _, owner = line.split("\t")
            yield f"focus-group:{strand}-{number.rstrip('.')}", owner


def test_owners_are_kept_as_the_annexes_write_them():
    printed = dict(as_printed())
    assert len(printed) == 13 + 18 + 19
    assert {item: PLAN.as_written(item) for item in printed} == printed


def test_what_is_to_be_confirmed_has_no_owner():
    tbc = [item for item, owner in as_printed() if owner == "tbc"]
    assert tbc == [
        "focus-group:safeguarding-18",
        "focus-group:looked-after-8",
        "focus-group:looked-after-15",
        "focus-group:looked-after-16",
    ]
    assert [ownership.item for ownership in PLAN.ownerships if not ownership.owners] == tbc


def test_lead_on_children_looked_after_has_more_than_a_quarter_of_the_groups():
    groups = [item for item, owners in OWNERS.items() if item.startswith("focus-group:") and CLA in owners]
    assert len(groups) == 11


@pytest.mark.parametrize(
    ("spelling", "name"),
    [
        ("Strategic Lead, CLA", CLA),
        ("strategic  lead,cla", CLA),
        ("Heads of Service", "Head of Service"),
        ("DCS", "Director of Children's Services"),
        ("Director of Children’s Services", "Director of Children's Services"),
        ("LM", "Lead Member"),
        ("lead member", "Lead Member"),
        ("Head of Service, YPAE", ACCESS),
        ("Head of Service, Raising Achievement", ACHIEVEMENT),
        ("Chair - OSCB", "Chair – OSCB"),
        ("Service Manager – Communications and Performance co-ordinating", COMMUNICATIONS),
    ],
)
def test_post_is_found_by_any_of_its_spellings(spelling, name):
    assert PLAN.post_named(spelling).name == name


@pytest.mark.parametrize("spelling", ["tbc", "", "Strategic Lead", "Head of Nothing"])
def test_what_is_no_post_is_not_found(spelling):
    assert PLAN.post_named(spelling) is None


def test_posts_are_in_their_organisations():
    outside = {post.name: post.organisation for post in PLAN.posts if post.organisation != PLAN.council}
    assert len(PLAN.posts) == 32
    assert outside == {
        "Chair – OSCB": "Oxfordshire Safeguarding Children's Board",
        "Business Manager, OSCB": "Oxfordshire Safeguarding Children's Board",
        "Chair – OCYPT": "Oxfordshire Children and Young People's Trust",
        "OCYPT Project Officer": "Oxfordshire Children and Young People's Trust",
        "Participation sub group": "Oxfordshire Children and Young People's Trust",
        "Workforce Subgroup": "Oxfordshire Children and Young People's Trust",
        "Performance leads across the partnership": "Oxfordshire Children and Young People's Trust",
        "PCT manager": "Primary Care Trust",
        "Health": "Primary Care Trust",
        "Police manager": "Police",
        "A & E managers": "Local hospitals",
        "Assistant Delivery Director (VCS Consortium) for Connexions": "VCS Consortium",
    }


def test_plan_has_the_usual_reminders_and_hours_and_nothing_that_the_paper_does_not_say():
    assert PLAN.reminder_points == (5, 2, 1, 0)
    assert PLAN.late_recipients == ("coordinator", "dcs-office")
    assert PLAN.weekly_recipients == ("coordinator", "member")
    assert PLAN.weekly_day == 0
    assert (PLAN.working_hours.start.hour, PLAN.working_hours.end.hour) == (9, 17)
    assert (PLAN.people, PLAN.closures) == ((), ())
    assert PLAN.unannounced_inspection == "December 2009"


def test_item_that_the_plan_does_not_name_has_no_owner():
    assert PLAN.owners("step:case-list") == ()
    assert PLAN.as_written("step:case-list") == ""
