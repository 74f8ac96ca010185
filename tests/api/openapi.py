"""The OpenAPI contract as a judge of requests and replies."""

import json
import re
from email.parser import BytesParser
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import httpx
from jsonschema import Draft202012Validator

CONTRACT = json.loads((Path(__file__).parent.parent / "contract" / "ai-search.openapi.json").read_text())
METHODS = ("get", "post", "put", "patch", "delete")


@cache
def operations() -> dict[str, tuple[str, str, dict[str, Any]]]:
    """operationId -> (method, path template, operation)."""
    return {
        operation["operationId"]: (method.upper(), path, operation)
        for path, entry in CONTRACT["paths"].items()
        for method, operation in entry.items()
        if method in METHODS
    }


@cache
def validator(schema: str) -> Draft202012Validator:
    """The judge of a schema, which is given as JSON text."""
    whole = {**json.loads(schema), "components": CONTRACT["components"]}
    return Draft202012Validator(whole, format_checker=Draft202012Validator.FORMAT_CHECKER)


def complaints(schema: dict[str, Any], value: Any) -> list[str]:
    """What is wrong with `value`, empty when nothing is."""
    return [f"{error.json_path}: {error.message}" for error in validator(json.dumps(schema)).iter_errors(value)]


@cache
def patterns() -> list[tuple[str, str, re.Pattern[str]]]:
    """(operationId, method, path as a pattern)."""
    named = re.compile(r"\\\{(\w+)\\\}")
    return [
        (name, method, re.compile(named.sub(r"(?P<\1>[^/]+)", re.escape(path)) + r"\Z"))
        for name, (method, path, _) in operations().items()
    ]


def operation_of(request: httpx.Request, base: str) -> tuple[str, dict[str, str]]:
    """The operationId that a request addresses and its path parameters, decoded."""
    raw = request.url.raw_path.decode().split("?")[0].removeprefix(base)
    for name, method, pattern in patterns():
        if method == request.method and (match := pattern.match(raw)):
            return name, {key: unquote(value) for key, value in match.groupdict().items()}
    raise AssertionError(f"no operation for {request.method} {raw}")


def judge_request(request: httpx.Request, base: str = "/client/v4") -> str:
    """The operationId of a request that keeps the contract; fails the test when it does not."""
    name, path_values = operation_of(request, base)
    operation = operations()[name][2]
    declared = {(p["in"], p["name"]): p for p in operation.get("parameters", [])}
    for key, value in path_values.items():
        assert not complaints(declared["path", key]["schema"], value), (name, key)
    for key, value in request.url.params.multi_items():
        assert ("query", key) in declared, f"{name}: undeclared query parameter {key}"
        schema = declared["query", key]["schema"]
        typed = int(value) if schema.get("type") in ("integer", "number") else value
        assert not complaints(schema, typed), (name, key, value)
    required = {p["name"] for p in declared.values() if p["in"] == "query" and p.get("required")}
    assert required <= set(request.url.params), name
    _judge_body(name, operation.get("requestBody"), request)
    return name


def _judge_body(name: str, declared: dict[str, Any] | None, request: httpx.Request) -> None:
    kind = request.headers.get("content-type", "").split(";")[0]
    if declared is None:
        assert not request.content, f"{name} takes no body"
        return
    if not request.content:
        assert not declared.get("required"), f"{name} wants a body"
        return
    schema = declared["content"][kind]["schema"]
    found = complaints(schema, _form(request) if kind == "multipart/form-data" else json.loads(request.content))
    assert not found, (name, found)


def _form(request: httpx.Request) -> dict[str, str]:
    head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
    parts = BytesParser().parsebytes(head + request.content).get_payload()
    return {
        part.get_param("name", header="content-disposition"): part.get_payload(decode=True).decode() for part in parts
    }


def judge_reply(name: str, response: httpx.Response) -> None:
    """Fails the test when a reply to operation `name` is not what the contract promises for its status."""
    responses = operations()[name][2]["responses"]
    declared = responses.get(str(response.status_code)) or responses["default"]
    if "$ref" in declared:
        declared = CONTRACT["components"]["responses"][declared["$ref"].rsplit("/", 1)[1]]
    content = declared.get("content", {})
    kind = response.headers.get("content-type", "").split(";")[0]
    assert not content or kind in content, (name, response.status_code, kind)
    if kind == "application/json":
        found = complaints(content[kind]["schema"], response.json())
        assert not found, (name, response.status_code, found[:5])
