"""A form that is sent twice does one thing: its hidden `once` is stored with what it made."""

from __future__ import annotations

from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Model

from refusals import Refused

Row = TypeVar("Row", bound=Model)


def made_before(model: type[Row], once: UUID, **place: Any) -> Row | None:
    """What the form with this `once` made when it was sent before; None if it was not.

    `place` says, by fields of the model, where the form belongs. Raises Refused for one that was used somewhere else,
    which only happens to somebody who changes what the form sends. Call it while the inspection is locked.
    """
    row = model._default_manager.filter(once=once).first()
    if row is None or all(getattr(row, name) == value for name, value in place.items()):
        return row
    raise Refused("This form was used somewhere else already. Load the page again.")
