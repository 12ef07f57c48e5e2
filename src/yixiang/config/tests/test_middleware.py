import json
import logging

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from prometheus_client import REGISTRY

from yixiang.config.logs import JsonFormatter, request_id
from yixiang.config.middleware import RequestIdMiddleware, SecurityHeadersMiddleware


def page(_: HttpRequest) -> HttpResponse:
    return HttpResponse("page")


def answered(middleware: type, **extra: object) -> HttpResponse:
    return middleware(page)(RequestFactory().get("/", **extra))


def test_a_proxy_may_name_the_request() -> None:
    assert answered(RequestIdMiddleware, headers={"x-request-id": "abc-12345"})["X-Request-ID"] == "abc-12345"


@pytest.mark.parametrize("given", ["short", "x" * 65, "two words", 'a"b,c:{}12', "换行换行换行换行"])
def test_a_strange_number_is_replaced(given: str) -> None:
    number = answered(RequestIdMiddleware, HTTP_X_REQUEST_ID=given)["X-Request-ID"]
    assert number != given
    assert len(number) == 32


def test_the_number_is_in_every_log_line_of_the_request() -> None:
    def speaking(request: HttpRequest) -> HttpResponse:
        record = logging.makeLogRecord({"msg": "你好", "levelname": "INFO", "request": request, "unit": 7})
        return HttpResponse(JsonFormatter().format(record))

    line = json.loads(
        RequestIdMiddleware(speaking)(RequestFactory().get("/", headers={"x-request-id": "n-1234567"})).content
    )
    assert (line["request_id"], line["message"], line["unit"]) == ("n-1234567", "你好", 7)
    assert "request" not in line
    assert request_id.get() == ""


def test_an_error_is_logged_with_its_traceback_on_one_line() -> None:
    error = ValueError("broken")
    info = (ValueError, error, error.__traceback__)
    text = JsonFormatter().format(logging.makeLogRecord({"msg": "x", "exc_info": info}))
    assert "\n" not in text
    assert json.loads(text)["error"] == "ValueError"


def test_an_address_that_is_itself_a_key_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO", "yixiang.requests"):
        RequestIdMiddleware(page)(RequestFactory().get("/calendars/s3cret.ics"))
    assert [getattr(record, "path", "") for record in caplog.records] == ["/calendars/…"]


def test_requests_are_counted_by_route_not_by_path() -> None:
    def count() -> float:
        labels = {"method": "GET", "route": "unrouted", "status": "200"}
        return REGISTRY.get_sample_value("yixiang_requests_total", labels) or 0

    before = count()
    answered(RequestIdMiddleware)
    assert count() == before + 1


def test_no_page_may_run_inline_script() -> None:
    policy = answered(SecurityHeadersMiddleware)["Content-Security-Policy"]
    assert "unsafe" not in policy
    for rule in ("default-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"):
        assert rule in policy


def test_a_page_may_be_stricter_than_the_rest() -> None:
    def download(_: HttpRequest) -> HttpResponse:
        return HttpResponse(headers={"Content-Security-Policy": "sandbox"})

    assert SecurityHeadersMiddleware(download)(RequestFactory().get("/"))["Content-Security-Policy"] == "sandbox"


@pytest.mark.parametrize(("secure", "sent"), [(True, True), (False, False)])
def test_https_is_made_permanent_only_over_https(secure: bool, sent: bool, settings: pytest.FixtureRequest) -> None:
    settings.SECURE_HSTS_SECONDS = 31536000  # type: ignore[attr-defined]
    assert ("Strict-Transport-Security" in answered(SecurityHeadersMiddleware, secure=secure)) is sent
