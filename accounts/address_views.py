"""A new email address for somebody: asked for by an administrator, confirmed by whoever reads mail there."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from accounts import address_changes
from accounts.access import Viewer, council_page
from accounts.forms import AddressForm
from accounts.permissions import Permission
from accounts.views import person_or_404
from outbox.tasks import nudge
from refusals import Refused, refusal_on


@council_page(Permission.MANAGE_PEOPLE)
def change_address(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Ask for a new email address for a person whose address has changed."""
    user = person_or_404(viewer, pk)
    form = AddressForm(request.POST or None, initial={"email": user.email})
    if form.is_valid():
        email = form.cleaned_data["email"]
        with refusal_on(form):
            asked = address_changes.ask_for_address(
                council=viewer.council, user=user, email=email, by=viewer.user, now=timezone.now()
            )
            nudge()
            if asked:
                messages.success(request, f"A link to confirm the new address is on its way to {email.lower()}.")
            else:
                messages.success(request, f"{user.full_name} keeps the address {user.email}.")
            return redirect("accounts:person", viewer.council.slug, pk)
    crumbs = [
        ("People", reverse("accounts:people", args=[viewer.council.slug])),
        (user.full_name, reverse("accounts:person", args=[viewer.council.slug, pk])),
        ("Email address", ""),
    ]
    context = {"council": viewer.council, "person": user, "form": form, "breadcrumbs": crumbs}
    return render(request, "accounts/change_address.html", context, status=422 if form.errors else 200)


@never_cache
@login_not_required
def confirm_address(request: HttpRequest, token: str) -> HttpResponse:
    """The page that the link in a letter opens.

    Opening it changes nothing, because mail programs follow links by themselves.
    """
    change = address_changes.found_by(token)
    context = {"change": change, "refused": "", "confirmed": False}
    if change is not None and request.method == "POST":
        try:
            address_changes.confirm(change=change, now=timezone.now())
        except Refused as refused:
            context["refused"] = refused.message
        else:
            nudge()
            context["confirmed"] = True
    return render(request, "accounts/confirm_address.html", context, status=422 if context["refused"] else 200)
