"""Eight browsers that keep their connection and ask for one address after the other, bounded by count and seconds."""

import http.client
import re
import statistics
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

CLIENTS = 8
REQUESTS = 2000
SECONDS = 15.0
WARM_UP = 15  # requests of each client that are not counted


@dataclass(frozen=True)
class Figures:
    count: int
    seconds: float
    times: list[float]

    @property
    def per_second(self) -> float:
        return self.count / self.seconds

    @property
    def p50(self) -> float:
        return statistics.median(self.times) * 1000

    @property
    def p95(self) -> float:
        return statistics.quantiles(self.times, n=20)[-1] * 1000


def connect(port: int) -> http.client.HTTPConnection:
    return http.client.HTTPConnection("127.0.0.1", port, timeout=30)


def measure(
    port: int, path: str, cookies: list[str] | None = None, address: Callable[[], str] | None = None
) -> Figures:
    """`cookies`: one signed-in session for each client; `address` gives each request another one."""
    times: list[list[float]] = [[] for _ in range(CLIENTS)]
    spans: list[tuple[float, float]] = [(0.0, 0.0)] * CLIENTS
    troubles: list[str] = []
    together = threading.Barrier(CLIENTS)

    def browse(number: int) -> None:
        link = connect(port)
        headers = {"Cookie": cookies[number]} if cookies else {}
        try:
            for _ in range(WARM_UP):
                ask(link, path, headers)
            together.wait(60)
            began = time.perf_counter()
            while len(times[number]) < REQUESTS // CLIENTS and time.perf_counter() - began < SECONDS:
                times[number].append(ask(link, address() if address else path, headers))
            spans[number] = (began, time.perf_counter())
        except Exception as trouble:  # one client in trouble ends the measurement, with its reason
            troubles.append(repr(trouble))
            together.abort()

    threads = [threading.Thread(target=browse, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if troubles:
        raise SystemExit(f"{path}: {troubles[0]}")
    seconds = max(end for _, end in spans) - min(began for began, _ in spans)
    every = [taken for mine in times for taken in mine]
    return Figures(len(every), seconds, every)


def ask(link: http.client.HTTPConnection, path: str, headers: dict[str, str]) -> float:
    began = time.perf_counter()
    link.request("GET", path, headers=headers)
    answer = link.getresponse()
    answer.read()
    if answer.status != 200:
        raise RuntimeError(f"{path} answered {answer.status}")
    return time.perf_counter() - began


def sign_in(port: int, username: str, password: str) -> str:
    """The cookie of a new session."""
    link = connect(port)
    link.request("GET", "/account/login/")
    answer = link.getresponse()
    page = answer.read().decode()
    cookies = _cookies(answer)
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    if token is None:
        raise SystemExit("the sign-in page has no form")
    body = urlencode({"csrfmiddlewaretoken": token.group(1), "login": username, "password": password})
    headers = {"Cookie": _joined(cookies), "Content-Type": "application/x-www-form-urlencoded"}
    link.request("POST", "/account/login/", body, headers)
    answer = link.getresponse()
    answer.read()
    if answer.status != 302:
        raise SystemExit(f"signing in as {username} answered {answer.status}")
    return _joined(cookies | _cookies(answer))


def _cookies(answer: http.client.HTTPResponse) -> dict[str, str]:
    pairs = [line.split(";")[0].split("=", 1) for line in answer.headers.get_all("Set-Cookie") or []]
    return {pair[0]: pair[1] for pair in pairs}


def _joined(cookies: dict[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in cookies.items())
