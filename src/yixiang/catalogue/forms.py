"""Forms of this room. The facts are read by the rules; their form only shows what was typed and why not."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from django import forms
from django.forms.utils import ErrorDict
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from yixiang.catalogue.rules import readers
from yixiang.catalogue.rules.fields import Spec
from yixiang.catalogue.search import dictionary
from yixiang.kernel import reference
from yixiang.kernel.typed import day, flag, paragraph, text
from yixiang.units.forms import regions

Choices = list[tuple[str, Any]]
RADIO = ("kind", "use", "share_mode", "booking_mode", "construction")  # few enough to be seen at once
BOXES = ("funds",)
MOST_SHORT = 3
ABBREVIATION = re.compile(r"[A-Z][A-Za-z0-9/+-]{1,11}")
PHONE = {"inputmode": "tel", "autocomplete": "off"}
MAIL = {"inputmode": "email", "autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}
CODE = {"autocapitalize": "off", "spellcheck": "false", "autocomplete": "off"}


@lru_cache(maxsize=1)
def classes() -> Choices:
    """Every leaf under its main class, as one searchable list: names on the way, English abbreviations, number."""
    found: dict[str, Choices] = {}
    for row in reference.instrument_classes().values():
        path = reference.class_path(row.code)
        if row.leaf:
            names = " › ".join(step.name for step in path[1:]) or row.name
            words = (names, "、".join(_abbreviations().get(row.code, ())), row.code)
            found.setdefault(path[0].name, []).append((row.code, "  ".join(filter(None, words))))
    return [("", _("请选择")), *found.items()]


@lru_cache(maxsize=1)
def _abbreviations() -> dict[str, list[str]]:
    """SEM, XRD, ICP-MS: what people type instead of the Chinese name, from the words of the search."""
    found: dict[str, list[str]] = {}
    for group in sorted(dictionary.groups(), key=lambda group: len(group.classes)):  # what names one class comes first
        short = [word for word in group.words if ABBREVIATION.fullmatch(word)]
        for code in group.classes:
            known = found.setdefault(code, [])
            known += [word for word in short if word not in known][: MOST_SHORT - len(known)]
    return found


def _any_classes() -> Choices:
    """Branches too: a test is often done on a whole group of instruments."""
    rows = reference.instrument_classes().values()
    return [("", _("请选择")), *((row.code, f"{'　' * (row.level - 1)}{row.name}  {row.code}") for row in rows)]


class FactsForm(forms.Form):
    """Some facts of a listing, as typed. Nothing is judged here, so that nothing typed is ever lost."""

    use_required_attribute = False

    def __init__(self, specs: Iterable[Spec], typed: Mapping[str, str]) -> None:
        chosen = list(specs)
        super().__init__({spec.name: _shown(spec, typed.get(spec.name, "")) for spec in chosen})
        for spec in chosen:
            self.fields[spec.name] = field_of(spec, str(typed.get(spec.name, "")))

    def full_clean(self) -> None:
        self._errors = ErrorDict()
        self.cleaned_data: dict[str, Any] = {}

    def explain(self, problems: Mapping[str, Sequence[str]]) -> None:
        for name, messages in problems.items():
            for message in messages:
                if name in self.fields:
                    self.add_error(name, message)


def _shown(spec: Spec, typed: str) -> Any:
    """Lists are ticked one by one."""
    return [code for code in readers.SEPARATORS.split(typed) if code] if spec.many else typed


def field_of(spec: Spec, typed: str = "") -> forms.Field:
    common: dict[str, Any] = {"label": spec.label, "help_text": spec.hint, "required": spec.required}
    if spec.read is flag:
        return forms.BooleanField(**{**common, "required": False})
    if spec.many:
        return _many(spec, common)
    if spec.choices:
        return _one(spec, common, typed)
    if spec.name == "region":
        return forms.ChoiceField(choices=regions(), **common)
    if spec.name == "category":
        return forms.ChoiceField(choices=_any_classes() if spec.read is readers.any_class else classes(), **common)
    if spec.read is day:
        return forms.CharField(widget=forms.DateInput, **common)
    if spec.read is paragraph:
        return forms.CharField(widget=forms.Textarea(attrs={"rows": 3 if spec.limit <= 300 else 5}), **common)
    return forms.CharField(widget=forms.TextInput(attrs=_keyboard(spec)), **common)


def _many(spec: Spec, common: dict[str, Any]) -> forms.Field:
    options = list((spec.choices or readers.discipline_options()).items())
    widget = forms.CheckboxSelectMultiple if spec.name in BOXES else forms.SelectMultiple
    return forms.MultipleChoiceField(choices=options, widget=widget, **common)


def _one(spec: Spec, common: dict[str, Any], typed: str) -> forms.Field:
    options: Choices = list((spec.choices or {}).items())
    if spec.name in RADIO:
        return forms.ChoiceField(choices=options, widget=forms.RadioSelect, **common)
    if typed and typed not in dict(options):
        options.append((typed, typed))  # what an import or a program left there is shown, not swallowed
    return forms.ChoiceField(choices=[("", _("请选择")), *options], **common)


def _keyboard(spec: Spec) -> dict[str, str]:
    """The right keyboard on a phone, and no spelling help in a code."""
    if spec.name.endswith("phone"):
        return PHONE
    if spec.name.endswith("email"):
        return MAIL
    if spec.name == "country":
        return {"list": "countries", "autocomplete": "off"}
    if spec.name.endswith("number") or spec.name == "declaration_item":
        return CODE
    return {} if spec.read is text else {"inputmode": "decimal", "autocomplete": "off"} if spec.limit == 0 else {}


def typed_from(data: QueryDict, specs: Iterable[Spec]) -> dict[str, str]:
    """What the sent form says about these fields; a box left empty is sent by not being there."""
    typed = {}
    for spec in specs:
        if spec.many:
            typed[spec.name] = ",".join(data.getlist(spec.name))
        elif spec.name in data or spec.read is flag:
            typed[spec.name] = str(data.get(spec.name, ""))
    return typed


class StartForm(forms.Form):
    """What is begun, for which unit and branch."""

    kind = forms.ChoiceField(label=_("类型"), choices=[], widget=forms.RadioSelect)
    unit = forms.ChoiceField(label=_("管理单位"))
    sub_unit = forms.ChoiceField(label=_("所属部门"), required=False)
    copy = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, data: Any, *, kinds: Choices, units: Choices, subs: Choices, whole: bool = True, initial: Any = None
    ) -> None:
        """`whole`: the person publishes for the unit itself, not only for some of its branches."""
        super().__init__(data, initial=initial)
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]
        self.fields["unit"].choices = units  # type: ignore[attr-defined]
        none = [("", _("不选择（直属单位）"))] if whole else []
        self.fields["sub_unit"].choices = [*none, *subs]  # type: ignore[attr-defined]
        self.fields["sub_unit"].required = not whole


class ReasonForm(forms.Form):
    note = forms.CharField(label=_("原因"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
