"""One page of each kind with every component on it, for the browser tests and for looking at: no part of the service.

Its templates lie beside it, so that nothing of the gallery can be reached in the service itself.
"""

from datetime import date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import django_tables2 as tables
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.template import engines
from django.urls import path

from govuk.charts import meter, sparkline, stacked_bar
from govuk.components import STATES, tag
from govuk.forms import DateField, DropInput, FilesField, GovukFormHelper, OnceMixin, TimeField

PAGES = Path(__file__).parent / "pages"
NAVIGATION = [
    {"text": "My work", "href": "/", "current": False},
    {"text": "Dashboard", "href": "/", "current": True},
    {"text": "Documents", "href": "/table", "current": False},
    {"text": "Focus groups", "href": "/table", "current": False},
    {"text": "Countdown", "href": "/", "current": False},
    {"text": "Evidence pack", "href": "/upload", "current": False},
]
BANNER = {"tag": "Rehearsal", "text": "Nothing here reaches an inspector.", "colour": "purple"}


class Person(SimpleNamespace):
    is_authenticated = True

    def __str__(self):
        return "Ashley Rowan"


def _page(request, name, status=200, **context):
    request.user = Person()
    context = {
        "navigation": NAVIGATION,
        "breadcrumbs": [("Oakshire", "/"), ("Inspection of 18 April 2011", "/"), ("Dashboard", "")],
        **context,
    }
    return HttpResponse(
        engines["django"].from_string((PAGES / f"{name}.html").read_text()).render(context, request), status=status
    )


class GalleryForm(OnceMixin, forms.Form):
    name = forms.CharField(label="Name of the meeting", help_text="As it stands on the agenda")
    held = DateField(label="Date of meeting", help_text="For example, 14 3 2011", latest=date(2011, 4, 18))
    start = TimeField(label="Start time", help_text="For example, 9:30am or 2pm")
    strand = forms.ChoiceField(
        label="Strand", widget=forms.RadioSelect, choices=[("s", "Safeguarding"), ("l", "Looked after children")]
    )
    posts = forms.MultipleChoiceField(
        label="Who attends?",
        widget=forms.CheckboxSelectMultiple,
        choices=[("a", "Head of service"), ("b", "Business manager")],
        help_text="Select all that apply",
    )
    document = forms.ChoiceField(label="Document", choices=[("", "Choose a document"), ("1", "Self-assessment")])
    note = forms.CharField(label="Note", widget=forms.Textarea(attrs={"rows": 4}), required=False)
    minutes = forms.FileField(label="Minutes", widget=DropInput, help_text="PDF or Word, up to 250 MB")
    confirmed = forms.BooleanField(label="I have read the minutes", help_text="All of them")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = GovukFormHelper("Save meeting", cancel="/")


class UploadForm(forms.Form):
    minutes = FilesField(label="Minutes of the six latest meetings", help_text="PDF or Word, up to 250 MB in all")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = GovukFormHelper("Upload", upload=True)


class DocumentTable(tables.Table):
    caption = "Documents"
    number = tables.Column(attrs={"td": {"class": "numeric"}, "th": {"class": "numeric"}})
    title = tables.Column()
    owner = tables.Column()
    state = tables.Column(orderable=False)
    parts = tables.Column(verbose_name="What is there", orderable=False)

    class Meta:
        sequence = ("title", "owner", "state", "parts", "number")
        empty_text = "No document matches. Take a filter away to see more."
        row_attrs = {"class": lambda record: "house-table__row--late" if record["state"] == "late" else ""}

    def render_state(self, value):
        return tag(value)

    def render_parts(self, value):
        return meter(value, 6, "parts")


ROWS = [
    {
        "number": n,
        "title": f"Document {n:02} about the work with families",
        "owner": owner,
        "state": state,
        "parts": n % 7,
    }
    for n, owner, state in (
        (
            n,
            "Head of Quality Assurance" if n % 3 else "Service Manager, Placements",
            ("late", "partial", "approved")[n % 3],
        )
        for n in range(1, 31)
    )
]


def strip_days():
    """40 working days from Monday 18 April 2011 with the gaps of that spring; today is day 4."""
    holidays = {
        date(2011, 4, 22): "Good Friday",
        date(2011, 4, 25): "Easter Monday",
        date(2011, 4, 29): "Royal wedding",
        date(2011, 5, 2): "Early May bank holiday",
        date(2011, 5, 30): "Spring bank holiday",
    }
    day, number, days = date(2011, 4, 18), 0, []
    while number < 40:
        if day.weekday() >= 5:
            days.append({"date": day, "state": "weekend", "reason": f"{day:%A}"})
        elif day in holidays:
            days.append({"date": day, "state": "holiday", "reason": holidays[day]})
        else:
            number += 1
            state = {1: "done", 2: "late", 3: "past", 4: "today"}.get(number, "coming")
            days.append(
                {
                    "date": day,
                    "state": state,
                    "number": number,
                    "href": f"#day-{number}",
                    "deadline": number in (5, 7, 11, 15, 22, 40),
                    "reason": "Documents due" if number == 5 else "",
                }
            )
        day += timedelta(days=1)
    return days


def components(request):
    parts = [("ready", 9, "green"), ("late", 3, "red"), ("no owner", 1, "purple")]
    return _page(
        request, "components", banner=BANNER, now=datetime(2011, 4, 21, 13, 40), days=strip_days(), states=list(STATES),
        bar=stacked_bar(parts), legend=stacked_bar(parts, legend=True, title="Documents"),
        spark=sparkline([3, 4, 4, 6, 7, 9], "Documents ready, from 3 to 9 in six weeks"),
        marks=[("Owner", True), ("Attendees", True), ("Briefed", False), ("Booked", False)],
        rows=[("Notified", "18 April 2011"), ("Lead inspector", "Robin Elm", "/", "Change", "lead inspector")],
    )  # fmt: skip


def form_page(request):
    form = GalleryForm(request.POST, request.FILES) if request.method == "POST" else GalleryForm()
    if form.is_bound and form.is_valid():
        messages.success(request, "Minutes of 14 March 2011 added. One of six is still missing.")
        return HttpResponseRedirect("/form")
    return _page(request, "form", status=422 if form.errors else 200, form=form)


def upload(request):
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if form.is_bound and form.is_valid():
        messages.success(request, f"{len(form.cleaned_data['minutes'])} files added.")
        return HttpResponseRedirect("/upload?done=1")
    return _page(request, "form", status=422 if form.errors else 200, form=form)


def table(request):
    shown = DocumentTable([] if "empty" in request.GET else ROWS)
    tables.RequestConfig(request, paginate={"per_page": 8}).configure(shown)
    return _page(request, "table", table=shown)


def pages(request):
    return _page(request, "pages", page=Paginator(range(200), 10).page(request.GET.get("page", 1)))


def long_work(request):
    return _page(request, "long", part=engines["django"].from_string((PAGES / "long_part.html").read_text()), done=0)


def long_work_part(request):
    return _page(request, "long_part", done=int(request.GET["done"]) + 1)


urlpatterns = [
    # Where the foot of every page leads in the embedded mode.
    path("mailbox/", components, name="mailbox"),
    path("long", login_not_required(long_work)),
    path("long/part", login_not_required(long_work_part)),
    path("", login_not_required(components)),
    path("form", login_not_required(form_page)),
    path("upload", login_not_required(upload)),
    path("table", login_not_required(table)),
    path("pages", login_not_required(pages)),
]
