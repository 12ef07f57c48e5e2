"""Whatever is thrown at an endpoint, it answers as its document says and never falls over."""

import os

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from yixiang.api.reading import document_of
from yixiang.api.shell import api
from yixiang.notices.models import Notice

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = int(os.environ.get("YIXIANG_FUZZ", "8"))
METHODS = {"get", "post", "put", "patch", "delete"}


def operations():
    """Each operation with good input and with bad; where nothing is sent nothing can be wrong."""
    for path, methods in document_of(api)["paths"].items():
        for method, said in methods.items():
            if method not in METHODS:
                continue
            for mode in schemathesis.GenerationMode:
                if mode.value == "positive" or said.get("parameters") or said.get("requestBody"):
                    yield pytest.param(path, method, mode, id=f"{method} {path}-{mode.value}")


def pytest_generate_tests(metafunc):
    if "method" in metafunc.fixturenames:
        metafunc.parametrize(("path", "method", "mode"), list(operations()))


def _closing(application):
    """As a server does: read the answer, then close it, so that uploads are let go."""

    def app(environ, start_response):
        response = application(environ, start_response)
        try:
            return [b"".join(response)]
        finally:
            response.close()

    return app


@pytest.fixture
def schema():
    loaded = schemathesis.openapi.from_dict(document_of(api))
    loaded.app = _closing(get_wsgi_application())
    request_started.disconnect(close_old_connections)  # the test's transaction lives on this connection
    request_finished.disconnect(close_old_connections)
    yield loaded
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)


@pytest.fixture
def reach(person, settings, tmp_path):
    """Somebody who has what the endpoints can show, and no limit in the way."""
    settings.API_RATE_PER_MINUTE = 1_000_000
    settings.MEDIA_ROOT = tmp_path
    Notice.objects.create(person=person, kind="system", subject="停机维护", key="a")


@pytest.mark.django_db
def test_an_operation_keeps_its_promise(schema, reach, secret, path, method, mode):
    operation, headers = schema[path][method], {"Authorization": f"Bearer {secret('read', 'write')}"}
    calm = {"deadline": None, "database": None, "derandomize": True, "suppress_health_check": [*HealthCheck]}

    @settings(max_examples=EXAMPLES, phases=[Phase.explicit, Phase.generate, Phase.shrink], **calm)
    @given(case=operation.as_strategy(generation_mode=mode))
    def try_one(case):
        case.call_and_validate(headers=headers, checks=CHECKS)

    try_one()
