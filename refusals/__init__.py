"""How an action refuses, and the two ways in which a view shows that."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from django.contrib import messages

if TYPE_CHECKING:
    from django.forms import BaseForm
    from django.http import HttpRequest

NOTHING_RENAMED: Mapping[str, str] = MappingProxyType({})


class Refused(Exception):
    """An action was refused because of its input; nothing has been changed.

    `message` is a whole sentence for the person: what is wrong and what would be right. `field` names the form field
    that it belongs to, if there is one.
    """

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field

    def show_on(
        self, form: BaseForm, *, otherwise: str | None = None, renamed: Mapping[str, str] = NOTHING_RENAMED
    ) -> None:
        """Show it beside its field of the bound form, which may use another name; otherwise beside `otherwise`, or at
        the top.
        """
        field = renamed.get(self.field or "", self.field)
        form.add_error(field if field in form.fields else otherwise, self.message)


def refusal_on(
    form: BaseForm, *, otherwise: str | None = None, renamed: Mapping[str, str] = NOTHING_RENAMED
) -> ShownRefusal:
    """For a block with an action and what follows it: a refusal is shown on the bound form, by `Refused.show_on`.

    The block ends there and the view goes on after it, where it shows the form again:

        if form.is_valid():
            with refusal_on(form):
                actions.add_post(council=viewer.council, by=viewer.user, now=timezone.now(), **form.cleaned_data)
                messages.success(request, "Post added.")
                return redirect("inspections:posts", viewer.council.slug)
        return render(request, "inspections/add_post.html", {"form": form}, status=422 if form.errors else 200)
    """
    return ShownRefusal(lambda refused: refused.show_on(form, otherwise=otherwise, renamed=renamed))


def refusal_in_banner(request: HttpRequest) -> ShownRefusal:
    """The same for a button without a form: a refusal becomes a banner on the page that the view redirects to."""
    return ShownRefusal(lambda refused: messages.error(request, refused.message))


class ShownRefusal:
    """Shows a refusal that is raised inside it; other exceptions pass through."""

    def __init__(self, show: Callable[[Refused], None]) -> None:
        self._show = show

    def __enter__(self) -> None:
        pass

    # A class with this return type, because mypy considers code after a `contextmanager` unreachable.
    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> bool:
        if not isinstance(error, Refused):
            return False
        self._show(error)
        return True
