"""Who is let in, how often, and what a path that leads nowhere answers."""

from __future__ import annotations

import re

import httpx
import pytest


async def test_a_request_without_a_token_is_told_what_is_missing(api):
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=api.emulator.app)) as bare:
        response = await bare.get(f"{api.base}/accounts")
    assert response.status_code == 400
    assert response.json()["errors"][0]["code"] == 9106


@pytest.mark.parametrize("header", ["Bearer wrong", "Basic t0ken", "Bearer", "t0ken", "Bearer t0ken2"])
async def test_a_wrong_token_is_an_authentication_error(api, header):
    answer = await api.refused("GET", "/instances", headers={"Authorization": header})
    assert answer == (401, 10000, "Authentication error")


@pytest.mark.parametrize("account", ["0" * 31, "0" * 33, "Z" * 32, "0123456789ABCDEF0123456789ABCDEF"])
async def test_a_malformed_account_id_is_not_routable(api, account):
    status, code, _ = await api.refused("GET", f"!/accounts/{account}/ai-search/instances")
    assert (status, code) == (404, 7003)


async def test_a_foreign_account_is_refused(make):
    assert (await make().refused("GET", f"!/accounts/{'f' * 32}/ai-search/instances"))[:2] == (403, 10000)
    api = make(denied_status=401)
    assert (await api.refused("GET", f"!/accounts/{'f' * 32}/ai-search/instances"))[:2] == (401, 10000)


@pytest.mark.parametrize("path", ["!/nothing", "/nothing", "!/accounts/{}/zones"])
async def test_unknown_paths_are_7003(api, path):
    status, code, message = await api.refused("GET", path.format(api.account))
    assert (status, code) == (404, 7003)
    assert message.startswith("Could not route to /client/v4/")


@pytest.mark.parametrize("method", ["DELETE", "OPTIONS", "TRACE", "PROPFIND"])
async def test_a_method_that_a_path_does_not_have_is_7003(api, method):
    assert (await api.refused(method, "/instances"))[:2] == (404, 7003)


async def test_the_token_is_verified_for_user_and_account(api):
    user = await api.ok("GET", "!/user/tokens/verify")
    assert user == await api.ok("GET", f"!/accounts/{api.account}/tokens/verify")
    assert user["status"] == "active"
    assert re.fullmatch("[0-9a-f]{32}", user["id"])


async def test_an_account_owned_token_is_no_user_token(make):
    api = make(token_owner="account")
    assert (await api.refused("GET", "!/user/tokens/verify"))[:2] == (401, 1000)
    assert (await api.ok("GET", f"!/accounts/{api.account}/tokens/verify"))["status"] == "active"


async def test_accounts_are_listed_and_filtered_by_name(api):
    (account,) = await api.ok("GET", "!/accounts")
    assert account == await api.ok("GET", f"!/accounts/{api.account}")
    assert account["id"] == api.account
    assert await api.ok("GET", "!/accounts", params={"name": "somebody else"}) == []
    assert await api.ok("GET", "!/accounts", params={"page": 2}) == []


async def test_a_token_can_lack_the_permission(make):
    api = make(permitted=False, token_status="expired")
    assert (await api.refused("GET", "/instances"))[:2] == (403, 10000)
    assert (await api.ok("GET", "!/user/tokens/verify"))["status"] == "expired"


async def test_other_accounts_are_seen_and_closed(make):
    other = "f" * 32
    api = make(other_accounts=((other, "Another"),))
    assert [one["name"] for one in await api.ok("GET", "!/accounts")] == ["Another", "Emulator"]
    assert [one["name"] for one in await api.ok("GET", "!/accounts?direction=desc")] == ["Emulator", "Another"]
    assert (await api.ok("GET", f"!/accounts/{other}"))["name"] == "Another"
    assert (await api.refused("GET", f"!/accounts/{other}/ai-search/instances"))[:2] == (403, 10000)


async def test_the_limit_is_told_and_kept(make):
    api = make(rate_limit=3)
    first = await api.send("GET", "/instances")
    assert first.headers["ratelimit"] == '"default";r=2;t=300'
    assert first.headers["ratelimit-policy"] == '"default";q=3;w=300'
    await api.send("GET", "/instances")
    await api.send("GET", "/instances")
    refused = await api.send("GET", "/instances")
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "300")
    assert refused.headers["ratelimit"] == '"default";r=0;t=300'
    api.clock.advance(299)
    assert (await api.send("GET", "/instances")).headers["retry-after"] == "1"
    api.clock.advance(1)
    assert (await api.send("GET", "/instances")).status_code == 200


async def test_the_window_opens_again_by_itself(make):
    api = make(rate_limit=2)
    for _ in range(4):
        assert (await api.send("GET", "/instances")).status_code == 200
        api.clock.advance(151)


async def test_no_limit_no_headers(make):
    response = await make(rate_limit=0).send("GET", "/instances")
    assert "ratelimit" not in response.headers


async def test_every_reply_has_a_ray_of_its_own(api):
    rays = {(await api.send("GET", "/instances")).headers["cf-ray"] for _ in range(3)}
    assert len(rays) == 3


async def test_what_was_received_can_be_asserted(api):
    await api.send("POST", "/instances", params={"a": "b"}, json={"id": "x"})
    received = api.emulator.received[-1]
    assert received.method == "POST"
    assert received.path.endswith("/ai-search/instances")
    assert (received.query, received.body, received.status) == ({"a": "b"}, {"id": "x"}, 201)


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b"[1", b"nope", pytest.param(b'{"a":[' * 50_000, id="deep")])
async def test_a_body_that_is_no_json_is_a_validation_error(api, body):
    assert (await api.refused("POST", "/instances", content=body))[:2] == (400, 7001)


@pytest.mark.parametrize(
    "query",
    [
        "page=0",
        "page=-1",
        "page=x",
        "page=1_0",
        "page=%D9%A3",
        "per_page=0",
        "per_page=1e3",
        "order_by=name",
        "order_by_direction=up",
    ],
)
async def test_a_query_out_of_range_is_a_validation_error(api, query):
    assert (await api.refused("GET", f"/instances?{query}"))[:2] == (400, 7001)


async def test_a_page_beyond_all_numbers_is_a_validation_error(api):
    status, code, message = await api.refused("GET", f"/instances?page={'9' * 30}")
    assert (status, code, message) == (400, 7001, "page: must be 1 or more and at most 1000000000")


async def test_the_content_type_may_end_in_a_semicolon(api):
    headers = {"Content-Type": "application/json; charset=utf-8;"}  # as wrangler sends it
    await api.ok("POST", "/instances", 201, content=b'{"id": "a"}', headers=headers)


async def test_a_body_without_end_is_cut_off(make):
    api = make(upload_limit=1000)
    status, code, _ = await api.refused("POST", "/instances", content=b"x" * (1024 * 1024 + 1001))
    assert (status, code) == (413, 7054)
