"""An inspector's request: recorded, looked at and answered, changed, opened again, withdrawn."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Post
from accounts.permissions import Permission
from contact import requests_actions as actions
from contact.duties import duties
from contact.forms import MOST_OWNERS, AnswerForm, ReopenForm, RequestForm, WithdrawRequestForm, moment
from contact.models import Answer, Request
from contact.views import show_form
from govuk.dates import long_datetime
from govuk.forms import posted
from inspections.access import InspectionViewer, inspection_page
from inspections.inspectors import inspectors_of
from refusals import refusal_in_banner, refusal_on

RENAMED = {"posts": "owner_1"}


@require_http_methods(["GET", "HEAD", "POST"])
@inspection_page(Permission.RECORD_CONTACT)
def add_request(request: HttpRequest, viewer: InspectionViewer) -> HttpResponse:
    now = timezone.localtime(viewer.now)
    lead = next((person.name for person in inspectors_of(viewer.snapshot) if person.is_lead), "")
    initial = {"asked_on": now.date(), "asked_at": now.time(), "asked_by": lead, "once": uuid4()}
    form = RequestForm(posted(request), posts=_posts(viewer), initial=initial)
    if form.is_valid():
        with refusal_on(form, renamed=RENAMED):
            made = actions.record_request(
                inspection=viewer.inspection, by=viewer.user, now=timezone.now(), **form.facts()
            )
            whose = _names(form.facts()["posts"]) or "the DCS office"
            said = f"Request {made.number} recorded: owed by {whose}, due {long_datetime(made.due)}."
            messages.success(request, said)
            return redirect("contact:contact", viewer.inspection.slug)
    more = "It becomes something owed: it stands on the countdown and on its owners’ own pages, and they are reminded."
    return show_form(request, viewer, form, title="Record a request", button="Record the request", more=more)


@require_http_methods(["GET", "HEAD", "POST"])
@inspection_page(Permission.READ_OWN_REQUESTS)
def request_page(request: HttpRequest, viewer: InspectionViewer, number: int) -> HttpResponse:
    """What was asked for and its status; the answer is recorded here."""
    asked = _request(viewer, number)
    may_answer = _may_answer(viewer, asked)
    if request.method == "POST" and not may_answer:
        raise Http404
    now = timezone.localtime(viewer.now)
    form = AnswerForm(posted(request), initial={"on": now.date(), "at": now.time()})
    if form.is_valid():
        given = form.cleaned_data
        facts = {name: given[name] for name in ("how", "text", "evidence")}
        answered_at = moment(given["on"], given["at"])
        with refusal_on(form):
            actions.answer_request(request=asked, answered_at=answered_at, by=viewer.user, now=timezone.now(), **facts)
            messages.success(request, f"Answer to request {number} recorded. Nothing more is owed on it.")
            return redirect("contact:request", viewer.inspection.slug, number)
    return _show(request, viewer, asked, form=form, may_answer=may_answer)


@require_http_methods(["GET", "HEAD", "POST"])
@inspection_page(Permission.RECORD_CONTACT)
def change_request(request: HttpRequest, viewer: InspectionViewer, number: int) -> HttpResponse:
    asked = _request(viewer, number)
    due = timezone.localtime(asked.due)
    owners = viewer.snapshot.owners_of(asked.item)
    initial: dict[str, Any] = {"about": asked.about, "text": asked.text, "asked_by": asked.asked_by}
    initial |= {"due_on": due.date(), "due_at": due.time()}
    initial |= {f"owner_{place}": str(owner.post) for place, owner in enumerate(owners[:MOST_OWNERS], start=1)}
    form = RequestForm(posted(request), posts=_posts(viewer), initial=initial, is_change=True)
    if form.is_valid():
        with refusal_on(form, renamed=RENAMED):
            changed = actions.change_request(request=asked, by=viewer.user, now=timezone.now(), **form.facts())
            messages.success(request, f"Request {number} changed." if changed else "Nothing changed.")
            return redirect("contact:request", viewer.inspection.slug, number)
    back = reverse("contact:request", args=[viewer.inspection.slug, number])
    return show_form(request, viewer, form, title=f"Change request {number}", button="Save", back=back)


@require_POST
@inspection_page(Permission.RECORD_CONTACT)
def reopen_request(request: HttpRequest, viewer: InspectionViewer, number: int) -> HttpResponse:
    asked = _request(viewer, number)
    form = ReopenForm(request.POST)
    if form.is_valid():
        with refusal_on(form):
            actions.reopen_request(request=asked, by=viewer.user, now=timezone.now(), **form.cleaned_data)
            messages.success(request, f"Request {number} is owed again.")
            return redirect("contact:request", viewer.inspection.slug, number)
    return _show(request, viewer, asked, reopen_form=form, may_answer=True)


@require_http_methods(["GET", "HEAD", "POST"])
@inspection_page(Permission.RECORD_CONTACT)
def withdraw_request(request: HttpRequest, viewer: InspectionViewer, number: int) -> HttpResponse:
    asked = _request(viewer, number)
    form = WithdrawRequestForm(posted(request))
    if form.is_valid():
        with refusal_on(form):
            actions.withdraw_request(request=asked, by=viewer.user, now=timezone.now(), **form.cleaned_data)
            messages.success(request, f"Request {number} withdrawn. Nothing is owed on it, and nobody is reminded.")
            return redirect("contact:request", viewer.inspection.slug, number)
    back = reverse("contact:request", args=[viewer.inspection.slug, number])
    title, more = f"Withdraw request {number}?", "Nothing is owed on it from then on. You can reinstate it."
    return show_form(request, viewer, form, title=title, button="Withdraw it", more=more, harm=True, back=back)


@require_POST
@inspection_page(Permission.RECORD_CONTACT)
def reinstate_request(request: HttpRequest, viewer: InspectionViewer, number: int) -> HttpResponse:
    asked = _request(viewer, number)
    with refusal_in_banner(request):
        if actions.reinstate_request(request=asked, by=viewer.user, now=timezone.now()):
            messages.success(request, f"Request {number} stands again.")
    return redirect("contact:request", viewer.inspection.slug, number)


def _show(
    request: HttpRequest,
    viewer: InspectionViewer,
    asked: Request,
    *,
    may_answer: bool,
    form: AnswerForm | None = None,
    reopen_form: ReopenForm | None = None,
) -> HttpResponse:
    answers = list(Answer.objects.filter(request=asked).select_related("recorded_by", "taken_back_by"))
    duty = next((duty for duty in duties(viewer.snapshot) if duty.key == asked.item), None)
    is_faulty = bool((form and form.errors) or (reopen_form and reopen_form.errors))
    watches = viewer.may(Permission.READ_CONTACT)
    here = "contact:contact" if watches else "timetable:my-work"
    crumb = "Contact with the inspectors" if watches else "My work"
    context = {
        "inspection": viewer.inspection,
        "snapshot": viewer.snapshot,
        "asked": asked,
        "duty": duty,
        "is_late": duty is not None and duty.is_late(viewer.snapshot.now),
        "owners": viewer.snapshot.owners_of(asked.item),
        "answer": next((answer for answer in answers if answer.taken_back_at is None), None),
        "former": [answer for answer in answers if answer.taken_back_at is not None],
        "form": form if form is not None else AnswerForm(),
        "reopen_form": reopen_form if reopen_form is not None else ReopenForm(),
        "may_answer": may_answer and not viewer.inspection.is_withdrawn,
        "may_record": viewer.may(Permission.RECORD_CONTACT) and not viewer.inspection.is_withdrawn,
        "breadcrumbs": [(crumb, reverse(here, args=[viewer.inspection.slug])), (f"Request {asked.number}", "")],
    }
    return render(request, "contact/request.html", context, status=422 if is_faulty else 200)


def _request(viewer: InspectionViewer, number: int) -> Request:
    """The request, for those who watch the inspection and those who owe the answer; 404 for others."""
    rows = Request.objects.select_related("inspection", "recorded_by", "withdrawn_by")
    asked = get_object_or_404(rows, inspection=viewer.inspection, number=number)
    if not (viewer.may(Permission.READ_CONTACT) or viewer.owns(asked.item)):
        raise Http404
    return asked


def _may_answer(viewer: InspectionViewer, asked: Request) -> bool:
    return viewer.may(Permission.RECORD_CONTACT) or viewer.owns(asked.item)


def _posts(viewer: InspectionViewer) -> list[Post]:
    return list(Post.objects.filter(council=viewer.council).order_by("name"))


def _names(posts: list[Post]) -> str:
    return " and ".join(post.name for post in posts)
