"""Where a form says why an action was refused."""

import pytest
from django import forms

from accounts.refusal import Refused


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
