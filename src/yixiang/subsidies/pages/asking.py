"""What the pages of this room do alike: act on a form and give what is refused back to it."""

from collections.abc import Callable
from typing import Any, TypeVar

from django import forms

from yixiang.kernel.errors import Refused
from yixiang.people.forms import explain

A_PAGE = 50
T = TypeVar("T")


def attempt(form: forms.Form, act: Callable[[dict[str, Any]], T]) -> T | None:
    """Act on a valid form; what the command refuses goes back to where it was typed."""
    if not form.is_valid():
        return None
    try:
        return act(form.cleaned_data)
    except Refused as refused:
        if refused.status not in {409, 422}:
            raise
        explain(form, refused)
        return None


def done(form: forms.Form, act: Callable[[dict[str, Any]], object]) -> bool:
    """Whether it was acted on."""
    return attempt(form, lambda data: [act(data)]) is not None
