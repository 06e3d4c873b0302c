from datetime import date, time, timedelta

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st

from govuk.dates import MONTHS, clock_time
from govuk.forms import DateField, FilesField, LineField, OnceMixin, TextField, TimeField


def meeting_form(**options):
    class MeetingForm(forms.Form):
        held = DateField(label="Date of meeting", **options)

    return MeetingForm


def date_data(day="", month="", year=""):
    return {"held_day": day, "held_month": month, "held_year": year}


@pytest.mark.parametrize(
    "typed",
    [
        ("14", "3", "2011"),
        ("14", "03", "2011"),
        (" 14 ", " March ", " 2011 "),
        ("14", "mar", "2011"),
        ("14", "Mar.", "2011"),
    ],
)
def test_date_is_read_as_people_type_it(typed):
    form = meeting_form()(date_data(*typed))
    assert form.is_valid()
    assert form.cleaned_data["held"] == date(2011, 3, 14)


@pytest.mark.parametrize(
    ("typed", "words", "code"),
    [
        (("", "", ""), "Enter date of meeting", "date_all"),
        (("14", "", "2011"), "Date of meeting must include a month", "date_month"),
        (("", "3", "2011"), "Date of meeting must include a day", "date_day"),
        (("14", "3", ""), "Date of meeting must include a year", "date_year"),
        (("14", "", ""), "Date of meeting must include a month and a year", "date_month"),
        (("31", "2", "2011"), "Date of meeting must be a real date", "date_day"),
        (("29", "2", "2011"), "Date of meeting must be a real date", "date_day"),
        (("32", "3", "2011"), "Date of meeting must be a real date: there is no day “32”", "date_day"),
        (("x", "3", "2011"), "Date of meeting must be a real date: there is no day “x”", "date_day"),
        (("²", "3", "2011"), "Date of meeting must be a real date: there is no day “²”", "date_day"),
        (("14", "13", "2011"), "Date of meeting must be a real date: there is no month “13”", "date_month"),
        (("14", "ma", "2011"), "Date of meeting must be a real date: there is no month “ma”", "date_month"),
        (("14", "3", "11"), "Date of meeting must have a year of 4 numbers, like 2011", "date_year"),
        (("14", "3", "٢٠١١"), "Date of meeting must have a year of 4 numbers, like 2011", "date_year"),
        (("14", "3", "0000"), "Date of meeting must be a real date", "date_day"),
    ],
)
def test_date_that_cannot_be_read_says_what_is_wrong(typed, words, code):
    form = meeting_form()(date_data(*typed))
    assert form.errors == {"held": [words]}
    assert form.errors.as_data()["held"][0].code == code


@pytest.mark.parametrize(
    ("day", "errors"),
    [
        ("17", ["Date of meeting must be 18 April 2011 or later"]),
        ("18", []),
        ("20", []),
        ("21", ["Date of meeting must be 20 April 2011 or earlier"]),
    ],
)
def test_date_bounds_are_inclusive(day, errors):
    form = meeting_form(earliest=date(2011, 4, 18), latest=date(2011, 4, 20))(date_data(day, "4", "2011"))
    assert form.errors.get("held", []) == errors


def test_date_that_is_not_needed_may_be_left_out():
    form = meeting_form(required=False)(date_data())
    assert form.is_valid()
    assert form.cleaned_data["held"] is None


@given(st.dates(min_value=date(1000, 1, 1)), st.booleans())
def test_date_typed_in_parts_comes_back_whole(day, by_name):
    month = MONTHS[day.month - 1] if by_name else str(day.month)
    form = meeting_form()(date_data(str(day.day), month, str(day.year)))
    assert form.is_valid()
    assert form.cleaned_data["held"] == day


@given(st.text(max_size=8), st.text(max_size=8), st.text(max_size=8))
def test_date_never_breaks_on_what_is_typed(day, month, year):
    form = meeting_form()(date_data(day, month, year))
    assert form.is_valid() is not bool(form.errors)


@pytest.mark.parametrize("part", range(3))
def test_more_figures_than_python_reads_as_a_number_are_no_date(part):
    typed = ["14", "3", "2011"]
    typed[part] = "9" * 5000
    form = meeting_form()(date_data(*typed))
    assert [error.code for error in form.errors["held"].as_data()] == [f"date_{('day', 'month', 'year')[part]}"]


def test_date_changed_only_when_another_day_is_typed():
    form = meeting_form()
    held = {"held": date(2011, 3, 14)}
    assert form(date_data("14", "march", "2011"), initial=held).has_changed() is False
    assert form(date_data("15", "3", "2011"), initial=held).has_changed() is True


class TimeForm(forms.Form):
    start = TimeField(label="Start time")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("9:30am", time(9, 30)),
        ("9.30 AM", time(9, 30)),
        ("2pm", time(14)),
        ("2 p.m.", time(14)),
        ("12am", time(0)),
        ("12pm", time(12)),
        ("14:05", time(14, 5)),
        ("00:00", time(0)),
        ("midday", time(12)),
        ("Midnight", time(0)),
    ],
)
def test_time_is_read_as_people_type_it(typed, meant):
    form = TimeForm({"start": typed})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["start"] == meant


@pytest.mark.parametrize("typed", ["9", "25:00", "9:60", "13pm", "0am", "9:3am", "soon", "14:00pm"])
def test_time_that_cannot_be_read_shows_an_example(typed):
    assert TimeForm({"start": typed}).errors == {"start": ["Start time must be a real time, like 9:30am or 2pm"]}


def test_missing_time_is_asked_for():
    assert TimeForm({"start": ""}).errors == {"start": ["Enter start time"]}


@given(st.times().map(lambda at: at.replace(second=0, microsecond=0)))
def test_time_shown_is_read_back_as_itself(at):
    form = TimeForm({"start": clock_time(at)})
    assert form.is_valid()
    assert form.cleaned_data["start"] == at


class FilesForm(forms.Form):
    minutes = FilesField(label="Minutes")


def upload(*files):
    form = FilesForm({}, {"minutes": [SimpleUploadedFile(name, body) for name, body in files]})
    # Django's test data has no getlist; what a browser sends has.
    form.files = type("Files", (dict,), {"getlist": lambda self, key: self[key]})(form.files)
    return form


def test_several_files_are_cleaned_to_a_list():
    form = upload(("a.pdf", b"1"), ("b.pdf", b"2"))
    assert form.is_valid()
    assert [file.name for file in form.cleaned_data["minutes"]] == ["a.pdf", "b.pdf"]


def test_no_file_is_asked_for():
    assert upload().errors == {"minutes": ["Choose a file"]}


def test_every_empty_file_is_named():
    form = upload(("a.pdf", b""), ("b.pdf", b"2"), ("c.pdf", b""))
    assert form.errors == {"minutes": ["a.pdf is empty", "c.pdf is empty"]}


def test_once_is_new_on_every_form_and_kept_when_the_form_comes_back():
    first, second = OnceMixin(), OnceMixin()
    assert first["once"].value() != second["once"].value()
    sent = OnceMixin({"once": str(first["once"].value())})
    assert sent.is_valid()
    assert str(sent.cleaned_data["once"]) == first["once"].value()
    assert OnceMixin({}).errors == {"once": ["Open this page again, then send the form"]}


def test_date_shows_its_initial_day_in_three_parts():
    form = meeting_form()(initial={"held": date(2011, 3, 14) + timedelta(days=1)})
    shown = form["held"].subwidgets[0].data["subwidgets"]
    assert [(part["name"], part["value"]) for part in shown] == [
        ("held_day", "15"),
        ("held_month", "3"),
        ("held_year", "2011"),
    ]


def test_text_is_measured_and_needed_as_it_is_kept() -> None:
    class Form(forms.Form):
        line = LineField(max_length=5)
        text = TextField(max_length=5)

    form = Form({"line": " a \r\n\x00 b\u200b ", "text": "a\r\nb\x00\r\n\r\n"})
    assert form.is_valid()
    assert form.cleaned_data == {"line": "a b", "text": "a\nb"}
    empty = Form({"line": "\u200b\x00", "text": "\r\n\x00"})
    assert empty.errors.as_data().keys() == {"line", "text"}
