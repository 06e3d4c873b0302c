"""Whatever is changed in a file, the loader either loads it or says what is wrong with it."""

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frameworks import Framework, FrameworkError, Plan, load_framework, load_plan
from tests.frameworks.files import TINY, TINYTOWN, at, data_of, toml, ways

TINY_FRAMEWORK = load_framework(TINY)
FRAMEWORK_DATA, PLAN_DATA = data_of(TINY), data_of(TINYTOWN)
FRAMEWORK_WAYS, PLAN_WAYS = list(ways(FRAMEWORK_DATA)), list(ways(PLAN_DATA))

no_surrogates = st.characters(exclude_categories=["Cs"])
# Words of the files themselves, so that some changes are sound by themselves and wrong only beside the rest.
words = st.sampled_from(
    ["notified", "stated", "care", "help", "overall", "weak", "latest", "visit", "document:1", "DC"]
)
simple = st.one_of(
    st.booleans(),
    st.integers(),
    st.integers(-3, 30),
    st.floats(),
    st.text(no_surrogates, max_size=20),
    words,
    st.dates(),
    st.datetimes(),
    st.times(),
)
values = st.recursive(
    simple,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(no_surrogates, max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)


@st.composite
def mutated(draw, data, all_ways):
    """The data with a few values replaced, left out, doubled, or added under a new key."""
    data = copy.deepcopy(data)
    for way in draw(st.lists(st.sampled_from(all_ways), min_size=1, max_size=4)):
        try:
            holder = at(data, list(way[:-1]))
            value = holder[way[-1]]
        except (KeyError, IndexError, TypeError):
            continue  # an earlier change took it away
        match draw(st.sampled_from(["replace", "leave out", "double", "add"])):
            case "replace":
                holder[way[-1]] = draw(values)
            case "leave out":
                del holder[way[-1]]
            case "double" if isinstance(value, list):
                holder[way[-1]] = [*value, *copy.deepcopy(value)]
            case "add" if isinstance(value, dict):
                value[draw(st.text(no_surrogates, max_size=8))] = draw(values)
    return data


def outcome(load):
    """What loading comes to: the record, or the error that says why not. Anything else raised passes through."""
    try:
        return load()
    except FrameworkError as error:
        return error


def check(load, kind):
    loaded = outcome(load)
    if not isinstance(loaded, FrameworkError):
        assert isinstance(loaded, kind)
        assert loaded == load()
        return
    assert loaded.faults
    assert len(str(loaded).splitlines()) == len(loaded.faults)
    assert all(fault.reason and str(fault).startswith(fault.file) for fault in loaded.faults)
    assert len(set(loaded.faults)) == len(loaded.faults)
    assert outcome(load).faults == loaded.faults


@given(data=mutated(FRAMEWORK_DATA, FRAMEWORK_WAYS))
def test_changed_framework_is_loaded_or_refused_in_words(tmp_path, data):
    file = tmp_path / "file.toml"
    file.write_text(toml(data), encoding="utf-8")
    check(lambda: load_framework(file), Framework)


@given(data=mutated(PLAN_DATA, PLAN_WAYS))
def test_changed_plan_is_loaded_or_refused_in_words(tmp_path, data):
    file = tmp_path / "file.toml"
    file.write_text(toml(data), encoding="utf-8")
    check(lambda: load_plan(file, TINY_FRAMEWORK), Plan)


@given(start=st.integers(0, 9000), cut=st.integers(0, 40), put=st.binary(max_size=20))
def test_damaged_file_is_loaded_or_refused_in_words(tmp_path, start, cut, put):
    whole = TINY.read_bytes()
    file = tmp_path / "file.toml"
    file.write_bytes(whole[:start] + put + whole[start + cut :])
    check(lambda: load_framework(file), Framework)


@given(content=st.one_of(st.binary(max_size=200), st.text(no_surrogates, max_size=200).map(str.encode)))
def test_any_bytes_are_refused_in_words(tmp_path, content):
    file = tmp_path / "file.toml"
    file.write_bytes(content)
    with pytest.raises(FrameworkError) as caught:
        load_framework(file)
    assert caught.value.faults


@given(order=st.permutations(PLAN_DATA["ownerships"]))
def test_order_of_ownerships_in_the_file_does_not_matter(tmp_path, order):
    file = tmp_path / "file.toml"
    file.write_text(toml(PLAN_DATA | {"ownerships": order}), encoding="utf-8")
    assert load_plan(file, TINY_FRAMEWORK) == load_plan(TINYTOWN, TINY_FRAMEWORK)


@given(offsets=st.lists(st.integers(-5, 15), min_size=1, max_size=6), last_day=st.integers(1, 400))
def test_day_of_a_step_is_the_sum_of_the_offsets_that_it_hangs_on(tmp_path, offsets, last_day):
    anchors = [FRAMEWORK_DATA["anchors"][0]]
    for number, offset in enumerate(offsets):
        hook = {"anchor": anchors[-1]["key"], "first": offset}
        anchors.append({**anchors[0], "key": f"anchor-{number}", "timing": hook})
    step = {**FRAMEWORK_DATA["steps"][0], "timing": {"anchor": anchors[-1]["key"]}}
    # Nothing else names a step that is not there any more.
    without = {"documents": [], "surveys": [], "case_selections": [], "focus_groups": []}
    data = FRAMEWORK_DATA | {"anchors": anchors, "steps": [step], "last_day": last_day, **without}
    file = tmp_path / "file.toml"
    file.write_text(toml(data), encoding="utf-8")
    day = sum(offsets) + 1
    if day > last_day:
        with pytest.raises(FrameworkError) as caught:
            load_framework(file)
        assert [fault.key for fault in caught.value.faults] == ["steps[0].timing"]
    else:
        loaded = load_framework(file).steps[0]
        assert (loaded.first_day, loaded.last_day) == ((day, day) if day >= 1 else (None, None))
        assert loaded.time is None
