"""What must be true before the site is served: schema current, demo filled, static files collected."""

import hashlib
import importlib
import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command, get_commands
from django.db import connection

from yixiang.config.trouble import Trouble
from yixiang.people.commands.roles import load_roles

_UNUSED_STATIC = ("ninja", "django_htmx")  # megabytes no page of ours refers to; compressing them takes half a minute
_MIGRATING = 7_194_301  # names our advisory lock: two nodes started at once must not migrate both


def prepare() -> None:
    """All of it, each step with its time; quick when nothing changed."""
    with _step("更新数据库结构 (migrations)"):
        migrate(verbosity=0)
    refuse_demo_in_production()
    if settings.DEMO and needs_demo():
        with _step("填入演示数据，只在第一次启动时 (filling the demo, first start only)"):
            call_command("demo", verbosity=0)
    with _step("准备静态文件 (static files)"):
        collect_static(Path(settings.STATIC_ROOT))
    show_accounts()


def show_accounts() -> None:
    """Who one may sign in as, a line for each place; the sign-in page shows the same."""
    places: dict[str, list[str]] = {}
    for name, what in demo_accounts():
        place = name.partition(".")[0] if "." in name else ""
        places.setdefault(place, []).append(f"{name}({what.rpartition(' · ')[2]})")
    if places:
        print(f"✓ 演示账号，口令 {cast_password()} (demo accounts and their password)")
    for people in places.values():
        print("    " + "  ".join(people))
    sys.stdout.flush()


def cast_password() -> str:
    cast = _cast()
    return cast.PASSWORD if cast is not None else ""


def migrate(*arguments: str, verbosity: int = 1) -> None:
    """Apply migrations while holding a lock, so that several nodes may be started together."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_MIGRATING])
        try:
            call_command("migrate", *arguments, verbosity=verbosity, interactive=False)
            if not arguments:
                call_command("createcachetable", verbosity=verbosity)
                load_roles(settings.HOME / "reference" / "roles.toml")
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_MIGRATING])


def needs_demo() -> bool:
    """A database without a single person is new; one with people is never touched."""
    return "demo" in get_commands() and not get_user_model().objects.exists()


def demo_accounts() -> list[tuple[str, str]]:
    """The ready accounts with what each is for, when this installation has them."""
    cast = _cast()
    if cast is None or not cast.present():
        return []
    return [(str(name), str(what)) for name, what in cast.accounts()]


def refuse_demo_in_production() -> None:
    """Known passwords must never stand on a real site."""
    if settings.DEMO or settings.DEBUG:
        return
    cast = _cast()
    if cast is not None and cast.present():
        raise Trouble(
            "数据库里有演示账号，它们的口令人人皆知，不能用于正式运行",
            "正式运行请用新的数据库（DATABASE_URL 或 YIXIANG_VAR）;只是试用请设 YIXIANG_DEMO=1。",
        )


class _Cast:
    PASSWORD: str
    present: Callable[[], bool]
    accounts: Callable[[], list[tuple[str, str]]]


def _cast() -> "_Cast | None":
    if not apps.is_installed("yixiang.demo"):
        return None
    return importlib.import_module("yixiang.demo.cast")  # type: ignore[return-value]


def collect_static(target: Path) -> None:
    """Collect and compress, unless the sources are what they were last time (it takes seconds)."""
    made_from = _static_digest()
    stamp = target / ".made-from"
    if stamp.exists() and stamp.read_text() == made_from:
        return
    call_command("collectstatic", verbosity=0, interactive=False, ignore_patterns=list(_UNUSED_STATIC))
    stamp.write_text(made_from)


def _static_digest() -> str:
    total = hashlib.sha256(json.dumps(settings.STORAGES["staticfiles"]).encode())
    for finder in get_finders():
        for path, storage in finder.list(list(_UNUSED_STATIC)):
            found = Path(storage.path(path)).stat()
            total.update(f"{path}\0{found.st_size}\0{found.st_mtime_ns}\n".encode())
    return total.hexdigest()


@contextmanager
def _step(what: str) -> Iterator[None]:
    began = time.monotonic()
    yield
    print(f"✓ {what}  {time.monotonic() - began:.1f} s", flush=True)
