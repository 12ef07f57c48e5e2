"""The Jinja2 environment behind every page: what a template may call, and how it treats a missing name."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language, gettext, ngettext, npgettext, pgettext
from jinja2 import Environment, StrictUndefined

from yixiang.web import controls, filters, places
from yixiang.web.drawings import drawing
from yixiang.web.icons import icon

FILTERS: dict[str, Callable[..., Any]] = {
    "money": filters.money,
    "price": filters.price,
    "wan": filters.wan,
    "number": filters.number,
    "date": filters.date,
    "datetime": filters.moment,
    "clock": filters.clock,
    "day": filters.day,
    "ago": filters.ago,
    "due": filters.due,
    "due_tone": filters.due_tone,
    "size": filters.size,
    "device": filters.device,
    "region": places.region_words,
    "class_name": places.class_words,
    "mask_phone": filters.mask_phone,
    "mask_email": filters.mask_email,
    "mask_account": filters.mask_account,
    "paragraphs": filters.paragraphs,
}


class Missing(StrictUndefined):
    """A missing name may be asked about (`{% if hint %}`) but neither printed nor looked into."""

    __slots__ = ()

    def __bool__(self) -> bool:  # type: ignore[override]
        return False


def said(text: str) -> str:
    """gettext, asked once for each text and language: a page of results says three hundred."""
    return _said(get_language(), text)


@lru_cache(maxsize=8192)
def _said(language: str | None, text: str) -> str:
    return gettext(text)


def url(name: str, *args: Any, **kwargs: Any) -> str:
    """In the language of the page: public pages have an address in each."""
    return _url(get_language(), name, *args, **kwargs)


@lru_cache(maxsize=4096)
def _url(language: str | None, name: str, *args: Any, **kwargs: Any) -> str:
    """The route table does not change while a process lives, and a list asks for the same few again and again."""
    return reverse(name, args=args or None, kwargs=kwargs or None)


def url_if(name: str, *args: Any, otherwise: str = "", **kwargs: Any) -> str:
    """As `url`, but a route that is not installed gives `otherwise` instead of a failure."""
    try:
        return url(name, *args, **kwargs)
    except NoReverseMatch:
        return otherwise


def query(request: HttpRequest, **changes: Any) -> str:
    """The address of this page with some of its parameters changed; None removes one."""
    params = request.GET.copy()
    for name, value in changes.items():
        if value is None or value == "":
            params.pop(name, None)
        elif isinstance(value, list | tuple):
            params.setlist(name, [str(item) for item in value])
        else:
            params[name] = str(value)
    return f"{request.path}?{encoded}" if (encoded := params.urlencode()) else request.path


def toggled(request: HttpRequest, name: str, value: Any) -> str:
    """The address of this page with one value of a repeated parameter put in or taken out, on page one."""
    values = request.GET.getlist(name)
    word = str(value)
    changed = [item for item in values if item != word] if word in values else [*values, word]
    return query(request, **{name: changed or None, "page": None, "after": None})


def environment(**options: Any) -> Environment:
    """Called by Django's Jinja2 backend (setting `OPTIONS["environment"]`)."""
    options["undefined"] = Missing
    options.setdefault("trim_blocks", True)
    options.setdefault("lstrip_blocks", True)
    own = ["jinja2.ext.i18n", "jinja2.ext.do", "jinja2.ext.loopcontrols"]
    extensions = [*options.pop("extensions", []), *own]
    env = Environment(extensions=extensions, **options)  # noqa: S701  (Django passes autoescape=True)
    env.install_gettext_callables(  # type: ignore[attr-defined]
        said, ngettext, newstyle=True, pgettext=pgettext, npgettext=npgettext
    )
    env.globals.update(
        static=static,
        url=url,
        url_if=url_if,
        query=query,
        toggled=toggled,
        urlencode=urlencode,
        icon=icon,
        drawing=drawing,
        control=controls.control,
        error_links=controls.error_links,
        get_language=get_language,
    )
    env.filters.update(FILTERS)
    return env
