"""Signing in, one's own account, and the people of a council."""

from __future__ import annotations

from datetime import time
from typing import Any

from django.contrib import messages
from django.contrib.auth import views as auth_views
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import SetPasswordForm
from django.core.exceptions import NON_FIELD_ERRORS
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST, require_safe

from accounts import actions, invitations, letters, throttle
from accounts.access import Viewer, council_page
from accounts.client_address import client_address, network_of
from accounts.forms import (
    AddPersonForm,
    NewPasswordForm,
    OwnDetailsForm,
    PasswordResetForm,
    PeopleFilter,
    PersonForm,
    ReminderForm,
    SignInForm,
)
from accounts.hashing import try_again
from accounts.lock_out import name_tried
from accounts.models import AddressChange, Holding, Invitation, Membership, Role, User
from accounts.permissions import Permission, allows
from govuk.dates import clock_time
from outbox.tasks import nudge
from refusals import refusal_in_banner, refusal_on

PEOPLE_ON_A_PAGE = 50


@method_decorator(login_not_required, name="dispatch")
class SignIn(auth_views.LoginView):
    """Signing in. A network from which many wrong passwords came has to wait between two tries."""

    template_name = "accounts/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        network, email = network_of(client_address(request)), name_tried(request)
        waits_its_turn = not throttle.is_known(request, email)
        if waits_its_turn and (wait := throttle.seconds_to_wait(network, now=timezone.now())):
            return try_again(request, status=429, seconds=wait)
        form = self.get_form()
        if form.is_valid():
            response = self.form_valid(form)
            throttle.remember(response, email)
        else:
            response = self.form_invalid(form)
        # Once the pair of name and address is locked, no password is checked, so nothing is counted.
        if form.has_error(NON_FIELD_ERRORS, "invalid_login") and not getattr(request, "axes_locked_out", False):
            throttle.failed(network, now=timezone.now())
        elif waits_its_turn:
            throttle.give_turn_back(network, now=timezone.now())
        return response


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    return auth_views.LogoutView.as_view()(request)


@login_not_required
def password_reset(request: HttpRequest) -> HttpResponse:
    """Ask for a link to a new password; the answer is the same whether the address is known or not."""
    form = PasswordResetForm(request.POST or None)
    if form.is_valid():
        with transaction.atomic():
            letters.answer_forgotten(form.cleaned_data["email"], now=timezone.now())
        nudge()
        return redirect("accounts:password-reset-sent")
    return render(request, "accounts/password_reset.html", {"form": form}, status=422 if form.errors else 200)


@login_not_required
@require_safe
def password_reset_sent(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/password_reset_sent.html")


@method_decorator(login_not_required, name="dispatch")
class SetPassword(auth_views.PasswordResetConfirmView):
    template_name = "accounts/password_set.html"
    form_class = NewPasswordForm
    success_url = reverse_lazy("accounts:password-reset-complete")

    def form_valid(self, form: SetPasswordForm[User]) -> HttpResponse:
        # The person has shown that the mailbox is theirs, so they get in even while others flood their network's
        # sign-in.
        response = super().form_valid(form)
        throttle.remember(response, form.user.email)
        return response


@login_not_required
@require_safe
def password_reset_complete(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/password_reset_complete.html")


def account(request: HttpRequest) -> HttpResponse:
    """One's own name and telephone number, how reminders come, and one's roles in each council."""
    user = request.user
    assert isinstance(user, User)
    initial = {"full_name": user.full_name, "telephone": user.telephone}
    form = OwnDetailsForm(request.POST or None, initial=initial)
    if form.is_valid():
        actions.change_own_details(user=user, now=timezone.now(), **form.cleaned_data)
        messages.success(request, "Your details are saved.")
        return redirect("accounts:account")
    return _account_page(request, user, form, ReminderForm(initial=ReminderForm.initial_of(user)))


@require_POST
def choose_reminders(request: HttpRequest) -> HttpResponse:
    """Choose to get each reminder as it falls due, or one summary a day."""
    user = request.user
    assert isinstance(user, User)
    form = ReminderForm(request.POST)
    if not form.is_valid():
        details = OwnDetailsForm(initial={"full_name": user.full_name, "telephone": user.telephone})
        return _account_page(request, user, details, form)
    hour = form.chosen()
    actions.choose_summary(user=user, hour=hour, now=timezone.now())
    if hour is None:
        messages.success(request, "Each reminder comes to you as it falls due.")
    else:
        said = (
            f"Your reminders come in one summary a day, at {clock_time(time(hour))} or as near as working hours allow."
        )
        messages.success(request, f"{said} Days on which nothing falls due have none.")
    return redirect("accounts:account")


def _account_page(request: HttpRequest, user: User, form: OwnDetailsForm, reminders: ReminderForm) -> HttpResponse:
    rows = Membership.objects.filter(user=user).select_related("council").order_by("council__name", "role")
    holdings = Holding.objects.current().filter(user=user).select_related("post__council")
    workers = {row.council_id: row.council for row in rows if allows([Role(row.role)], Permission.READ_OWN_WORK)}
    context = {
        "form": form,
        "reminder_form": reminders,
        "memberships": rows,
        "holdings": holdings,
        "invitations": [
            (row, invitations.path_of(row))
            for row in Invitation.objects.filter(email=user.email).select_related("council")
        ],
        "feed_councils": list(workers.values()),
    }
    return render(request, "accounts/account.html", context, status=422 if form.errors or reminders.errors else 200)


@require_POST
def change_password(request: HttpRequest) -> HttpResponse:
    """Email a link to a new password to one's own address, so that nobody at an unlocked screen can change it."""
    assert isinstance(request.user, User)
    with transaction.atomic():
        queued = letters.queue_password_letter(request.user, now=timezone.now())
    nudge()
    words = "We have emailed you" if queued else "We emailed you a moment ago"
    messages.success(request, f"{words} a link to choose a new password.")
    return redirect("accounts:account")


@require_safe
@council_page(Permission.MANAGE_PEOPLE)
def people(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    form = PeopleFilter(request.GET)
    rows = User.objects.filter(memberships__council=viewer.council).distinct().order_by("full_name", "pk")
    total = rows.count()
    if form.is_valid():
        words, role = form.cleaned_data["q"].strip(), form.cleaned_data["role"]
        if words:
            rows = rows.filter(Q(full_name__icontains=words) | Q(email__icontains=words))
        if role:
            # Take a row of this council, not of another council that the person is in as well.
            rows = rows.filter(pk__in=Membership.objects.filter(council=viewer.council, role=role).values("user"))
    page = Paginator(rows, PEOPLE_ON_A_PAGE).get_page(request.GET.get("page"))
    roles: dict[int, list[str]] = {}
    for row in Membership.objects.filter(council=viewer.council, user__in=list(page.object_list)):
        roles.setdefault(row.user_id, []).append(row.get_role_display())
    posts: dict[int, list[str]] = {}
    held = Holding.objects.current().filter(post__council=viewer.council, user__in=list(page.object_list))
    for holding in held.select_related("post"):
        posts.setdefault(holding.user_id, []).append(holding.post.name)
    context = {
        "council": viewer.council,
        "filter": form,
        "page": page,
        "rows": [(user, sorted(roles.get(user.pk, [])), sorted(posts.get(user.pk, []))) for user in page],
        "total": total,
        "invited": Invitation.objects.filter(council=viewer.council).prefetch_related("posts"),
    }
    return render(request, "accounts/people.html", context)


@council_page(Permission.MANAGE_PEOPLE)
def add_person(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    form = AddPersonForm(request.POST or None)
    if form.is_valid():
        with refusal_on(form):
            found = invitations.invite_person(
                council=viewer.council, by=viewer.user, now=timezone.now(), **form.cleaned_data
            )
            nudge()
            messages.success(request, f"An invitation is on its way to {found.email}.")
            return redirect("accounts:invited", viewer.council.slug, found.pk)
    context = {"council": viewer.council, "form": form, "breadcrumbs": [_people_crumb(viewer), ("Add a person", "")]}
    return render(request, "accounts/add_person.html", context, status=422 if form.errors else 200)


@council_page(Permission.MANAGE_PEOPLE)
def person(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    user = person_or_404(viewer, pk)
    roles = list(Membership.objects.filter(council=viewer.council, user=user).values_list("role", flat=True))
    initial = {"full_name": user.full_name, "telephone": user.telephone, "roles": roles}
    form = PersonForm(request.POST or None, initial=initial)
    if form.is_valid():
        with refusal_on(form):
            actions.save_person(
                council=viewer.council, user=user, by=viewer.user, now=timezone.now(), **form.cleaned_data
            )
            messages.success(request, f"What you changed about {form.cleaned_data['full_name']} is saved.")
            return redirect("accounts:person", viewer.council.slug, pk)
    context: dict[str, Any] = {
        "council": viewer.council,
        "person": user,
        "form": form,
        "holdings": Holding.objects.filter(user=user, post__council=viewer.council).select_related("post"),
        "is_self": user == viewer.user,
        "address_change": AddressChange.objects.filter(council=viewer.council, user=user).first(),
        "breadcrumbs": [_people_crumb(viewer), (user.full_name, "")],
    }
    return render(request, "accounts/person.html", context, status=422 if form.errors else 200)


@council_page(Permission.MANAGE_PEOPLE)
def remove_person(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Ask once more, then take the person out of the council."""
    user = person_or_404(viewer, pk)
    if request.method == "POST":
        with refusal_in_banner(request):
            actions.remove_person(council=viewer.council, user=user, by=viewer.user, now=timezone.now())
            said = f"{user.full_name} has been removed. Their posts are vacant; what they did stays."
            messages.success(request, said)
            return redirect("accounts:people", viewer.council.slug)
        return redirect("accounts:person", viewer.council.slug, pk)
    holdings = Holding.objects.current().filter(user=user, post__council=viewer.council).select_related("post")
    context = {"council": viewer.council, "person": user, "holdings": holdings}
    return render(request, "accounts/remove_person.html", context)


@require_POST
@council_page(Permission.MANAGE_PEOPLE)
def invite_again(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    user = person_or_404(viewer, pk)
    with transaction.atomic():
        queued = letters.queue_password_letter(user, now=timezone.now())
    nudge()
    if queued:
        messages.success(request, f"A link to choose a password is on its way to {user.email}.")
    else:
        messages.info(request, f"A link went to {user.email} a moment ago. Wait two minutes before sending another.")
    return redirect("accounts:person", viewer.council.slug, pk)


def person_or_404(viewer: Viewer, pk: int) -> User:
    """A person of the council; 404 for anybody else."""
    user = User.objects.filter(pk=pk, memberships__council=viewer.council).distinct().first()
    if user is None:
        raise Http404
    return user


def _people_crumb(viewer: Viewer) -> tuple[str, str]:
    return ("People", reverse("accounts:people", args=[viewer.council.slug]))
