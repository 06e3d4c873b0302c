import re

import pytest
from django import forms

from govuk.forms import DateField, FilesField, GovukFormHelper, TimeField
from tests.govuk.gallery import GalleryForm
from tests.govuk.markup import parse, select

EVIL = '<script>alert("x")</script>'


class EvilForm(forms.Form):
    """Every kind of field, with a script wherever words come from data."""

    text = forms.CharField(label=EVIL, help_text=EVIL, max_length=3)
    area = forms.CharField(label=EVIL, help_text=EVIL, widget=forms.Textarea)
    choice = forms.ChoiceField(label=EVIL, help_text=EVIL, choices=[(EVIL, EVIL)])
    radio = forms.ChoiceField(label=EVIL, help_text=EVIL, choices=[(EVIL, EVIL)], widget=forms.RadioSelect)
    many = forms.MultipleChoiceField(
        label=EVIL, help_text=EVIL, choices=[(EVIL, EVIL)], widget=forms.CheckboxSelectMultiple
    )
    tick = forms.BooleanField(label=EVIL, help_text=EVIL)
    day = DateField(label=EVIL, help_text=EVIL)
    at = TimeField(label=EVIL, help_text=EVIL)
    papers = FilesField(label=EVIL, help_text=EVIL)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = GovukFormHelper(EVIL, cancel=f"/?{EVIL}", cancel_text=EVIL)

    def clean(self):
        raise forms.ValidationError(EVIL)


EVIL_DATA = dict.fromkeys(("text", "area", "choice", "radio", "many", "day_day", "day_month", "day_year", "at"), EVIL)


@pytest.mark.parametrize("data", [None, {}, EVIL_DATA])
def test_form_escapes_everything_that_comes_from_data(render, data):
    html = render("{% crispy form %}", form=EvilForm(data))
    assert re.findall(r"<script", html, re.IGNORECASE) == []
    tree = parse(html)
    assert EVIL in {label.text for label in tree.iter("label", "legend")}
    assert tree.xpath("//button/text()") == [EVIL]


@pytest.mark.parametrize("data", [{}, EVIL_DATA])
@pytest.mark.parametrize("form_class", [GalleryForm, EvilForm])
def test_every_link_of_the_error_summary_lands_on_an_input(render, form_class, data):
    tree = parse(render("{% crispy form %}", form=form_class(data)))
    targets = [link.get("href")[1:] for link in select(tree, ".govuk-error-summary a")]
    inputs = {element.get("id") for element in tree.iter("input", "select", "textarea")}
    assert len(targets) >= 6
    assert set(targets) - inputs == set()


def test_fault_of_a_date_lands_on_the_part_at_fault(render):
    class Form(forms.Form):
        held = DateField(label="Date of meeting")

    form = Form({"held_day": "14", "held_month": "", "held_year": "2011"})
    tree = parse(render("{% crispy form %}", form=form))
    assert [link.get("href") for link in select(tree, ".govuk-error-summary a")] == ["#id_held_1"]
    assert [item.get("id") for item in select(tree, "input[aria-invalid]")] == ["id_held_1"]
    assert [item.get("value") for item in select(tree, "input.govuk-date-input__input")] == ["14", "", "2011"]


def test_ids_are_unique_and_descriptions_exist(render):
    tree = parse(render("{% crispy form %}", form=GalleryForm({})))
    ids = tree.xpath("//@id")
    assert sorted(ids) == sorted(set(ids))
    described = {ident for value in tree.xpath("//@aria-describedby") for ident in value.split()}
    assert len(described) >= 12
    assert described - set(ids) == set()


def test_every_label_belongs_to_an_input(render):
    tree = parse(render("{% crispy form %}", form=GalleryForm()))
    inputs = {element.get("id") for element in tree.iter("input", "select", "textarea")}
    labels = tree.xpath("//label/@for")
    assert len(labels) == 13
    assert set(labels) - inputs == set()


def test_required_fields_are_named_in_their_faults():
    from govuk.rendering import form_errors

    assert list(form_errors(GalleryForm({}))) == [
        ("", "Open this page again, then send the form"),
        ("id_name", "Enter name of the meeting"),
        ("id_held_0", "Enter date of meeting"),
        ("id_start", "Enter start time"),
        ("id_strand_0", "Select strand"),
        ("id_posts_0", "Answer “Who attends?”"),
        ("id_document", "Select document"),
        ("id_minutes", "Select minutes"),
        ("id_confirmed", "Select “I have read the minutes” to go on"),
    ]


def test_form_has_one_button_and_its_hidden_fields_once(render):
    tree = parse(render("{% crispy form %}", form=GalleryForm()))
    form = tree.find("form")
    assert [button.text for button in tree.iter("button")] == ["Save meeting"]
    assert [item.get("name") for item in select(tree, "input[type=hidden]")] == ["csrfmiddlewaretoken", "once"]
    assert (form.get("method"), form.get("enctype"), form.get("novalidate")) == ("post", "multipart/form-data", "")


def test_layout_shows_its_fields_in_order_and_hidden_ones_too(render):
    form = GalleryForm()
    form.helper = GovukFormHelper("Go", "note", "name", method="get", attrs={"class": "house-filter"})
    tree = parse(render("{% crispy form %}", form=form))
    assert tree.find("form").get("class") == "house-filter"
    assert [item.get("name") for item in tree.iter("input", "textarea")] == ["note", "name", "once"]


def test_error_summary_stands_once_where_the_base_template_showed_it(render):
    html = render("{% govuk_error_summary form %}{% crispy form %}", form=GalleryForm({}))
    assert html.count("govuk-error-summary__title") == 1


def test_error_summary_gathers_several_forms_and_formsets(render):
    class Small(forms.Form):
        name = forms.CharField(label="Name")

    formset = forms.formset_factory(Small, extra=1, min_num=1, validate_min=True)(
        {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0", "form-0-name": ""}
    )
    html = render(
        "{% govuk_error_summary a formset unbound %}", a=Small({}, prefix="a"), formset=formset, unbound=Small()
    )
    tree = parse(html)
    assert tree.xpath("//li//text()") == ["Enter name", "Please submit at least 1 form.", "Enter name"]
    assert [a.get("href") for a in tree.iter("a")] == ["#id_a-name", "#id_form-0-name"]


def test_error_summary_of_sound_forms_is_nothing(render):
    assert render("{% govuk_error_summary form %}", form=GalleryForm()) == ""


def test_chosen_options_are_checked(render):
    form = GalleryForm({"strand": "l", "posts": ["b"], "confirmed": "on"})
    tree = parse(render("{% crispy form %}", form=form))
    assert [item.get("id") for item in select(tree, "input[checked]")] == [
        "id_strand_1",
        "id_posts_1",
        "id_confirmed",
    ]
