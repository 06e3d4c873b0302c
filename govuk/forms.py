"""Form fields of the house: text without hidden characters, dates typed as day, month and year, times as people write
them, files dropped or chosen.

`GovukFormHelper` makes `{% crispy form %}` render a whole form with its one button.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping, Sequence
from datetime import date, time
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, QueryDict

from govuk.dates import MONTHS, clock_time, long_date
from govuk.text import many_lines, one_line

PARTS = ("day", "month", "year")
_MONTHS = tuple(month.lower() for month in MONTHS)


def posted(request: HttpRequest) -> QueryDict | None:
    """The data that was posted, even if it is empty; None if no form was sent."""
    return request.POST if request.method == "POST" else None


def lower_first(text: str) -> str:
    """Text worded to follow in a sentence: "Date of birth" in small letters, "DCS office" and "I agree" unchanged."""
    return text[:1].lower() + text[1:] if text[1:2].islower() or text[:2] == "A " else text


class LineField(forms.CharField):
    """A name, title or other text on one line, cleaned by `one_line`; its length is that of the cleaned text."""

    def to_python(self, value: Any) -> str:
        return one_line(super().to_python(value) or "")


class TextField(forms.CharField):
    """A longer text that keeps its line breaks, cleaned by `many_lines`."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        return many_lines(super().to_python(value) or "")


class SecretField(forms.CharField):
    """A passphrase: kept exactly as it was typed, spaces too, and never shown again."""

    def __init__(self, **kwargs: Any) -> None:
        attributes = {"autocomplete": "new-password", "class": "govuk-input--width-20"}
        kwargs.setdefault("widget", forms.PasswordInput(attrs=attributes))
        super().__init__(strip=False, **kwargs)


class DateInput(forms.MultiWidget):
    """Three inputs, named `<field>_day`, `<field>_month` and `<field>_year`."""

    use_fieldset = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({part: forms.TextInput(attrs={"inputmode": "numeric"}) for part in PARTS}, attrs)

    def decompress(self, value: Any) -> list[Any]:
        return [value.day, value.month, value.year] if isinstance(value, date) else [None, None, None]


class SeenField(forms.IntegerField):
    """A number that a page carries along in a hidden field, such as that of the version which it showed; it may be
    missing.
    """

    #: The largest number that every database can store.
    LARGEST = 2**31 - 1

    def __init__(self, *, min_value: int) -> None:
        words = dict.fromkeys(("invalid", "min_value", "max_value"), "Load the page again, then try once more")
        super().__init__(
            widget=forms.HiddenInput,
            required=False,
            min_value=min_value,
            max_value=self.LARGEST,
            error_messages=words,
        )


class DateField(forms.Field):
    """A day as a `datetime.date`. A month may be a number or a name ("4", "April", "apr"); a year has four figures.

    `earliest` and `latest` bound it, both inclusive. Errors say what is wrong and have the faulty part in their code
    (`date_month`), so that the error summary links to it. `name` is used in errors, the label if not given.
    """

    widget = DateInput

    def __init__(
        self, *, earliest: date | None = None, latest: date | None = None, name: str = "", **kwargs: Any
    ) -> None:
        self.earliest, self.latest, self.name = earliest, latest, name
        super().__init__(**kwargs)

    def _called(self) -> str:
        return self.name or str(self.label or "Date")

    def to_python(self, value: Any) -> date | None:
        """`value` is a date or the three texts as typed; None if all are empty."""
        if value is None or isinstance(value, date):
            return value
        typed = [str(part or "").strip() for part in value]
        if not any(typed):
            return None
        self._check_whole(typed)
        return self._real_date(*typed)

    def _check_whole(self, typed: Sequence[str]) -> None:
        lacking = [part for part, text in zip(PARTS, typed, strict=True) if not text]
        if lacking:
            raise ValidationError(
                f"{self._called()} must include a {' and a '.join(lacking)}", code=f"date_{lacking[0]}"
            )

    def _real_date(self, day: str, month: str, year: str) -> date:
        called = self._called()
        number = _month_number(month)
        if number is None:
            raise ValidationError(f"{called} must be a real date: there is no month “{month}”", code="date_month")
        # Nothing longer is read as a number: Python refuses to convert thousands of figures.
        if not re.fullmatch(r"[0-9]{1,2}", day) or not 1 <= int(day) <= 31:
            raise ValidationError(f"{called} must be a real date: there is no day “{day}”", code="date_day")
        if not re.fullmatch(r"[0-9]{4}", year):
            raise ValidationError(f"{called} must have a year of 4 numbers, like 2011", code="date_year")
        try:
            return date(int(year), number, int(day))
        except ValueError:
            raise ValidationError(f"{called} must be a real date", code="date_day") from None

    def validate(self, value: date | None) -> None:
        """Raises ValidationError if a required date is missing or outside the limits."""
        if value is None:
            if self.required:
                raise ValidationError(f"Enter {lower_first(self._called())}", code="date_all")
            return
        if self.earliest and value < self.earliest:
            raise ValidationError(f"{self._called()} must be {long_date(self.earliest)} or later", code="date_all")
        if self.latest and value > self.latest:
            raise ValidationError(f"{self._called()} must be {long_date(self.latest)} or earlier", code="date_all")


def _month_number(text: str) -> int | None:
    if re.fullmatch(r"0?[1-9]|1[0-2]", text):
        return int(text)
    name = text.lower().rstrip(".")
    found = [index for index, month in enumerate(_MONTHS, 1) if len(name) >= 3 and month.startswith(name)]
    return found[0] if len(found) == 1 else None


class TimeField(forms.Field):
    """A time of day as `datetime.time`, typed as 9:30am, 14:00, 2pm, 2.30 pm, midday or midnight."""

    def __init__(self, *, name: str = "", **kwargs: Any) -> None:
        self.name = name
        kwargs.setdefault("widget", forms.TextInput(attrs={"class": "govuk-input--width-5"}))
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        return clock_time(value) if isinstance(value, time) else value

    def to_python(self, value: Any) -> time | None:
        """Raises ValidationError with an example if `value` is not a time."""
        if value is None or isinstance(value, time):
            return value
        text = str(value).strip().lower()
        if not text:
            return None
        if text in ("midday", "noon", "midnight"):
            return time(0 if text == "midnight" else 12)
        match = re.fullmatch(r"([0-9]{1,2})(?:[:.]([0-9]{2}))?\s*([ap])?\.?(?:m\.?)?", text)
        hour, minute = (int(match[1]), int(match[2] or 0)) if match else (99, 0)
        if match and match[3]:
            hour = hour % 12 + (12 if match[3] == "p" else 0) if 1 <= hour <= 12 else 99
        elif match and (not match[2] or text.endswith("m")):
            hour = 99  # "9" alone may be morning or evening
        if hour > 23 or minute > 59:
            called = self.name or str(self.label or "Time")
            raise ValidationError(f"{called} must be a real time, like 9:30am or 2pm", code="time")
        return time(hour, minute)

    def validate(self, value: Any) -> None:
        if value is None and self.required:
            raise ValidationError(f"Enter {lower_first(self.name or str(self.label or 'time'))}", code="required")


class DropInput(forms.FileInput):
    """A file input with an area to drop a file on, if JavaScript is available."""


class DropManyInput(DropInput):
    """The same for several files at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One or more files; cleans to a list of UploadedFile, empty if none is required and none was given.

    Only Django's own checks are made (present, not empty); the form decides which files are allowed.
    """

    widget = DropManyInput
    default_error_messages = {"required": "Choose a file"}

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:  # type: ignore[override]
        if not isinstance(data, list | tuple):
            data = [data] if data else []
        given = [item for item in data if item]
        if not given:
            if self.required and not initial:
                raise ValidationError(self.error_messages["required"], code="required")
            return []
        faults: list[ValidationError] = []
        for item in given:
            if item.size == 0:
                faults.append(ValidationError(f"{item.name} is empty", code="empty"))
        if faults:
            raise ValidationError(faults)
        return [forms.FileField.clean(self, item, initial) for item in given]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return not self.disabled and bool(data)


class OnceMixin(forms.Form):
    """Adds a hidden `once`, new on every rendered form.

    An action that stores it in a unique column recognises a form that is sent twice and has one effect.
    """

    once = forms.UUIDField(
        widget=forms.HiddenInput,
        initial=uuid.uuid4,
        error_messages={"required": "Open this page again, then send the form", "invalid": "Open this page again"},
    )


class GovukFormHelper(FormHelper):
    """How `{% crispy form %}` shows a form: all fields, hidden ones too, one button, and an optional link to go back.

    button     words on the button
    cancel     address of the link beside it, if any, with `cancel_text`
    warning    True for a button that does harm (red)
    action     where the form goes, this page if empty; `method` is post or get
    upload     True sends the files with visible progress where there is JavaScript
    layout     crispy layout objects or field names; all fields in their order if none
    """

    def __init__(
        self,
        button: str = "Save",
        *layout: Any,
        cancel: str = "",
        cancel_text: str = "Cancel",
        warning: bool = False,
        secondary: bool = False,
        action: str = "",
        method: str = "post",
        form_id: str = "",
        upload: bool = False,
        attrs: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__()
        self.button, self.cancel, self.cancel_text = button, cancel, cancel_text
        self.warning, self.secondary = warning, secondary
        self.form_method, self.form_id = method, form_id
        if action:
            self.form_action = action
        self.render_hidden_fields = True
        self.attrs = {**({"data-house-upload": "true"} if upload else {}), **(attrs or {})}
        if layout:
            self.layout = Layout(*layout)

    @property
    def form_action(self) -> str:
        """An address, not the name of one: crispy's own property looks every address up among the names of views."""
        return self._form_action

    @form_action.setter
    def form_action(self, action: str) -> None:
        self._form_action = action
