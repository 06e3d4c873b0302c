"""A form field as GOV.UK markup: label or legend, hint, error and input, tied together by ids, all escaped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, cast

from django import forms
from django.forms.boundfield import BoundField
from django.forms.utils import flatatt
from django.utils.safestring import SafeString, mark_safe

from govuk import components
from govuk.forms import PARTS, DateInput, DropInput, lower_first
from govuk.markup import build, build_all


def error_target(bound: BoundField, code: str = "") -> str:
    """The id of the input in which an error of this field is corrected."""
    widget = bound.field.widget
    if isinstance(widget, DateInput):
        part = code.removeprefix("date_")
        return f"{bound.auto_id}_{PARTS.index(part) if part in PARTS else 0}"
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        # If there is no choice to link to, the group has an id, so that the link still works.
        return f"{bound.auto_id}_0" if any(True for _ in bound.subwidgets) else f"{bound.auto_id}"
    return bound.id_for_label or bound.auto_id


def field_errors(bound: BoundField) -> Iterator[tuple[str, str]]:
    """The errors of one field as (id to link to, words).

    If Django only says that something is required, the words name the field: "Enter a name" is for the field to say,
    "Enter name" is better than nothing.
    """
    for error in bound.form.errors.as_data().get(bound.name, []):
        target = "" if bound.is_hidden else error_target(bound, error.code or "")
        for message in error.messages:
            plain = error.code == "required" and str(message) == str(forms.Field.default_error_messages["required"])
            yield target, _required(bound) if plain else str(message)


def _required(bound: BoundField) -> str:
    label, widget = str(bound.label), bound.field.widget
    if label.endswith("?"):
        return f"Answer “{label}”"
    if isinstance(widget, forms.CheckboxInput):
        return f"Select “{label}” to go on"
    verb = "Select" if isinstance(widget, forms.Select | forms.RadioSelect | forms.FileInput) else "Enter"
    return f"{verb} {lower_first(label)}"


def form_errors(form: forms.BaseForm) -> Iterator[tuple[str, str]]:
    """Every error of a form as (id to link to, words): first those of the whole form, then field by field."""
    for message in form.non_field_errors():
        yield "", str(message)
    for name in form.fields:
        if name in form.errors:
            yield from field_errors(form[name])


def error_summary(*forms_or_formsets: Any) -> SafeString:
    """The errors of all given forms and formsets as one summary; nothing if there are none."""
    errors: list[tuple[str, str]] = []
    for item in forms_or_formsets:
        if not item or not item.is_bound:
            continue
        item.govuk_summary_shown = True
        if isinstance(item, forms.BaseFormSet):
            errors += [("", str(message)) for message in item.non_form_errors()]
            for form in item.forms:
                errors += form_errors(form)
        else:
            errors += form_errors(item)
    return components.error_list(errors) if errors else mark_safe("")


def field(bound: BoundField) -> SafeString:
    """One field, ready for the page."""
    if bound.is_hidden:
        return bound.as_widget()
    widget = bound.field.widget
    hint_id, error_id = f"{bound.auto_id}-hint", f"{bound.auto_id}-error"
    hint: SafeString | str = ""
    if bound.help_text:
        indented = " govuk-checkboxes__hint" if type(widget) is forms.CheckboxInput else ""
        hint = build('<div id="{}" class="govuk-hint{}">{}</div>', hint_id, indented, bound.help_text)
    faults = _faults(bound, error_id)
    described = " ".join(ident for ident, shown in ((hint_id, hint), (error_id, faults)) if shown)
    if isinstance(widget, DateInput | forms.RadioSelect | forms.CheckboxSelectMultiple):
        inner = _fieldset(bound, hint, faults, described)
    elif type(widget) is forms.CheckboxInput:
        inner = _single_checkbox(bound, hint, faults, described)
    else:
        inner = _labelled(bound, hint, faults, described)
    return build('<div class="govuk-form-group{}">{}</div>', " govuk-form-group--error" if faults else "", inner)


def _faults(bound: BoundField, error_id: str) -> SafeString | str:
    if not bound.errors:
        return ""
    return build(
        '<div id="{}">{}</div>',
        error_id,
        build_all(
            '<p class="govuk-error-message"><span class="govuk-visually-hidden">Error:</span> {}</p>',
            ((words,) for _, words in field_errors(bound)),
        ),
    )


def _attrs(bound: BoundField, css: str, described: str) -> dict[str, str | bool]:
    own = bound.field.widget.attrs.get("class", "")
    attrs: dict[str, str | bool] = {"class": f"{css} {own}".strip()}
    if described:
        attrs["aria-describedby"] = described
    return attrs


def _css(bound: BoundField) -> str:
    widget = bound.field.widget
    error = bool(bound.errors)
    for kind, css in (
        (forms.Select, "govuk-select"),
        (forms.Textarea, "govuk-textarea"),
        (forms.FileInput, "govuk-file-upload"),
    ):
        if isinstance(widget, kind):
            return f"{css} {css}--error" if error else css
    return "govuk-input govuk-input--error" if error else "govuk-input"


def _labelled(bound: BoundField, hint: str, faults: str, described: str) -> SafeString:
    widget = bound.field.widget
    attrs = _attrs(bound, _css(bound), described)
    control = _select(bound, attrs) if type(widget) is forms.Select else bound.as_widget(attrs=attrs)
    if isinstance(widget, DropInput):
        plural = getattr(widget, "allow_multiple_selected", False)
        control = build(
            '<div class="govuk-file-upload-wrapper house-drop" data-module="govuk-file-upload" '
            'data-i18n.choose-files-button="{}" data-i18n.drop-instruction="{}" data-i18n.no-file-chosen="{}">{}</div>',
            "Choose files" if plural else "Choose file",
            "or drop them here" if plural else "or drop it here",
            "No files chosen" if plural else "No file chosen",
            control,
        )
    return build(
        '<label class="govuk-label{}" for="{}">{}</label>{}{}{}',
        " govuk-label--s" if widget.attrs.get("data-strong-label") else "",
        bound.id_for_label,
        bound.label,
        hint,
        faults,
        control,
    )


def _select(bound: BoundField, attrs: dict[str, str | bool]) -> SafeString:
    """A drop-down list as Django draws it; its template would take longer for a list of posts than the rest of
    a page.
    """
    widget = bound.field.widget
    whole = bound.build_widget_attrs({**attrs, "id": bound.auto_id} if "id" not in widget.attrs else attrs)
    context = widget.get_context(bound.html_name, bound.value(), whole)["widget"]
    groups = []
    for title, options, _ in context["optgroups"]:
        drawn = build_all(
            '<option value="{}"{}>{}</option>',
            ((option["value"], flatatt(option["attrs"]), option["label"]) for option in options),
        )
        groups.append(build('<optgroup label="{}">{}</optgroup>', title, drawn) if title else drawn)
    return build(
        '<select name="{}"{}>{}</select>', context["name"], flatatt(context["attrs"]), SafeString("".join(groups))
    )


def _fieldset(bound: BoundField, hint: str, faults: str, described: str) -> SafeString:
    widget = bound.field.widget
    if isinstance(widget, DateInput):
        inner, role = _date(bound), mark_safe(' role="group"')
    else:
        inner, role = _choices(bound), mark_safe("")
    return build(
        '<fieldset class="govuk-fieldset"{}{}><legend class="govuk-fieldset__legend">{}</legend>{}{}{}</fieldset>',
        role,
        build(' aria-describedby="{}"', described) if described else "",
        bound.label,
        hint,
        faults,
        inner,
    )


def _date(bound: BoundField) -> SafeString:
    at_fault = {(error.code or "").removeprefix("date_") for error in bound.form.errors.as_data().get(bound.name, [])}
    subwidgets = bound.subwidgets[0].data["subwidgets"]
    items = []
    for index, (part, data) in enumerate(zip(PARTS, subwidgets, strict=True)):
        wrong = bool(at_fault) and (part in at_fault or not at_fault & set(PARTS))
        items.append(
            (
                f"{bound.auto_id}_{index}",
                part.capitalize(),
                4 if part == "year" else 2,
                " govuk-input--error" if wrong else "",
                f"{bound.auto_id}_{index}",
                data["name"],
                data["value"] if data["value"] is not None else "",
                mark_safe(' aria-invalid="true"') if wrong else "",
            )
        )
    return build(
        '<div class="govuk-date-input" id="{}">{}</div>',
        bound.auto_id,
        build_all(
            '<div class="govuk-date-input__item"><div class="govuk-form-group">'
            '<label class="govuk-label govuk-date-input__label" for="{}">{}</label>'
            '<input class="govuk-input govuk-date-input__input govuk-input--width-{}{}" id="{}" name="{}" value="{}" '
            'type="text" inputmode="numeric" autocomplete="off"{}></div></div>',
            items,
        ),
    )


def _choices(bound: BoundField) -> SafeString:
    # Django derives its list of checkboxes from its list of radios, so the narrower class is checked.
    kind = "checkboxes" if isinstance(bound.field.widget, forms.CheckboxSelectMultiple) else "radios"
    # Django's own text describes the options; the group around them is described instead.
    attrs = {"class": f"govuk-{kind}__input", "aria-describedby": ""}
    options = bound.field.widget.subwidgets(
        bound.html_name, bound.value(), attrs=bound.build_widget_attrs({**attrs, "id": bound.auto_id})
    )
    items: Iterable[tuple[Any, ...]] = (
        (
            kind,
            kind,
            data["attrs"]["id"],
            data["name"],
            "radio" if kind == "radios" else "checkbox",
            data["value"],
            mark_safe(" checked") if data["selected"] else "",
            mark_safe(" disabled") if data["attrs"].get("disabled") else "",
            kind,
            data["attrs"]["id"],
            data["label"],
        )
        for data in cast("Iterable[dict[str, Any]]", options)
    )
    return build(
        '<div class="govuk-{} govuk-{}--small" id="{}" data-module="govuk-{}">{}</div>',
        kind,
        kind,
        bound.auto_id,
        kind,
        build_all(
            '<div class="govuk-{}__item"><input class="govuk-{}__input" id="{}" name="{}" type="{}" value="{}"{}{}>'
            '<label class="govuk-label govuk-{}__label" for="{}">{}</label></div>',
            items,
        ),
    )


def _single_checkbox(bound: BoundField, hint: str, faults: str, described: str) -> SafeString:
    return build(
        '{}<div class="govuk-checkboxes govuk-checkboxes--small" data-module="govuk-checkboxes">'
        '<div class="govuk-checkboxes__item">{}<label class="govuk-label govuk-checkboxes__label" for="{}">{}</label>'
        "{}</div></div>",
        faults,
        bound.as_widget(attrs=_attrs(bound, "govuk-checkboxes__input", described)),
        bound.id_for_label,
        bound.label,
        hint,
    )
