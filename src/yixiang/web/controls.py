"""A Django form field turned into what the form macros draw: kind, markup, help and errors."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.widgets import DateTimeBaseInput
from django.utils.safestring import SafeString

_KINDS: list[tuple[type[forms.Widget], str]] = [
    (forms.HiddenInput, "hidden"),
    (forms.CheckboxSelectMultiple, "choices"),
    (forms.RadioSelect, "choices"),
    (forms.CheckboxInput, "checkbox"),
    (forms.FileInput, "file"),
    (forms.PasswordInput, "password"),
    (forms.Textarea, "textarea"),
    (forms.Select, "select"),
]
_CSS = {"select": "form-select", "checkbox": "form-check-input", "choices": "form-check-input", "hidden": ""}
_NATIVE: list[tuple[type[DateTimeBaseInput], str, str]] = [
    (forms.DateTimeInput, "datetime-local", "%Y-%m-%dT%H:%M"),
    (forms.DateInput, "date", "%Y-%m-%d"),
    (forms.TimeInput, "time", "%H:%M"),
]


@dataclass(frozen=True)
class Control:
    kind: str
    id: str
    label: str
    help: str
    errors: list[str]
    required: bool
    html: SafeString
    choices: list[Any]

    @property
    def help_id(self) -> str:
        return f"{self.id}_helptext"

    @property
    def error_id(self) -> str:
        return f"{self.id}_error"


def kind_of(widget: forms.Widget) -> str:
    return next((kind for cls, kind in _KINDS if isinstance(widget, cls)), "input")


def _native(widget: forms.Widget) -> forms.Widget | None:
    """Dates use the browser's own picker, which wants ISO text whatever the language."""
    for cls, input_type, pattern in _NATIVE:
        if isinstance(widget, cls):
            twin = cls(attrs={**widget.attrs}, format=pattern)
            twin.input_type = input_type
            return twin
    return None


def _attributes(field: BoundField, kind: str, extra: dict[str, Any]) -> dict[str, Any]:
    own = str(field.field.widget.attrs.get("class", ""))
    css = " ".join(filter(None, [own, _CSS.get(kind, "form-control"), "is-invalid" if field.errors else ""]))
    attrs: dict[str, Any] = {name.replace("_", "-"): value for name, value in extra.items() if value not in (None, "")}
    attrs["class"] = css
    if kind == "textarea" and field.field.widget.attrs.get("rows") == "10":  # Django's default is too tall
        attrs.setdefault("rows", 4)
    if field.errors and kind != "choices":
        attrs["aria-invalid"] = "true"
    return attrs


def control(field: BoundField, help: str | None = None, **extra: Any) -> Control:
    """Everything a macro needs to draw one field; empty `help` hides its own, `extra` are attributes."""
    kind = kind_of(field.field.widget)
    if help is not None:
        field.help_text = help  # Django points aria-describedby at it only where there is one
    attrs = _attributes(field, kind, extra)
    multiple = kind == "choices"
    return Control(
        kind=kind,
        id=field.auto_id,
        label=str(field.label),
        help=str(field.help_text),
        errors=[str(error) for error in field.errors],
        required=field.field.required,
        html=SafeString("") if multiple else field.as_widget(_native(field.field.widget), attrs),
        choices=_choices(field) if multiple else [],
    )


def _choices(field: BoundField) -> list[dict[str, Any]]:
    """The options of a radio or checkbox group; the first carries the field id, for errors to link to."""
    found = []
    for number, option in enumerate(field.subwidgets):
        data = option.data
        found.append(
            {
                "id": field.auto_id if number == 0 else data["attrs"].get("id", f"{field.auto_id}_{number}"),
                "name": data["name"],
                "value": data["value"],
                "label": data["label"],
                "type": data["type"],
                "checked": bool(data["selected"]),
                "disabled": bool(data["attrs"].get("disabled")),
            }
        )
    return found


def error_links(form: forms.BaseForm) -> list[tuple[str, str]]:
    """(target, message) for the error summary; errors of the whole form have no target."""
    links = [("", str(error)) for error in form.non_field_errors()]
    for name in form.errors:
        if name in form.fields:
            field = form[name]
            links += [(f"#{field.auto_id}", f"{field.label}：{error}") for error in field.errors]
    return links
