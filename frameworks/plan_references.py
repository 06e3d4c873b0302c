"""What must agree within a local plan, and with its framework."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from frameworks.audit_references import check_questions
from frameworks.faults import Faults
from frameworks.framework import Framework
from frameworks.plan import Plan, same_name
from frameworks.reading import BAD
from frameworks.referring import Row, places, refer, refuse_twice, rows

Spellings = Mapping[str, str]  # a post's name or alias, reduced by `same_name` -> the post's name


def spellings(data: Row) -> Spellings:
    """Every spelling of every post in the plan, with the post's name."""
    found: dict[str, str] = {}
    for post in rows(data, "posts"):
        for written in (post.get("name"), *(post.get("aliases") or ())):
            if isinstance(written, str) and "name" in post:
                found.setdefault(same_name(written), post["name"])
    return found


def items_of(framework: Framework) -> list[str]:
    """Everything that can be owned, in the framework's order: documents, focus groups, steps."""
    return [
        *(f"document:{document.key}" for document in framework.documents),
        *(f"focus-group:{group.key}" for group in framework.focus_groups),
        *(f"step:{step.key}" for step in framework.steps),
    ]


def in_order(plan: Plan, framework: Framework) -> Plan:
    """A sound plan in which every post has one name, with its lists in the framework's order."""
    order = {item: position for position, item in enumerate(items_of(framework))}
    named = {same_name(each): post.name for post in plan.posts for each in (post.name, *post.aliases)}
    ownerships = sorted(plan.ownerships, key=lambda each: order[each.item])
    return replace(
        plan,
        reminder_points=tuple(sorted(plan.reminder_points, reverse=True)),
        people=tuple(replace(each, posts=tuple(named[same_name(p)] for p in each.posts)) for each in plan.people),
        ownerships=tuple(replace(each, owners=tuple(named[same_name(o)] for o in each.owners)) for each in ownerships),
        closures=tuple(sorted(plan.closures, key=lambda each: each.date)),
        two_approvals=tuple(sorted(plan.two_approvals, key=lambda each: order[f"document:{each.document}"])),
    )


def check_plan(data: Row, frameworks: Iterable[Framework], faults: Faults) -> None:
    """Note everything in a plan file that does not agree with the rest of it, or with its framework."""
    by_key = {framework.key: framework for framework in frameworks}
    refer(data.get("framework"), list(by_key), "framework", "framework", faults)
    framework = by_key.get(data.get("framework", ""))
    _posts(data, faults)
    _ownerships(data, framework, faults)
    _people(data, faults)
    _two_approvals(data, framework, faults)
    _step_times(data, framework, faults)
    _lists(data, framework, faults)
    check_questions(data, faults, graded=framework is None or bool(framework.grades))
    refuse_twice(places(data, "closures", "date"), "date", faults)
    points = data.get("reminder_points") or []
    refuse_twice(((f"reminder_points[{index}]", point) for index, point in enumerate(points)), "point", faults)
    for name in ("late_recipients", "weekly_recipients"):
        roles = enumerate(data.get(name) or [])
        refuse_twice(((f"{name}[{index}]", role) for index, role in roles), "the role", faults)
    hours = data.get("working_hours")
    if isinstance(hours, dict) and hours.keys() >= {"start", "end"} and hours["end"] <= hours["start"]:
        faults.add("working_hours.end", f"is {hours['end']}; it should be later than the start, {hours['start']}")


def _posts(data: Row, faults: Faults) -> None:
    def written() -> Iterator[tuple[str, Any]]:
        for index, post in enumerate(rows(data, "posts")):
            if "name" in post:
                yield f"posts[{index}].name", same_name(post["name"])
            for number, alias in enumerate(post.get("aliases") or ()):
                if alias is not BAD:
                    yield f"posts[{index}].aliases[{number}]", same_name(alias)

    refuse_twice(written(), "written as", faults)


def _refer_to_posts(named: Any, place: str, known: Spellings | None, faults: Faults) -> Iterator[tuple[str, str]]:
    """Every post that is mentioned, by its one name; a fault for each that is not a post of the plan."""
    if known is None:
        return
    for index, spelling in enumerate(named or ()):
        if spelling is BAD:
            continue
        post = known.get(same_name(spelling))
        if post is None:
            faults.add(
                f"{place}[{index}]", f'is "{spelling}", which is no post of this plan; add it to posts or aliases'
            )
        else:
            yield f"{place}[{index}]", post


def _sound_spellings(data: Row) -> Spellings | None:
    """The spellings of all posts; None if they cannot all be known."""
    posts = data.get("posts")
    if posts is None or any("name" not in post or BAD in post.get("aliases", [BAD]) for post in posts):
        return None
    return spellings(data)


def _ownerships(data: Row, framework: Framework | None, faults: Faults) -> None:
    known = _sound_spellings(data)
    for index, ownership in enumerate(rows(data, "ownerships")):
        named = list(_refer_to_posts(ownership.get("owners"), f"ownerships[{index}].owners", known, faults))
        refuse_twice(named, "the post", faults)
    refuse_twice(places(data, "ownerships", "item"), "for", faults)
    if framework is None or any("item" not in row for row in data.get("ownerships", [{}])):
        return
    there_are = items_of(framework)
    given = [row["item"] for row in data["ownerships"]]
    for index, item in enumerate(given):
        if item not in there_are:
            faults.add(f"ownerships[{index}].item", f'is "{item}", which {framework.key} does not have')
    for item in there_are:
        if item not in given and not item.startswith("step:"):
            faults.add("ownerships", f'has none for "{item}"; add it, with owners = [] while nobody is named')


def _two_approvals(data: Row, framework: Framework | None, faults: Faults) -> None:
    refuse_twice(places(data, "two_approvals", "document"), "for document", faults)
    there_are = [document.key for document in framework.documents] if framework else None
    for place, document in places(data, "two_approvals", "document"):
        refer(document, there_are, place, "document", faults)


def _step_times(data: Row, framework: Framework | None, faults: Faults) -> None:
    refuse_twice(places(data, "step_times", "step"), "for step", faults)
    owed = [step.key for step in framework.steps if step.deadline] if framework else None
    for place, step in places(data, "step_times", "step"):
        refer(step, owed, place, "step with a deadline", faults)


def _lists(data: Row, framework: Framework | None, faults: Faults) -> None:
    refuse_twice(places(data, "lists", "key"), "list", faults)
    parts = [part for document in framework.documents for part in document.parts] if framework else []
    asked = sorted({part.each for part in parts if part.each}) if framework else None
    for index, each in enumerate(rows(data, "lists")):
        refer(each.get("key"), asked, f"lists[{index}].key", "list that a part of a document asks for", faults)
        refuse_twice(places(each, "entries", "key", f"lists[{index}]."), "key", faults)


def _people(data: Row, faults: Faults) -> None:
    known = _sound_spellings(data)
    holders: list[tuple[str, str]] = []
    for index, person in enumerate(rows(data, "people")):
        holders += _refer_to_posts(person.get("posts"), f"people[{index}].posts", known, faults)
    refuse_twice(holders, "the post", faults)
    emails = ((place, email and email.casefold()) for place, email in places(data, "people", "email"))
    refuse_twice(emails, "the address", faults)
