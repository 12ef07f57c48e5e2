"""The OpenAPI document laid out for people: groups, parameters, bodies, a line of curl for each."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from yixiang.api import codes, document

METHODS = ("get", "post", "patch", "put", "delete")
_DEPTH = 3


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    type: str
    required: bool
    text: str
    place: str = ""
    indent: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    status: str
    text: str
    fields: tuple[Field, ...] = ()
    example: str = ""


@dataclass(frozen=True, slots=True)
class Operation:
    id: str
    method: str
    path: str
    summary: str
    text: str
    public: bool
    parameters: tuple[Field, ...]
    body_type: str
    body: tuple[Field, ...]
    answers: tuple[Answer, ...]
    curl: str


@dataclass(frozen=True, slots=True)
class Group:
    id: str
    name: str
    text: str
    operations: tuple[Operation, ...]


@cache
def document_of(api: Any) -> dict[str, Any]:
    """Routes do not change while a process runs."""
    schema: dict[str, Any] = api.get_openapi_schema(path_prefix=document.PLACE)
    return schema


def groups(api: Any, site: str) -> list[Group]:
    whole = document_of(api)
    reader = _Reader(whole["components"]["schemas"], site)
    found: dict[str, list[Operation]] = {tag["name"]: [] for tag in whole.get("tags", [])}
    for path, methods in whole["paths"].items():
        for method in METHODS:
            if operation := methods.get(method):
                tag = operation.get("tags", ["其他"])[0]
                found.setdefault(tag, []).append(reader.operation(path, method, operation))
    texts = {tag["name"]: tag.get("description", "") for tag in whole.get("tags", [])}
    return [
        Group(f"group-{number}", name, texts.get(name, ""), tuple(operations))
        for number, (name, operations) in enumerate(found.items(), 1)
        if operations
    ]


def codes_by_group() -> list[tuple[str, list[codes.Kind]]]:
    names: dict[str, list[codes.Kind]] = {}
    for kind in codes.KINDS.values():
        names.setdefault(kind.group, []).append(kind)
    return list(names.items())


class _Reader:
    def __init__(self, schemas: dict[str, Any], site: str) -> None:
        self.schemas = schemas
        self.site = site

    def operation(self, path: str, method: str, found: dict[str, Any]) -> Operation:
        content = found.get("requestBody", {}).get("content", {})
        body_type, body = next(((kind, media["schema"]) for kind, media in content.items()), ("", {}))
        return Operation(
            id=found["operationId"],
            method=method.upper(),
            path=path,
            summary=found.get("summary", ""),
            text=found.get("description", ""),
            public="security" not in found,
            parameters=tuple(self._parameter(p) for p in found.get("parameters", [])),
            body_type=body_type,
            body=tuple(self.fields(body)) if body else (),
            answers=tuple(self._answers(found["responses"])),
            curl=self._curl(path, method, found, body_type, body),
        )

    def _parameter(self, parameter: dict[str, Any]) -> Field:
        place = {"query": "查询", "path": "路径", "header": "请求头"}.get(parameter["in"], parameter["in"])
        schema = parameter["schema"]
        text = parameter.get("description", "")
        return Field(parameter["name"], self.type_of(schema), parameter["required"], text, place)

    def _answers(self, responses: dict[str, Any]) -> Iterator[Answer]:
        """Successes in full; what can go wrong is explained once for all."""
        for status, response in sorted(responses.items()):
            if not status.startswith("2"):
                continue
            schema: dict[str, Any] = next((m.get("schema", {}) for m in response.get("content", {}).values()), {})
            example = json.dumps(self.example(schema), ensure_ascii=False, indent=2) if schema else ""
            yield Answer(status, response.get("description", ""), tuple(self.fields(schema)), example)

    def solved(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Without references, `null` alternatives and single `allOf`."""
        while True:
            if "$ref" in schema:
                schema = self.schemas[schema["$ref"].rsplit("/", 1)[-1]] | _beside(schema)
            elif len(schema.get("allOf", [])) == 1:
                schema = schema["allOf"][0] | _beside(schema)
            elif real := [one for one in schema.get("anyOf", []) if one.get("type") != "null"]:
                schema = real[0] | _beside(schema)
            else:
                return schema

    def type_of(self, schema: dict[str, Any]) -> str:
        schema = self.solved(schema)
        if "enum" in schema or "const" in schema:
            return " | ".join(str(value) for value in schema.get("enum", [schema.get("const")]))
        if schema.get("type") == "array":
            return f"{self.type_of(schema.get('items', {}))}[]"
        return str(schema.get("format") or schema.get("type") or "any")

    def fields(self, schema: dict[str, Any], indent: int = 0) -> Iterator[Field]:
        schema = self.solved(schema)
        if schema.get("type") == "array":
            yield from self.fields(schema.get("items", {}), indent)
        for name, inner in schema.get("properties", {}).items():
            required = name in schema.get("required", [])
            text = inner.get("description", "")
            yield Field(name, self.type_of(inner), required, text, indent=indent)
            if indent < _DEPTH:
                yield from self.fields(inner, indent + 1)

    def example(self, schema: dict[str, Any], depth: int = 0) -> Any:
        schema = self.solved(schema)
        for given in ("example", "default", "const"):
            if given in schema:
                return schema[given]
        if "examples" in schema:
            return schema["examples"][0]
        if "enum" in schema:
            return schema["enum"][0]
        if schema.get("type") == "object":
            if depth > _DEPTH:
                return {}
            return {name: self.example(inner, depth + 1) for name, inner in schema.get("properties", {}).items()}
        if schema.get("type") == "array":
            return [self.example(schema.get("items", {}), depth + 1)]
        return _PLAIN.get(schema.get("format", "")) or _PLAIN.get(schema.get("type", ""))

    def _curl(self, path: str, method: str, found: dict[str, Any], body_type: str, body: dict[str, Any]) -> str:
        given = {p["name"]: self.example(p["schema"]) for p in found.get("parameters", []) if p["in"] == "path"}
        for name, value in given.items():
            path = path.replace(f"{{{name}}}", str(value))
        lines = [f"curl -X {method.upper()} '{self.site}{path}'" if method != "get" else f"curl '{self.site}{path}'"]
        if "security" in found:
            lines.append("-H 'Authorization: Bearer yx_…'")
        if method in {"post", "patch"}:
            lines.append("-H 'Idempotency-Key: 4f7c1b0e-2a63-4d0c-9a35-6f0f5d0c7e21'")
        if body_type == "application/json":
            text = json.dumps(self.example(body), ensure_ascii=False)
            lines += ["-H 'Content-Type: application/json'", f"-d '{text}'"]
        elif body_type == "multipart/form-data":
            lines += [f"-F '{field.name}={_form(field)}'" for field in self.fields(body) if field.required]
        return " \\\n  ".join(lines)


_PLAIN: dict[str, Any] = {
    "string": "…",
    "integer": 12,
    "number": 1.5,
    "boolean": False,
    "uuid": "8f1d3a52-0c1b-4e0f-9c54-1f2e3d4c5b6a",
    "date": "2026-03-09",
    "date-time": "2026-03-02T10:00:00+08:00",
    "binary": "@承诺书.pdf",
}


def _beside(schema: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in schema.items() if key not in {"$ref", "allOf", "anyOf"}}


def _form(field: Field) -> str:
    return "@承诺书.pdf" if field.type == "binary" else "…"
