"""What must agree in a framework or plan file about selected cases and their audits."""

from frameworks.faults import Faults
from frameworks.reading import BAD
from frameworks.referring import Row, known, places, refer, refuse_twice, rows

# What a selection names -> the duty into which that step turns, without which nobody would owe it
NEEDED = (("audit_step", "audits"), ("handover_step", "hand-over-audits"))


def check_audits(data: Row, faults: Faults) -> None:
    """Note everything about selections, their steps and the questions of audits that does not agree."""
    refuse_twice(places(data, "case_selections", "key"), "key", faults)
    _selections(data, faults)
    _steps(data, faults)
    _takers(data, faults)
    for place, selection in places(data, "focus_groups", "selection"):
        if selection is not None:
            refer(selection, known(data, "case_selections"), place, "selection", faults)
    check_questions(data, faults, graded=bool(data.get("grades")))


def check_questions(data: Row, faults: Faults, *, graded: bool) -> None:
    """Note what does not agree in a file's audit questions and themes. `graded`: whether there are grades to give."""
    for each in ("audit_questions", "audit_themes"):
        refuse_twice(places(data, each, "key"), "key", faults)
    asked = rows(data, "audit_questions")
    roles = ((f"audit_questions[{i}].role", each["role"]) for i, each in enumerate(asked) if each.get("role"))
    refuse_twice(roles, "role", faults)
    for index, question in enumerate(asked):
        place, kind, role = f"audit_questions[{index}]", question.get("kind"), question.get("role")
        if kind == "grade" and not graded:
            faults.add(f"{place}.kind", 'is "grade", but the framework has no grades')
        wanted = {"grade": "grade", "immediate-concern": "yes-no"}.get(str(role))
        if wanted and kind not in (None, BAD, wanted):
            faults.add(
                f"{place}.kind", f'is "{kind}"; a question with the role "{role}" should be of the kind "{wanted}"'
            )


def _takers(data: Row, faults: Faults) -> None:
    """At most one part takes what the software makes of the audits."""
    first: dict[str, str] = {}
    for index, document in enumerate(rows(data, "documents")):
        for place, takes in places(document, "parts", "takes", f"documents[{index}]."):
            if takes in first:
                faults.add(place, f'is "{takes}", as {first[takes]} is already; one part at most takes it')
            elif takes is not None and takes is not BAD:
                first[takes] = place


def _selections(data: Row, faults: Faults) -> None:
    steps, parties = known(data, "steps"), data.get("parties")
    # A step whose key or duty is wrong in itself has its fault already.
    duties = {step["key"]: step.get("duty", BAD) for step in rows(data, "steps") if step.get("key", BAD) is not BAD}
    # A step is one duty, so it is done for one selection.
    named = places(data, "case_selections", "step")
    refuse_twice(((place, step) for place, step in named if duties.get(step) == "case-selection"), "step", faults)
    refuse_twice(places(data, "case_selections", "handover_step"), "handover_step", faults)
    for index, chosen in enumerate(rows(data, "case_selections")):
        place = f"case_selections[{index}]"
        by = chosen.get("chosen_by")
        refer(by, None if parties and BAD in parties else parties, f"{place}.chosen_by", "party", faults)
        refer(chosen.get("step"), steps, f"{place}.step", "step", faults)
        for key, duty in NEEDED:
            if chosen.get(key) is not None:
                refer(chosen[key], steps, f"{place}.{key}", "step", faults)
                if duties.get(chosen[key], BAD) not in (duty, BAD):
                    faults.add(f"{place}.{key}", f'is "{chosen[key]}", which needs the duty "{duty}"')
        if chosen.get("handover_step") is not None and chosen.get("audit_step", BAD) is None:
            faults.add(f"{place}.handover_step", "is given, but without an audit_step there is nothing to hand over")
        low, high = chosen.get("minimum"), chosen.get("maximum")
        if low is not None and high is not None and high < low:
            faults.add(f"{place}.maximum", f"is {high}, below the minimum; it should be {low} or more")


def _steps(data: Row, faults: Faults) -> None:
    """A deadline for a selection, its audits or their handing over has a selection that names it."""
    for key, duty in (("step", "case-selection"), *NEEDED):
        named = {chosen.get(key, BAD) for chosen in rows(data, "case_selections")}
        for index, step in enumerate(rows(data, "steps")):
            if step.get("duty") == duty and BAD not in named and step.get("key") not in named:
                faults.add(
                    f"steps[{index}].duty", f'is "{duty}", but no selection of cases names this step as its {key}'
                )
