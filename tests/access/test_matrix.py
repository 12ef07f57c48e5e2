"""Who may take which way in: every route and operation with every member of the cast, against a reviewed table.

A new route fails here until it is entered. `python -m pytest tests/access --write-matrix` writes what is true now;
read the difference line by line before committing it.
"""

import json
import re
import tomllib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch, reverse

from tests.access.routes import CAST, VISITOR, Way, arguments_of, examples, operations, pages
from yixiang.people.models import Person

pytestmark = pytest.mark.xdist_group("matrix")
TABLE = Path(__file__).with_name("matrix.toml")
FORM = "application/x-www-form-urlencoded"
FOUND: dict[str, list[str]] = {}
OF_NOBODY = re.compile("/(reference|policies)/")
PUBLIC_OBJECTS = {
    "portal:unit", "portal:policy", "portal:help-topic", "web:sample", "units:expert", "units:ask",
    "/api/v1/units/{code}/members/ask",  # anybody may ask to join
    "articles:file", "articles:feed", "articles:news-article", "articles:notice-article", "articles:policy-article",
    "articles:download-article", "articles:help-article", "/api/v1/articles/{slug}",
    "picture", "confirm-contact", "plate", "portal:instrument", "portal:metadata", "portal:plate", "portal:platform",
    "portal:service", "portal:regulation", "portal:picture", "portal:sitemap-part",
    "/api/v1/instruments/{code}", "/api/v1/instruments/{code}/free", "/api/v1/instruments/{code}/hours",
    "/api/v1/instruments/{code}/tariffs", "/api/v1/instruments/{code}/ratings", "portal:ratings",
    "/api/v1/instruments/{code}/calendar", "/api/v1/instruments/{code}/check", "orders:sheet",
    "/api/v1/platforms/{code}", "/api/v1/services/{code}",
    "/api/v1/services/{code}/tariffs", "catalogue:import-template", "catalogue:import-sheet", "catalogue:thing-start",
    "catalogue:health-act",
    "orders:draw", "orders:wait", "orders:ask-training", "plate-fault", "/api/v1/draws/{code}",
    "/api/v1/draws/{code}/lots", "/api/v1/instruments/{code}/terms", "/api/v1/instruments/{code}/waitings",
    "/api/v1/instruments/{code}/qualifications",  # anybody may ask for a training
    "portal:expert", "units:ask-expert", "/api/v1/experts/{pk}", "/api/v1/experts/{pk}/questions",
    "voucher", "/api/v1/vouchers/verify/{code}", "vouchers:mine-sheet", "vouchers:office-sheet",
    "ledger:programme-sheet", "ledger:posting-sheet", "publicity:notice", "subsidies:applications-sheet",
    "/api/v1/subsidy-runs/{run}/objections",  # to a notice anybody may object; each reads only their own
    "subsidies:flags-sheet", "subsidies:statements-sheet", "subsidies:simulation-sheet",
}  # fmt: skip


def ways() -> Iterator[Way]:
    known = examples()
    for name, pattern in pages():
        try:
            url = reverse(name, kwargs=known.get(name, {}))
        except NoReverseMatch:
            url = "/" + pattern.strip("^$")
        for method in ("GET", "POST"):
            yield Way(name, method, url, home_of(name) if name in known else "")
    for operation in operations():
        arguments = arguments_of(operation)
        url = operation.path.format(**arguments)
        home = home_of(operation.path) if arguments and not OF_NOBODY.search(url) else ""
        yield Way(operation.path, operation.method, url, home, json.dumps(operation.body))


def home_of(name: str) -> str:
    if name in PUBLIC_OBJECTS:
        return ""
    return "sd" if name.startswith("vouchers:") or "/redemptions/" in name else "hn"


def keys(usernames: tuple[str, ...]) -> dict[str, str]:
    """One session each; every request below begins with it afresh."""
    found = {}
    for username in usernames:
        client = Client()
        if username != VISITOR:
            client.force_login(Person.objects.get(username=username))
            found[username] = client.cookies["yixiang_session"].value
    return found


def answer(client: Client, way: Way, key: str | None) -> int:
    """The status, with everything the request did taken back."""
    client.cookies.clear()
    if key:
        client.cookies["yixiang_session"] = key
    kind = "application/json" if way.body and way.method not in {"GET", "DELETE"} else FORM
    with transaction.atomic():
        response = client.generic(way.method, way.url, way.body if kind != FORM else "", kind)
        status, goes = response.status_code, response.headers.get("Location", "")
        for close in getattr(response, "_resource_closers", ()):  # a file that is never sent
            close()
        transaction.set_rollback(True)
    return 401 if status == 302 and goes.startswith("/account/login/") else status


def short(who: list[str]) -> list[str]:
    """Everybody and everybody signed in are said in a word."""
    if set(who) == set(CAST):
        return ["everybody"]
    return ["signed in"] if set(who) == {*CAST} - {VISITOR} else who


def is_let_in(status: int) -> bool:
    """Refused input, an old state or a wanted confirmation mean that the person was let in."""
    return status not in {401, 403, 404, 405}


@pytest.fixture
def found(demo: datetime) -> dict[str, list[str]]:
    """Some thousand requests, made once for all three tests."""
    if not FOUND:
        held, client = keys(CAST), Client()
        FOUND.update(
            {way.key: [who for who in CAST if is_let_in(answer(client, way, held.get(who)))] for way in ways()}
        )
    return FOUND


def test_every_way_in_is_open_to_those_it_is_meant_for_and_to_nobody_else(
    found: dict[str, list[str]], request: pytest.FixtureRequest
) -> None:
    lines = [f'"{key}" = {short(who)!r}'.replace("'", '"') for key, who in sorted(found.items()) if who]
    closed = sorted(key for key, who in found.items() if not who)
    if request.config.getoption("--write-matrix"):
        head = "# Who of the demo's cast is let in where; objects are those of Hunan. Written by --write-matrix.\n"
        shut = "\n".join(f'    "{key}",' for key in closed)
        TABLE.write_text(f"{head}closed = [\n{shut}\n]\n\n[open]\n" + "\n".join(lines) + "\n")
    table = tomllib.loads(TABLE.read_text())
    assert {key: short(who) for key, who in found.items() if who} == table["open"]
    assert closed == table["closed"]


@pytest.mark.parametrize("home", ["hn", "sd"])
def test_what_belongs_to_one_place_opens_for_nobody_of_another(found: dict[str, list[str]], home: str) -> None:
    strangers = {VISITOR, *(who for who in CAST if "." in who and not who.startswith(home))}
    leaks = {way.key: set(found[way.key]) & strangers for way in ways() if way.home == home}
    assert leaks
    assert {key: who for key, who in leaks.items() if who} == {}


def test_what_a_visitor_may_do_everybody_may_see(found: dict[str, list[str]]) -> None:
    signed_out_only = {"GET account_login", "GET account_signup"}
    assert [
        key for key, who in found.items() if VISITOR in who and len(who) < len(CAST) and key not in signed_out_only
    ] == []
