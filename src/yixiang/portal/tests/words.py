"""What the public pages say: every text in their templates and modules, gathered without running them."""

import ast
from collections.abc import Iterator
from pathlib import Path

from django.template import engines
from jinja2.ext import extract_from_ast

SOURCE = Path(__file__).resolve().parents[2]
DESK_TEMPLATES = {
    "portal/inbox.html", "portal/case.html", "portal/cases.html", "portal/calendar.html", "portal/erase.html",
    "portal/erased.html", "portal/mydata_export.html",
}  # fmt: skip
SHELL = [
    "web/page.html", "web/portal.html", "web/plain.html", "web/components/ui.html", "web/components/lists.html",
    "web/components/forms.html", "web/components/law.html",
    *(f"web/parts/{name}.html" for name in ("bell", "brand", "footer", "messages", "person", "picture", "search")),
    *(f"web/errors/{name}.html" for name in ("page", 400, 403, 404, 409, 422, 429, 500, 503)),
]  # fmt: skip
PLATES = [
    "orders/plate.html", "orders/plate_act.html", "orders/plate_fault.html", "orders/draw.html", "vouchers/verify.html",
]  # fmt: skip
NEWS = [f"articles/{name}.html" for name in ("_download", "_files", "_item", "_tabs", "article", "listing")]
MODULES = [
    *sorted((SOURCE / "portal").glob("*.py")),
    *(SOURCE / "portal" / "pages").glob("*.py"),
    *(SOURCE / "catalogue" / "search").glob("*.py"),
    SOURCE / "orders" / "pages" / "plate.py",
    SOURCE / "web" / "filters.py",
    SOURCE / "web" / "places.py",
    SOURCE / "catalogue" / "commands" / "wishing.py",
    SOURCE / "catalogue" / "commands" / "shortlisting.py",
]
DESK_MODULES = {"desk.py", "deciding.py", "forms.py", "mine.py", "calendar.py", "commands.py", "mydata.py"}


MONEY = ["subsidies/notices.html", "subsidies/notice.html"]


def templates() -> list[str]:
    own = (SOURCE / "portal" / "jinja2" / "portal").glob("*.html")
    return (
        [name for path in sorted(own) if (name := f"portal/{path.name}") not in DESK_TEMPLATES]
        + SHELL
        + NEWS
        + PLATES
        + MONEY
    )


def of_template(name: str) -> Iterator[str]:
    env = engines["jinja2"].env
    source = env.loader.get_source(env, name)[0]
    for _line, _function, message in extract_from_ast(env.parse(source), ("_", "gettext", "ngettext")):
        yield from (text for text in (message if isinstance(message, tuple) else (message,)) if isinstance(text, str))


def of_module(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        called = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_"
        if called and node.args and isinstance(node.args[0], ast.Constant):
            yield str(node.args[0].value)


def everything() -> set[str]:
    found = {text for name in templates() for text in of_template(name)}
    return found | {text for path in MODULES if path.name not in DESK_MODULES for text in of_module(path)}
