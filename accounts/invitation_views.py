"""Answering an invitation, and what the inviting council can do with one."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts import invitations, throttle
from accounts.access import Viewer, council_page
from accounts.forms import JoinForm
from accounts.models import Invitation, User
from accounts.permissions import Permission
from govuk.forms import posted
from outbox.tasks import nudge
from refusals import refusal_in_banner, refusal_on


@never_cache
@login_not_required
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """The page that the link in a letter opens.

    Opening it changes nothing, because mail programs follow links by themselves.
    """
    found = invitations.found_by(token)
    if found is None:
        return render(request, "accounts/invitation_over.html")
    known = User.objects.filter(email=found.email).first()
    if known is not None and (known.has_usable_password() or not known.is_active):
        return _answer(request, found, is_theirs=request.user == known)
    return _join(request, found, known)


def _answer(request: HttpRequest, found: Invitation, *, is_theirs: bool) -> HttpResponse:
    """For a person who has a password: they sign in, then press a button."""
    if is_theirs and request.method == "POST":
        if request.POST.get("answer") == "decline":
            return _declined(request, found)
        with refusal_in_banner(request):
            assert isinstance(request.user, User)
            invitations.accept(invitation=found, user=request.user, now=timezone.now())
            messages.success(request, f"You have joined {found.council.name}.")
        return redirect("start")
    return render(request, "accounts/invitation.html", {"invitation": found, "is_theirs": is_theirs})


def _join(request: HttpRequest, found: Invitation, known: User | None) -> HttpResponse:
    """For a person without a password: they accept by choosing one."""
    if request.method == "POST" and request.POST.get("answer") == "decline":
        return _declined(request, found)
    named = known or User(email=found.email, full_name=found.full_name)
    form = JoinForm(named, posted(request))
    if form.is_valid():
        name, password = form.cleaned_data.get("full_name", named.full_name), form.cleaned_data["new_password1"]
        with refusal_on(form):
            invitations.join(invitation=found, full_name=name, password=password, now=timezone.now())
            response = redirect("accounts:password-reset-complete")
            throttle.remember(response, found.email)
            return response
    context = {"invitation": found, "form": form}
    return render(request, "accounts/join.html", context, status=422 if form.errors else 200)


def _declined(request: HttpRequest, found: Invitation) -> HttpResponse:
    invitations.decline(invitation=found, now=timezone.now())
    return render(request, "accounts/invitation_over.html", {"declined": found})


@require_safe
@council_page(Permission.MANAGE_PEOPLE)
def invited(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """An invitation as the council that made it sees it: only what the council typed."""
    found = _invitation(viewer, pk)
    people = reverse("accounts:people", args=[viewer.council.slug])
    context = {
        "council": viewer.council,
        "invitation": found,
        "posts": found.posts.all(),
        "breadcrumbs": [("People", people), (found.full_name, "")],
    }
    return render(request, "accounts/invited.html", context)


@require_POST
@council_page(Permission.MANAGE_PEOPLE)
def send_again(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    found = _invitation(viewer, pk)
    with refusal_in_banner(request):
        sent = invitations.send_again(invitation=found, by=viewer.user, now=timezone.now())
        nudge()
        if sent:
            messages.success(request, f"The invitation is on its way to {found.email} once more.")
        else:
            said = f"An invitation went to {found.email} a moment ago. Wait two minutes before another."
            messages.info(request, said)
        return redirect("accounts:invited", viewer.council.slug, pk)
    return redirect("accounts:people", viewer.council.slug)


@require_POST
@council_page(Permission.MANAGE_PEOPLE)
def withdraw(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    found = _invitation(viewer, pk)
    if invitations.withdraw(invitation=found, by=viewer.user, now=timezone.now()):
        messages.success(request, f"The invitation of {found.full_name} is withdrawn. Its link works no more.")
    return redirect("accounts:people", viewer.council.slug)


def _invitation(viewer: Viewer, pk: int) -> Invitation:
    return get_object_or_404(Invitation.objects.select_related("council"), council=viewer.council, pk=pk)
