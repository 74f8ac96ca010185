"""Every request that the client can build keeps the contract, and no operation of the contract is left out unseen."""

import inspect
from pathlib import Path

import httpx
import pytest

from tui.api.client import Client
from tui.contract import Api
from tui.errors import UsageError

from .calls import KEY, calls
from .kit import Net, make_client, ok
from .openapi import judge_request, operations

NEVER_SENT = {
    "accounts-account-details": "the list of accounts has the name already",
    "account-api-tokens-verify-token": "sent after code 1000 only; see test_account_tokens",
    "ai-search-fetch-tokens": "the list has every field",
    "ai-search-create-instances": "deprecated twin; the namespace of a new instance is always known",
}
NAMES = [name for name, _ in calls(Path("f"), Path("t"))]


@pytest.mark.parametrize("number", range(len(NAMES)), ids=NAMES)
async def test_the_request_keeps_the_contract(number: int, tmp_path: Path):
    upload = tmp_path / "a.md"
    upload.write_text("# hello")
    name, make = calls(upload, tmp_path / "out")[number]
    listed = name == "accounts-list-accounts" or "-list" in name or "logs" in name
    net = Net([ok([] if listed else {"id": "x", "name": "x", "chunk_size": 512, "choices": []})])
    await make(make_client(net))
    assert judge_request(net.requests[-1]) == name


def test_every_operation_is_called_or_left_out_for_a_reason():
    assert set(NAMES) | set(NEVER_SENT) == set(operations())
    assert not set(NAMES) & set(NEVER_SENT)


async def test_account_tokens_are_verified_at_the_account():
    net = Net([httpx.Response(401, json={"success": False, "errors": [{"code": 1000}]}), ok({"status": "active"})])
    assert (await make_client(net).verify_token()).status == "active"
    assert [judge_request(request) for request in net.requests] == [
        "user-api-tokens-verify-token",
        "account-api-tokens-verify-token",
    ]


async def test_a_judge_that_never_objects_would_be_worthless():
    net = Net([ok({}), ok([]), ok({})])
    client = make_client(net)
    await client.update_instance(KEY, {"chunk_size": "large"})
    await client.list_items(KEY, status="sleeping")
    await client.stats(KEY._replace(id="NOT AN ID"))
    for request in net.requests:
        with pytest.raises(AssertionError):
            judge_request(request)


@pytest.mark.parametrize("bad", ["", ".", "..", "\ud800"])
async def test_an_id_that_would_lead_elsewhere_is_never_sent(bad: str):
    net = Net([ok({})])
    for make in (
        lambda c: c.get_job(KEY, bad),
        lambda c: c.get_namespace(bad),
        lambda c: c.delete_instance(KEY._replace(id=bad)),
        lambda c: c.delete_item(KEY, bad),
    ):
        with pytest.raises(UsageError):
            await make(make_client(net))
    assert net.requests == []


async def test_a_body_that_is_not_json_is_never_sent():
    net = Net([ok({})])
    for value in (object(), "\ud800", {1: {2, 3}, 4: Path()}):
        with pytest.raises(UsageError):
            await make_client(net).update_instance(KEY, {"metadata": value})
    assert net.requests == []


def test_the_client_is_what_the_contract_of_the_console_asks_for():
    members = (pair for part in reversed(Api.__mro__) for pair in vars(part).items())
    wanted = {name: member for name, member in members if not name.startswith("_")}
    assert len(wanted) > 35
    for name, member in wanted.items():
        ours = getattr(Client, name)
        if inspect.isfunction(member):
            assert list(inspect.signature(ours).parameters) == list(inspect.signature(member).parameters), name
            assert inspect.iscoroutinefunction(ours) == inspect.iscoroutinefunction(member), name
