"""A real installation beside the tests: its own database, demo world, web and worker processes, and a real browser."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests import prepared

PASSWORD = "Yixiang-demo-2026"
FILE_MAIL = "django.core.mail.backends.filebased.EmailBackend"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), "")
QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


@dataclass(frozen=True)
class Installation:
    url: str
    database: str
    var: Path


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as response:
            return bool(response.status == 200)
    except OSError:
        return False


def start(database: str | None, var: Path, port: int) -> subprocess.Popen[bytes]:
    """`yixiang up` as a person would start it; without a database it brings its own."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "YIXIANG", "DATABASE"))
    }
    environment |= {
        "YIXIANG_VAR": str(var),
        "PORT": str(port),
        "YIXIANG_DEMO": "1",
        "YIXIANG_SIGN_INS_PER_MINUTE": "1000",
    }
    environment |= {"YIXIANG_EMAIL_BACKEND": FILE_MAIL, "YIXIANG_MAIL_DIR": str(var / "mail")}
    if database:
        environment["DATABASE_URL"] = database
    command = [sys.executable, "-m", "yixiang.config.console", "up"]
    with (var / "up.log").open("wb") as log:
        return subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT)


def stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(40)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    var, port = tmp_path_factory.mktemp("installation"), free_port()
    server = os.environ["DATABASE_URL"]
    name = f"yixiang_journeys_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    database = psycopg.conninfo.make_conninfo(server, dbname=name)
    parts = psycopg.conninfo.conninfo_to_dict(database)
    url = f"postgresql://{parts.get('user', 'postgres')}@/{name}?host={parts['host']}"
    if parts.get("port"):
        url += f"&port={parts['port']}"
    process = start(url, var, port)
    try:
        wait_until_up(process, f"http://127.0.0.1:{port}/readyz", var)
        yield Installation(f"http://127.0.0.1:{port}", url, var)
    finally:
        stop(process)
        with psycopg.connect(server, autocommit=True) as connection:
            prepared.discard(connection, name)


def wait_until_up(process: subprocess.Popen[bytes], url: str, var: Path) -> None:
    for _ in range(1200):  # ten minutes: the demo is filled first, perhaps beside other work
        if answers(url):
            return
        if process.poll() is not None:
            break
        time.sleep(0.5)
    raise AssertionError(f"the installation did not start:\n{(var / 'up.log').read_text()[-4000:]}")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Gone after each file: while Playwright's loop runs in this thread, Django refuses the database to other tests."""
    if not CHROMIUM:
        pytest.fail("no Chromium: install the package `chromium` and a CJK font such as `fonts-noto-cjk`")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(installation: Installation, browser: Browser) -> Iterator[Callable[..., Page]]:
    """A fresh browser context per call: its own cookies, its own person."""
    contexts = []

    def make(username: str = "", *, width: int = 1440, height: int = 900, javascript: bool = True) -> Page:
        context = browser.new_context(
            base_url=installation.url, viewport={"width": width, "height": height}, locale="zh-CN",
            timezone_id="Asia/Shanghai", java_script_enabled=javascript,
        )  # fmt: skip
        context.set_default_timeout(45_000)
        contexts.append(context)
        page = context.new_page()
        if username:
            sign_in(page, username)
        return page

    yield make
    for context in contexts:
        context.close()


def sign_in(page: Page, username: str, password: str = PASSWORD) -> None:
    page.goto("/account/login/")
    page.fill("input[name=login]", username)
    page.fill("input[name=password]", password)
    page.click("button[type=submit]:has-text('登录')")
    page.wait_for_url("**/desk/**")
