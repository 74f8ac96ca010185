"""The envelope, from stored bytes: what a reply means, whatever state it arrives in."""

import json
from typing import Any

import pytest

from tui.api.envelope import Info, Reply, decode, read_info
from tui.errors import (
    AppError,
    BadReply,
    Conflict,
    CoolingDown,
    Forbidden,
    NotFound,
    RateLimited,
    Refused,
    ServerFault,
    Unauthorized,
)

RAY = {"cf-ray": "8f00-FRA", "content-type": "application/json"}


def failure(status: int, body: bytes, headers: dict[str, str] | None = None) -> AppError:
    with pytest.raises(AppError) as caught:
        decode(status, headers or RAY, body)
    return caught.value


def errors(*entries: Any, **more: Any) -> bytes:
    return json.dumps({"success": False, "errors": list(entries), "result": {}, **more}).encode()


def test_a_page_with_everything():
    info = b'"result_info":{"page":2,"per_page":20,"count":1,"total_count":21}'
    body = b'{"success":true,"errors":[],"messages":[],"result":[{"id":"a"}],' + info + b"}"
    assert decode(200, RAY, body) == Reply([{"id": "a"}], [{"id": "a"}], Info(2, 20, 21), "8f00-FRA")


def test_a_list_without_result_info_and_messages():
    assert decode(200, {}, b'{"success":true,"result":[]}') == Reply([], [], Info(), None)


@pytest.mark.parametrize("body", [b'{"success":true}', b"", b" \n"])
def test_success_without_a_result(body: bytes):
    assert decode(204 if not body else 200, RAY, body).result is None


def test_created_counts_as_success():
    assert decode(201, RAY, b'{"success":true,"result":{"id":"x"}}').result == {"id": "x"}


@pytest.mark.parametrize(
    ("raw", "info"),
    [
        ({"count": 3, "total": 90, "limit": 20, "offset": 40}, Info(None, 20, 90)),
        ({"count": 3, "per_page": 50, "cursor": "abc", "truncated": True}, Info(None, 50, None, "abc")),
        ({"cursor": None, "page": "2", "per_page": True, "total_count": -1}, Info()),
        ({"total_count": 0}, Info(total=0)),
        ([], Info()),
        (None, Info()),
    ],
)
def test_result_info_in_each_of_its_forms(raw: Any, info: Info):
    assert read_info(raw) == info


def test_text_is_made_safe_once_and_the_exact_tree_is_kept():
    reply = decode(200, RAY, '{"success":true,"result":{"na\\u202eme":"\\u001b[31mred","sub":["\u200b"]}}'.encode())
    assert reply.result == {"na<U+202E>me": "␛[31mred", "sub": ["<U+200B>"]}
    assert reply.exact == {"na\u202eme": "\x1b[31mred", "sub": ["\u200b"]}


def test_plain_text_is_not_walked():
    reply = decode(200, RAY, b'{"success":true,"result":{"name":"docs"}}')
    assert reply.result is reply.exact


def test_del_and_endless_strings_are_caught_without_any_escape():
    assert decode(200, RAY, b'{"success":true,"result":"a\x7fb"}').result == "a␡b"
    long = decode(200, RAY, b'{"success":true,"result":"' + b"x" * 70_000 + b'"}').result
    assert long.endswith("… [70,000 characters in all]")


def test_odd_json_is_still_read():
    assert decode(200, RAY, b'{"success":true,"result":"\\ud800"}').result == "<U+D800>"
    assert decode(200, RAY, b'\xef\xbb\xbf{"success":true,"result":1}').result == 1
    assert decode(200, RAY, b'{"success":true,"result":[NaN,Infinity,1e999,"\xff"]}').result == [None, None, None, "�"]


@pytest.mark.parametrize(
    ("status", "code", "message", "kind"),
    [
        (401, 10000, "Authentication error", Unauthorized),
        (403, 10000, "Authentication error", Forbidden),
        (400, 9106, "Missing X-Auth-Key", Unauthorized),
        (403, 9109, "Cannot use the access token from location: 198.51.100.7", Unauthorized),
        (400, 10001, "Unable to authenticate request", Unauthorized),
        (401, 7071, "vectorize_authentication_failed", Refused),
        (401, 7077, "ai_gateway_authentication_error", Refused),
        (400, 7001, "id: too long", Refused),
        (500, 7001, "Internal Error", ServerFault),
        (404, 7002, "ai_search_not_found", NotFound),
        (503, 7017, "unable_to_connect_to_ai_search", ServerFault),
        (429, 7020, "sync_in_cooldown", CoolingDown),
        (429, 7069, "monthly_query_quota_exceeded", Forbidden),
        (429, 2003, "Rate limited", RateLimited),
        (429, 971, "", RateLimited),
        (400, 7022, "ai_search_with_this_name_already_exist", Conflict),
        (409, 7064, "namespace_already_exists", Conflict),
        (400, 7066, "namespace_not_empty", Conflict),
        (403, 7013, "max_instances_reached", Forbidden),
        (408, 0, "", ServerFault),
        (413, 7054, "file_exceeds_maximum_size", Refused),
    ],
)
def test_status_code_and_message_choose_the_error(status: int, code: int, message: str, kind: type[AppError]):
    error = failure(status, errors({"code": code, "message": message}))
    assert type(error) is kind
    assert (error.http, error.code, error.ray) == (status, code, "8f00-FRA")
    assert error.title
    assert error.detail
    assert error.hint


def test_a_validation_message_is_quoted_and_a_slug_is_not():
    assert (
        "id: at most 32 characters"
        in failure(400, errors({"code": 7001, "message": "id: at most 32 characters"})).detail
    )
    assert "sync_in_cooldown" not in failure(429, errors({"code": 7020, "message": "sync_in_cooldown"})).detail


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b'{"success":false,"errors":[],"result":{}}', None),
        (b'{"success":false}', None),
        (b'{"errors":["broken badly"]}', None),
        (b'{"success":false,"errors":[{"code":"7021"}]}', 7021),
        (b'{"success":false,"errors":[{"message":"x y"},{"code":7021}]}', 7021),
        (b'{"success":false,"errors":[{"code":{},"message":[]}]}', None),
        (b'{"success":false,"errors":{"code":1}}', None),
    ],
)
def test_errors_may_lack_anything(body: bytes, code: int | None):
    error = failure(404, body)
    assert type(error) is NotFound
    assert error.code == code
    assert error.title


def test_a_failure_with_status_200_is_a_failure():
    assert failure(200, errors({"code": 7002, "message": "ai_search_not_found"})).code == 7002


def test_messages_from_the_server_are_safe_to_show():
    assert "\x1b" not in str(failure(400, errors({"code": 7001, "message": "bad \x1b]0;title\x07 value"})))


def test_retry_after_travels_with_the_error():
    assert failure(429, errors({"code": 7020, "message": ""}), {"retry-after": "12"}).retry_after == 12


@pytest.mark.parametrize(
    ("status", "kind"), [(200, BadReply), (301, BadReply), (502, ServerFault), (403, Forbidden), (429, RateLimited)]
)
def test_a_page_of_html_is_told_as_what_it_is(status: int, kind: type[AppError]):
    error = failure(status, b"<html><body>oops", {"content-type": "text/html; charset=UTF-8"})
    assert type(error) is kind
    assert status == 301 or "text/html" in error.detail
    assert "<html>" not in str(error)


@pytest.mark.parametrize("status", [401, 403])
def test_a_gate_in_front_of_the_api_does_not_blame_our_token(status: int):
    error = failure(status, b"<html>sign in", {"content-type": "text/html"})
    assert type(error) is Forbidden
    assert "token" not in str(error)


def test_the_message_of_an_unknown_code_is_shown():
    assert "brand_new_error" in failure(400, errors({"code": 7999, "message": "brand_new_error"})).detail


def test_a_challenge_of_the_edge_is_named():
    error = failure(403, b"<html>", {"cf-mitigated": "challenge", "content-type": "text/html"})
    assert error.title == "Stopped by a challenge page"


@pytest.mark.parametrize("body", [b'{"success":tru', b"[" * 100_000, b"null", b"[]", b'"x"', b"{}", b'{"data":1}'])
def test_what_is_no_envelope_is_a_bad_reply(body: bytes):
    assert type(failure(200, body)) is BadReply
