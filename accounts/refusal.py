"""The one way in which an action says no."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.forms import BaseForm


NOTHING_RENAMED: Mapping[str, str] = MappingProxyType({})


class Refused(Exception):
    """An action was refused because of what was given; nothing has been changed.

    `message` is a whole sentence for the person: what is wrong and what would be right. `field` names the form
    field that it belongs to, where there is one.
    """

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field

    def show_on(
        self, form: BaseForm, *, otherwise: str | None = None, renamed: Mapping[str, str] = NOTHING_RENAMED
    ) -> None:
        """Beside its field of the bound form, which it may have renamed; else beside `otherwise`, or above all."""
        field = renamed.get(self.field or "", self.field)
        form.add_error(field if field in form.fields else otherwise, self.message)
