"""Holds every reply against the contract: status, schema, and whether a refusal is one the operation may give."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import httpx
from jsonschema import Draft202012Validator, FormatChecker

DOCUMENT = json.loads((Path(__file__).parents[1] / "contract" / "ai-search.openapi.json").read_text())
PREFIX = "/client/v4"
OF_THE_EDGE = {(400, 9106), (401, 1000), (401, 10000), (403, 10000), (404, 7003), (429, 971), (413, 7054)}
"""Refusals from before any operation; the contract lists only some of them, and only with some operations."""
BY_CHOICE = {("post", 400, 7032)}
"""A sync of a paused instance, refused when the configuration says so: what the real API does is unknown."""
DATE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
formats = FormatChecker(formats=())
formats.checks("date-time")(lambda value: not isinstance(value, str) or bool(DATE_TIME.fullmatch(value)))


@cache
def patterns() -> list[tuple[re.Pattern[str], str]]:
    """Return each path of the contract as a pattern."""
    return [(re.compile(re.sub(r"\{\w+\}", "[^/]+", path) + r"\Z"), path) for path in DOCUMENT["paths"]]


@cache
def validator(path: str, method: str, status: str, media: str) -> Draft202012Validator | None:
    """Return the validator of one reply, None when the contract has no schema for it."""
    responses = DOCUMENT["paths"][path][method]["responses"]
    assert status in responses or status[0] in "45", f"{method} {path} may not answer {status}"
    response = responses.get(status) or responses["default"]
    if "$ref" in response:
        response = DOCUMENT["components"]["responses"][response["$ref"].rsplit("/", 1)[1]]
    schema = response.get("content", {}).get(media, {}).get("schema")
    if schema is None:
        return None
    return Draft202012Validator({**schema, "components": DOCUMENT["components"]}, format_checker=formats)


def operation(method: str, path: str) -> tuple[str, str] | None:
    """Return the contract's path and method for a request, None when it knows no such operation."""
    for pattern, template in patterns():
        if pattern.match(path.removeprefix(PREFIX)) and method.lower() in DOCUMENT["paths"][template]:
            return template, method.lower()
    return None


def check(response: httpx.Response) -> tuple[str, str] | None:
    """Fail unless `response` is one that the contract allows; returns the operation of a success."""
    found = operation(response.request.method, response.request.url.path)
    if found is None:
        return None
    path, method = found
    media = response.headers["content-type"].split(";")[0]
    judge = validator(path, method, str(response.status_code), media)
    assert judge is not None, f"{method} {path} may not answer {response.status_code} as {media}"
    if media == "application/json":
        body = response.json()
        problems = [f"{error.json_path}: {error.message}" for error in judge.iter_errors(body)]
        assert not problems, problems
        if response.status_code >= 400:
            _check_refusal(path, method, response.status_code, body["errors"][0])
    return found if response.status_code < 400 else None


def _check_refusal(path: str, method: str, status: int, error: dict[str, Any]) -> None:
    code, message = error["code"], error["message"]
    if (status, code) in OF_THE_EDGE | {(400, 7001)} or (method, status, code) in BY_CHOICE:
        return
    listed = {(one["status"], one["code"], one["message"]) for one in DOCUMENT["paths"][path][method]["x-errors"]}
    assert (status, code, message) in listed, f"{method} {path} does not refuse with {status}/{code} {message}"
