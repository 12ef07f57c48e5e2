"""What every page asks first: who is it, and which unit do they mean."""

from collections.abc import Callable
from typing import Any, TypeVar

from django import forms
from django.http import HttpRequest

from yixiang.kernel.errors import Invalid, Unseen
from yixiang.people.asking import me
from yixiang.people.forms import explain
from yixiang.units import queries
from yixiang.units.models import Unit

__all__ = ["attempt", "chosen_unit", "me"]
T = TypeVar("T")


def chosen_unit(request: HttpRequest) -> Unit:
    """`?unit=` where somebody administers several, else the one they belong to."""
    wanted = request.GET.get("unit", "")
    if wanted.isdigit():
        return queries.unit_for(request.user, int(wanted))
    unit = queries.home_unit(request.user)
    if unit is None:
        raise Unseen("您还没有绑定单位。请先在“我的单位”中查找并申请加入，或登记新的单位。")
    return unit


def attempt(form: forms.Form, act: Callable[[dict[str, Any]], T]) -> T | None:
    """Act on a valid form; what the command finds wrong goes back to where it was typed."""
    if not form.is_valid():
        return None
    try:
        return act(form.cleaned_data)
    except Invalid as refused:
        explain(form, refused)
        return None
