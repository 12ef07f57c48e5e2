"""The document, the page drawn from it, and whether the code keeps what they promise."""

import ast
import json
import re
from pathlib import Path

import pytest

from yixiang.api import codes, document
from yixiang.api.management.commands.openapi import SNAPSHOT, current
from yixiang.api.reading import document_of, groups
from yixiang.api.shell import api

SOURCE = Path(__file__).resolve().parents[2]


def operations():
    for path, methods in document_of(api)["paths"].items():
        for method, operation in methods.items():
            yield f"{method} {path}", operation


def test_the_committed_document_is_the_one_the_code_makes():
    assert SNAPSHOT.read_text(encoding="utf-8") == current(), "yixiang manage openapi --write"


def test_it_says_it_is_openapi_31():
    assert document_of(api)["openapi"].startswith("3.1")


def test_every_operation_has_its_own_name_and_words_in_chinese():
    names = [operation["operationId"] for _place, operation in operations()]
    assert len(names) == len(set(names))
    for place, operation in operations():
        assert re.search(r"[一-鿿]", operation["summary"]), place
        assert re.search(r"[一-鿿]", operation.get("description", "")), place
        assert set(operation["tags"]) <= set(document.TAGS), place


def _bare(schema):
    """Without what only explains."""
    if isinstance(schema, dict):
        return {key: _bare(value) for key, value in schema.items() if key not in {"examples", "description"}}
    return [_bare(one) for one in schema] if isinstance(schema, list) else schema


def test_no_two_rooms_give_one_name_to_different_things():
    seen = {}
    for router in api._get_bound_routers():
        for view in router.path_operations.values():
            for operation in view.operations:
                for mode, models in (("validation", operation.models), ("serialization", answers(operation))):
                    for model in models:
                        for name, schema in model.model_json_schema(mode=mode).get("$defs", {}).items():
                            assert seen.setdefault(name, _bare(schema)) == _bare(schema), name


def answers(operation):
    return [model for model in operation.response_models.values() if hasattr(model, "model_json_schema")]


def test_every_operation_says_what_a_refusal_looks_like():
    for place, operation in operations():
        assert "application/problem+json" in operation["responses"]["default"]["content"], place
        assert ("security" in operation) == ("401" in operation["responses"]), place


def test_every_post_takes_an_idempotency_key():
    for place, operation in operations():
        if place.startswith(("post", "patch")):
            assert "Idempotency-Key" in {p["name"] for p in operation["parameters"]}, place


def test_every_list_is_read_by_cursor():
    for place, operation in operations():
        schema = operation["responses"].get("200", {}).get("content", {}).get("application/json", {}).get("schema", {})
        if schema.get("$ref", "").startswith("#/components/schemas/Listing"):
            assert {"cursor", "limit"} <= {p["name"] for p in operation["parameters"]}, place


def test_the_document_is_served(client, db):
    response = client.get("/api/v1/openapi.json")
    assert response.json() == json.loads(current())
    assert client.get("/api/v1/openapi.json", headers={"If-None-Match": response["ETag"]}).status_code == 304


def test_every_operation_is_laid_out_with_a_curl_line():
    shown = [operation for group in groups(api, "https://yx.example") for operation in group.operations]
    assert len(shown) == len(list(operations()))
    for operation in shown:
        assert operation.curl.startswith("curl ")
        assert "https://yx.example/api/v1/" in operation.curl
        assert "{" not in operation.curl.split("\n")[0], operation.id


def _codes_said(path: Path):
    """Literals given as `code=` or as first argument of Refused."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        firsts = node.args[:1] if name in {"Refused", "BadFile"} else []
        if name in {"Refused", "Invalid", "WrongState", "field", "BadFile"}:
            said = [*firsts, *(k.value for k in node.keywords if k.arg == "code")]
            yield from (one.value for one in said if isinstance(one, ast.Constant) and isinstance(one.value, str))


def test_every_code_the_rooms_say_is_listed():
    files = [path for path in SOURCE.rglob("*.py") if "tests" not in path.parts]
    said = {code: path for path in files for code in _codes_said(path)}
    missing = {code: str(path.relative_to(SOURCE)) for code, path in said.items() if code not in codes.KINDS}
    assert not missing, "list them in api/codes.py"


@pytest.mark.urls("yixiang.config.urls")
def test_the_page_shows_every_operation_and_every_code(client, db):
    text = client.get("/api/v1/docs").content.decode()
    for _place, operation in operations():
        assert f'id="{operation["operationId"]}"' in text
    for code in codes.KINDS:
        assert f'id="problem-{code}"' in text
    assert not re.search(r"<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=", text)
