"""Where a page says why an action was refused."""

import pytest
from django import forms
from django.contrib import messages
from django.contrib.messages.storage.cookie import CookieStorage

from refusals import Refused, refusal_in_banner, refusal_on


class Form(forms.Form):
    name = forms.CharField(required=False)
    file = forms.CharField(required=False)


@pytest.mark.parametrize(
    ("field", "otherwise", "beside"),
    [
        ("name", None, "name"),
        ("name", "file", "name"),
        ("elsewhere", None, "__all__"),
        ("elsewhere", "file", "file"),
        (None, None, "__all__"),
        (None, "file", "file"),
    ],
)
def test_a_refusal_shows_beside_its_field_or_where_it_is_said_to(field, otherwise, beside):
    form = Form({"name": "x"})
    Refused("Enter another name.", field=field).show_on(form, otherwise=otherwise)
    assert form.errors == {beside: ["Enter another name."]}


def test_a_refusal_finds_the_field_under_the_name_that_the_form_gave_it():
    form = Form({"name": "x"})
    Refused("Choose posts of this council.", field="posts").show_on(form, renamed={"posts": "file"})
    assert form.errors == {"file": ["Choose posts of this council."]}


@pytest.fixture
def request_with_banners(rf):
    request = rf.post("/")
    request._messages = CookieStorage(request)
    return request


def banners(request):
    return [(banner.level, banner.message) for banner in messages.get_messages(request)]


def test_a_refusal_inside_the_block_is_shown_on_the_form():
    form = Form({"name": "x"})
    with refusal_on(form):
        raise Refused("Enter another name.", field="name")
    assert form.errors == {"name": ["Enter another name."]}


def test_a_refusal_inside_the_block_keeps_to_the_fields_that_the_view_named():
    form = Form({"name": "x"})
    with refusal_on(form, otherwise="name", renamed={"posts": "file"}):
        raise Refused("Choose posts of this council.", field="posts")
    with refusal_on(form, otherwise="name", renamed={"posts": "file"}):
        raise Refused("The inspection was withdrawn.")
    assert form.errors == {"file": ["Choose posts of this council."], "name": ["The inspection was withdrawn."]}


def test_a_refused_button_is_one_error_banner(request_with_banners):
    with refusal_in_banner(request_with_banners):
        raise Refused("The inspection was withdrawn.")
    assert banners(request_with_banners) == [(messages.ERROR, "The inspection was withdrawn.")]


def test_what_is_not_refused_is_left_alone(request_with_banners):
    form = Form({"name": "x"})
    with refusal_on(form), refusal_in_banner(request_with_banners):
        pass
    assert (form.errors, banners(request_with_banners)) == ({}, [])


def test_another_fault_than_a_refusal_goes_on_its_way(request_with_banners):
    form = Form({"name": "x"})
    with pytest.raises(ZeroDivisionError), refusal_in_banner(request_with_banners), refusal_on(form):
        raise ZeroDivisionError
    assert (form.errors, banners(request_with_banners)) == ({}, [])
