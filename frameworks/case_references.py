"""What must agree in a framework file about its case lists, their fields and rules (`frameworks.references`)."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from codesets import code_set, code_sets
from frameworks.cases import ALL
from frameworks.faults import Faults
from frameworks.reading import BAD
from frameworks.referring import Row, known, places, refer, refuse_twice, rows

#: What a rule of each kind must have besides its fields, in the words of the file.
RULE_NEEDS: Mapping[str, tuple[str, ...]] = {
    "needed": (),
    "in-order": (),
    "birth-expected": ("days",),
    "age-at-most": ("lists", "age"),
    "needs-text": (),
    "only-on": ("on",),
    "not-both": (),
    "same-in-all": (),
    "codes-only-on": ("codes", "on"),
    "yes-only-on": ("on",),
}
#: What else it may have; every rule may have `lists`.
RULE_MAY: Mapping[str, tuple[str, ...]] = {
    "needed": ("unless",),
    "in-order": ("days", "within"),
    "birth-expected": ("within",),
    "needs-text": ("codes",),
    "not-both": ("on",),
}
#: The required kinds of its fields, if any: of one field, of the first and the second, of each.
RULE_FIELDS: Mapping[str, tuple[str, ...]] = {
    "in-order": ("date", "date"),
    "birth-expected": ("date",),
    "age-at-most": ("date",),
    "needs-text": ("code", "text"),
    "not-both": ("yes-no", "yes-no"),
    "codes-only-on": ("code",),
    "yes-only-on": ("yes-no",),
}
#: What has a meaning only for fields of one kind.
OF_KIND = {
    "codes": "code",
    "categories": "code",
    "yes": "yes-no",
    "no": "yes-no",
    "puts_on": "yes-no",
    "may_be_future": "date",
}
#: The kind of a field with a role, if it is not coded.
ROLE_KINDS = {
    "birth": "date",
    "expected-birth": "date",
    "referral": "date",
    "end-of-care": "date",
    "waiting-since": "date",
    "unborn": "yes-no",
    "looked-after": "yes-no",
    "care-leaver": "yes-no",
    "unallocated": "yes-no",
    "awaiting-transfer": "yes-no",
    "protection-plan": "yes-no",
    "earlier-protection-plan": "yes-no",
    "need-plan": "yes-no",
    "placement-text": "text",
    "worker": "text",
}
CODED = "code"


def fold_heading(text: str) -> str:
    """A heading or a name reduced for comparing: only letters and figures, without case."""
    return re.sub(r"[\W_]+", "", text.casefold())


def check_cases(data: Row, faults: Faults) -> None:
    """Note everything about case lists, their fields and their rules that does not agree with the rest of the file."""
    strands, lists = known(data, "strands"), known(data, "case_lists")
    for place, strand in places(data, "case_lists", "strand"):
        refer(strand, strands, place, "strand", faults)
    refuse_twice(_names(data), "name", faults)
    refuse_twice(_each(data, "case_lists", "returns"), "part of a return", faults)
    refuse_twice(_codes(data, "placements"), "code", faults)
    placed = next((field for field in rows(data, "case_fields") if field.get("role") == "placement"), {})
    _known_codes(_codes(data, "placements"), placed.get("codes"), faults)
    for index, field in enumerate(rows(data, "case_fields")):
        _field(field, f"case_fields[{index}]", data, faults)
    if lists is not None and known(data, "case_fields") is not None:
        _fields_of_lists(data, faults)
    for index, rule in enumerate(rows(data, "case_rules")):
        _rule(rule, f"case_rules[{index}]", data, faults)
    _surveys(data, faults)


def _each(data: Row, listed: str, key: str) -> Iterator[tuple[str, Any]]:
    for place, values in places(data, listed, key):
        yield from ((f"{place}[{index}]", value) for index, value in enumerate(values or ()))


def _names(data: Row) -> Iterator[tuple[str, Any]]:
    for place, name in _each(data, "case_lists", "names"):
        yield place, fold_heading(name) if isinstance(name, str) else None


def _field(field: Row, place: str, data: Row, faults: Faults) -> None:
    strands, lists, kind = known(data, "strands"), known(data, "case_lists"), field.get("kind")
    refer(
        field.get("applies_to"), None if strands is None else [ALL, *strands], f"{place}.applies_to", "strand", faults
    )
    for key in ("puts_on", "blank_puts_on"):
        refer(field.get(key), lists, f"{place}.{key}", "case list", faults)
    for number, named in enumerate(field.get("lists") or ()):
        refer(named, lists, f"{place}.lists[{number}]", "case list", faults)
    for key, meant in OF_KIND.items():
        if kind and kind != meant and field.get(key):
            faults.add(f"{place}.{key}", f'has a meaning for fields of the kind "{meant}" only; leave it out')
    if kind and (role := field.get("role")) and kind != (meant := ROLE_KINDS.get(role, CODED)):
        faults.add(f"{place}.role", f'is "{role}", which is for a field of the kind "{meant}", not "{kind}"')
    for number, says in enumerate(rows(field, "also_says")):
        _yes_no(says.get("field"), f"{place}.also_says[{number}].field", data, faults)
    refer(field.get("codes"), list(code_sets()), f"{place}.codes", "code set", faults)
    _known_codes(_codes(field, "categories", f"{place}."), field.get("codes"), faults)
    refuse_twice(places(field, "categories", "key", f"{place}."), "key", faults)
    refuse_twice(_codes(field, "categories", f"{place}."), "code", faults)


def _codes(data: Row, listed: str, at: str = "") -> Iterator[tuple[str, Any]]:
    return ((f"{at}{place}", code) for place, code in _each(data, listed, "codes"))


def _known_codes(named: Iterable[tuple[str, Any]], key: Any, faults: Faults) -> None:
    """Note a fault for a code that is not in the code set, if the set is known."""
    if key in code_sets():
        known_codes = [code.code for code in code_set(key).codes]
        for place, code in named:
            refer(code, known_codes, place, f"code of {key}", faults)


def _kind_of(data: Row, key: Any) -> str | None:
    return next((each.get("kind") for each in rows(data, "case_fields") if each.get("key") == key), None)


def _yes_no(named: Any, place: str, data: Row, faults: Faults) -> None:
    refer(named, known(data, "case_fields"), place, "case field", faults)
    if (kind := _kind_of(data, named)) not in (None, BAD, "yes-no"):
        faults.add(place, f'is "{named}", which is a field of the kind "{kind}"; it should be one of the kind "yes-no"')


def _lists_of(field: Row, data: Row) -> list[str]:
    if named := field.get("lists"):
        return [each for each in named if each is not BAD]
    applies_to = field.get("applies_to") or ALL
    case_lists = rows(data, "case_lists")
    return [each["key"] for each in case_lists if applies_to == ALL or each.get("strand") in (None, applies_to)]


def _fields_of_lists(data: Row, faults: Faults) -> None:
    """Within one list, only one field is the identifier, only one has each role, and a heading means one field."""
    first: dict[tuple[str, str], str] = {}
    for index, field in enumerate(rows(data, "case_fields")):
        at = f"case_fields[{index}]"
        claims = {f"{at}.role": f"role {field.get('role')}"} if field.get("role") not in (None, BAD) else {}
        if field.get("kind") == "identifier":
            claims[f"{at}.kind"] = "identifier"
        names = [(f"{at}.label", field.get("label"))]
        names += [(f"{at}.headings[{number}]", each) for number, each in enumerate(field.get("headings") or ())]
        claims |= {place: f"heading {fold_heading(each)}" for place, each in names if isinstance(each, str)}
        for place, claim in claims.items():
            taken = [first.setdefault((on, claim), place) for on in _lists_of(field, data)]
            other = next((each for each in taken if not each.startswith(f"{at}.")), None)
            if other:
                faults.add(place, f"is {claim}, as {other} is already on the same list; each list has it once")


def _rule(rule: Row, place: str, data: Row, faults: Faults) -> None:
    fields, lists, kind = known(data, "case_fields"), known(data, "case_lists"), rule.get("kind", "")
    for key, among, what in (
        ("fields", fields, "case field"),
        ("unless", fields, "case field"),
        ("lists", lists, "case list"),
        ("on", lists, "case list"),
    ):
        for number, named in enumerate(rule.get(key) or ()):
            refer(named, among, f"{place}.{key}[{number}]", what, faults)
    coded = next((each for each in rows(data, "case_fields") if each.get("key") in (rule.get("fields") or ())), {})
    codes = ((f"{place}.codes[{number}]", code) for number, code in enumerate(rule.get("codes") or ()))
    _known_codes(codes, coded.get("codes"), faults)
    if kind not in RULE_NEEDS:
        return
    needs, may = RULE_NEEDS[kind], (*RULE_MAY.get(kind, ()), "lists")
    for key in ("lists", "on", "unless", "codes", "age", "days", "within"):
        given = rule.get(key, BAD) not in (None, [], ())
        if key in needs and not given:
            faults.add(f"{place}.{key}", f'is missing; a rule of the kind "{kind}" needs it')
        elif given and key in rule and key not in (*needs, *may):
            faults.add(f"{place}.{key}", f'has no meaning for a rule of the kind "{kind}"; leave it out')
    if kind == "in-order" and (rule.get("days") is None) != (rule.get("within") is None):
        faults.add(f"{place}.days", "and within go together: give both or neither")
    if (wanted := RULE_FIELDS.get(kind)) and BAD not in (named := rule.get("fields") or [BAD]):
        _kinds(named, wanted, kind, f"{place}.fields", data, faults)


def _kinds(named: list[str], wanted: tuple[str, ...], kind: str, place: str, data: Row, faults: Faults) -> None:
    if len(named) != len(wanted):
        faults.add(place, f'has {len(named)}; a rule of the kind "{kind}" has exactly {len(wanted)}')
        return
    for number, (field, meant) in enumerate(zip(named, wanted, strict=True)):
        if (found := _kind_of(data, field)) not in (None, BAD, meant):
            faults.add(f"{place}[{number}]", f'is of the kind "{found}"; it should be a field of the kind "{meant}"')


def _surveys(data: Row, faults: Faults) -> None:
    passed_on = {survey.get("step") for survey in rows(data, "surveys")}
    for index, step in enumerate(rows(data, "steps")):
        if step.get("duty") == "surveys" and step.get("key") not in passed_on:
            faults.add(f"steps[{index}].duty", 'is "surveys", but no survey is passed on by this step')
    for index, survey in enumerate(rows(data, "surveys")):
        refer(survey.get("step"), known(data, "steps"), f"surveys[{index}].step", "step", faults)
        letter = survey.get("letter") or {}
        for number, named in enumerate(letter.get("lists") or ()):
            place = f"surveys[{index}].letter.lists[{number}]"
            refer(named, known(data, "case_lists"), place, "case list", faults)
