"""Pieces of a page in the house style, each a function from values to safe HTML.

All values are escaped unless they are marked as safe. What appears in rows of long lists (tags, tasks) is built as
text, because a template would be too slow; everything else is a template in `govuk/components/`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any
from zlib import crc32

from django.template.loader import get_template
from django.utils.safestring import SafeString

from govuk.markup import build, build_all

#: state -> (words, colour). The words are always shown with the colour.
STATES: dict[str, tuple[str, str]] = {
    "missing": ("Missing", "orange"),
    "partial": ("Partial", "yellow"),
    "submitted": ("Submitted", "blue"),
    "approved": ("Approved", "green"),
    "returned": ("Returned", "magenta"),
    "sent": ("Sent", "teal"),
    "stale": ("Out of date", "orange"),
    "turning": ("Soon out of date", "yellow"),
    "late": ("Late", "late"),
    "due today": ("Due today", "orange"),
    "due soon": ("Due soon", "yellow"),
    "due": ("Due", "blue"),
    "not due yet": ("Not due yet", "grey"),
    "to do": ("To do", "blue"),
    "not started": ("Not started", "grey"),
    "in progress": ("In progress", "yellow"),
    "done": ("Done", "green"),
    "ready": ("Ready", "green"),
    "not ready": ("Not ready", "orange"),
    "tbc": ("Owner tbc", "purple"),
    "vacant": ("Vacant", "purple"),
    "queued": ("Queued", "grey"),
    "waiting": ("Waiting", "grey"),
    "running": ("Working", "blue"),
    "building": ("Building", "blue"),
    "built": ("Built", "green"),
    "sending": ("Sending", "blue"),
    "failed": ("Failed", "late"),
    "bounced": ("Came back", "late"),
    "cancelled": ("Cancelled", "grey"),
    "withdrawn": ("Withdrawn", "grey"),
    "superseded": ("Replaced", "grey"),
    "current": ("Current", "green"),
    "nil return": ("Nil return", "teal"),
    "not supplied": ("Not supplied", "late"),
    "open": ("Open", "orange"),
    "explained": ("Explained", "blue"),
    "settled": ("Settled", "green"),
    "contradicted": ("Contradicted", "yellow"),
    "unassigned": ("No auditor", "orange"),
    "begun": ("Begun", "yellow"),
    "moderated": ("Moderated", "green"),
    "handed over": ("Handed over", "teal"),
    "erased": ("Erased", "grey"),
    "moved": ("Moved", "purple"),
    "known": ("Date known", "teal"),
    "booked": ("Booked", "green"),
    "rehearsal": ("Rehearsal", "purple"),
    "real": ("Inspection", "blue"),
}


def component(name: str, **values: Any) -> SafeString:
    """The template `govuk/components/NAME.html` filled with these values."""
    return SafeString(get_template(f"govuk/components/{name}.html").render(values))


_TAG = '<strong class="govuk-tag govuk-tag--{}">{}</strong>'


def _state(state: Any) -> str:
    return str(getattr(state, "value", state)).lower().replace("_", " ").replace("-", " ")


def tag(state: Any, text: Any = "", colour: str = "") -> SafeString:
    """The state of a thing as a coloured label with words; `text` and `colour` replace those of the state.

    An unknown state shows its own words in grey, so that a framework file can have states of its own.
    """
    key = _state(state)
    if not text and not colour:
        return _plain_tag(key)
    words, default = STATES.get(key, (key[:1].upper() + key[1:], "grey"))
    return build(_TAG, colour or default, text or words)


@lru_cache(maxsize=256)
def _plain_tag(key: str) -> SafeString:
    words, colour = STATES.get(key, (key[:1].upper() + key[1:], "grey"))
    return build(_TAG, colour, words)


def task(title: Any, href: str = "", hint: Any = "", status: Any = "", identifier: str = "") -> SafeString:
    """One <li> of a `govuk-task-list`; `status` is a tag or plain words, `identifier` is unique on the page."""
    ident = identifier or f"task-{crc32(f'{title}|{href}'.encode())}"
    hint_html = build('<div id="{}-hint" class="govuk-task-list__hint">{}</div>', ident, hint) if hint else ""
    described = f"{ident}-hint {ident}-status" if hint else f"{ident}-status"
    if href:
        name = build(
            '<a class="govuk-link govuk-task-list__link" href="{}" aria-describedby="{}">{}</a>', href, described, title
        )
    else:
        name = build("<div>{}</div>", title)
    return build(
        '<li class="govuk-task-list__item{}"><div class="govuk-task-list__name-and-hint">{}{}</div>'
        '<div class="govuk-task-list__status" id="{}-status">{}</div></li>',
        " govuk-task-list__item--with-link" if href else "",
        name,
        hint_html,
        ident,
        status,
    )


def _summary_row(row: Sequence[Any] | Mapping[str, Any]) -> tuple[Any, Any, str, Any, Any]:
    if isinstance(row, Mapping):
        key, value = row["key"], row["value"]
        return key, value, row.get("href", ""), row.get("action", "Change"), row.get("hidden", key)
    key, value, *rest = row
    given: list[Any] = [*rest, *["", "Change", key][len(rest) :]]
    return key, value, given[0], given[1], given[2]


def summary_list(rows: Iterable[Sequence[Any] | Mapping[str, Any]], classes: str = "") -> SafeString:
    """A list of facts. A row is (key, value), (key, value, href) or (key, value, href, action text, hidden text)."""
    unpacked = [_summary_row(row) for row in rows]
    any_actions = any(href for _, _, href, _, _ in unpacked)
    return component("summary_list", rows=unpacked, any_actions=any_actions, classes=classes)


def inset(content: Any) -> SafeString:
    """Text set apart from the rest of the page."""
    return component("inset", content=content)


def warning(content: Any) -> SafeString:
    """Text that nobody should miss, with a mark and the hidden word Warning."""
    return component("warning", content=content)


def details(content: Any, summary: Any, *, is_open: bool = False) -> SafeString:
    """Content that is folded away until somebody opens it; works without JavaScript."""
    return component("details", content=content, summary=summary, is_open=is_open)


def empty(content: Any, heading: Any, href: str = "", action: Any = "", level: int = 2) -> SafeString:
    """Shown where a list is empty: what belongs here (`heading`, `content`) and how to put it there (`href`,
    `action`).
    """
    return component("empty", content=content, heading=heading, href=href, action=action, level=level)


def notification(content: Any, kind: str = "info", ident: str = "govuk-notification-banner-title") -> SafeString:
    """A banner: `kind` is success, error, or anything else for important."""
    title, modifier, role = {
        "success": ("Success", " govuk-notification-banner--success", "alert"),
        "error": ("There is a problem", " house-notification--error", "alert"),
    }.get(kind, ("Important", "", "region"))
    return component("notification", content=content, title=title, modifier=modifier, role=role, ident=ident)


def notifications(messages: Iterable[Any]) -> SafeString:
    """Each of Django's messages as a banner, in the order they were said."""
    banners = (
        notification(message.message, message.level_tag, f"notification-{index}")
        for index, message in enumerate(messages)
    )
    return build_all("{}", ((banner,) for banner in banners))


def error_list(errors: Iterable[tuple[str, Any]]) -> SafeString:
    """The summary on top of a page with errors; `errors` are (id of the input or "", words)."""
    return component("error_summary", errors=list(errors))
