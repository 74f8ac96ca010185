"""The official SDK as a second opinion: two equal worlds, the same script in each, the same data from every step.

One world is worked by our client and one by the SDK, each over a real socket. Ids that the server draws at random
differ; everything else that our models read must agree with what the SDK read, and the servers must have received
the same requests.
"""

import asyncio
import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import msgspec
from cloudflare import APIStatusError, Cloudflare

from tui.api.client import Client
from tui.errors import AppError
from tui.models import InstanceDocument, Page
from tui.secret import Secret
from tui.text import parse_time

from .kit import ACCOUNT, TOKEN
from .openapi import operation_of, operations
from .script import Known, steps
from .world import FILES, World

RANDOM = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}(-\d+)?")


NO_SECOND_OPINION = {
    "account-api-tokens-verify-token": "tokens that an account owns have a test of their own below",
    "accounts-account-details": "our client does not ask it",
    "ai-search-create-instances": "our client does not ask it: the SDK's half of `flat made` is held against ours",
    "ai-search-fetch-tokens": "our client does not ask it",
    "ai-search-instance-change-job-status": "no SDK has it (api-facts: Routes)",
    "ai-search-move-instance": "no SDK has it (api-facts: Routes)",
    "ai-search-namespace-purge-instance-cache": "no SDK has it (api-facts: Routes)",
}


@dataclass
class Told:
    """What one side learnt: results by step, and ids it needs again."""

    results: dict[str, Any] = field(default_factory=dict)
    known: Known = field(default_factory=dict)


async def ours(world: World, folder: Path) -> Told:
    """Our client goes through the script."""
    told = Told()
    with world.served() as url:
        client = Client(account=ACCOUNT, token=Secret(TOKEN), base_url=url, clock=world.clock, sleep=world.sleep)
        for step in steps(folder / "boats.md", folder / "copy.md"):
            try:
                result = await step.ours(client, told.known)
            except AppError as error:
                result = (error.http, error.code)
            if step.keep:
                told.known[step.keep] = result.id
            told.results[step.name] = plain(result)
            world.later(step.later)
        await client.aclose()
    return told


async def theirs(world: World, folder: Path) -> Told:
    """The SDK goes through the script, in a thread: it is its synchronous client."""
    told = Told()
    with world.served() as url, Cloudflare(api_token=TOKEN, base_url=url, max_retries=0) as sdk:
        for step in steps(folder / "boats.md", folder / "copy.md"):
            try:
                result = await asyncio.to_thread(quietly, step.theirs, sdk, told.known)
            except APIStatusError as error:
                result = (error.status_code, error.body["errors"][0]["code"])
            if step.keep:
                told.known[step.keep] = result.id
            told.results[step.name] = spread(result)
            world.later(step.later)
    return told


def quietly(call: Callable[..., Any], *arguments: Any) -> Any:
    """The flat paths are deprecated, which the SDK says at each call."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return call(*arguments)


def plain(result: Any) -> Any:
    """Our result as plain data: what its models read, by the names of the API."""
    if isinstance(result, Page):
        return [plain(item) for item in result.items]
    if isinstance(result, InstanceDocument):
        return plain(result.instance)
    if isinstance(result, msgspec.Struct):
        return unmarked(msgspec.to_builtins(result))
    return result


def unmarked(data: Any) -> Any:
    """Our data without the mark of malformed rows, which nothing may bear here."""
    if isinstance(data, dict):
        assert not data.get("$problem")
        return {name: unmarked(value) for name, value in data.items() if name != "$problem"}
    return [unmarked(entry) for entry in data] if isinstance(data, list | tuple) else data


def spread(result: Any) -> Any:
    """The SDK's result as plain data; of a page its items."""
    if hasattr(result, "iter_pages"):
        return [spread(item) for item in result.result]
    if isinstance(result, list):
        return [spread(item) for item in result]
    return result.to_dict(mode="json") if hasattr(result, "to_dict") else result


def differences(mine: Any, their: Any, where: str = "") -> list[str]:
    """Where our data differs from the SDK's; fields that our models do not read are not compared."""
    if isinstance(mine, dict) and isinstance(their, dict):
        return [one for name, value in mine.items() for one in differences(value, their.get(name), f"{where}.{name}")]
    if isinstance(mine, list | tuple) and isinstance(their, list | tuple) and len(mine) == len(their):
        pairs = enumerate(zip(mine, their, strict=True))
        return [one for number, pair in pairs for one in differences(*pair, f"{where}[{number}]")]
    return [] if agree(mine, their) else [f"{where}: {mine!r} is not {their!r}"]


def agree(mine: Any, their: Any) -> bool:
    """Whether two leaves say the same: ids drawn at random are alike in form, times are the same instant."""
    if mine in (None, (), []) and their in (None, []):
        return True
    if isinstance(mine, str) and isinstance(their, str):
        if RANDOM.fullmatch(mine) and RANDOM.fullmatch(their):
            return True
        return mine == their or (parse_time(mine) is not None and parse_time(mine) == parse_time(their))
    return mine == their


def requests(world: World) -> list[tuple[str, str]]:
    """What a server received: methods and paths, random ids blotted out."""
    return [(entry.method, RANDOM.sub("ID", entry.path)) for entry in world.emulator.received]


def covered(world: World) -> set[str]:
    """The operations of the contract that a world has taken part in."""
    base = "http://emulator"
    sent = (httpx.Request(entry.method, f"{base}{entry.path}") for entry in world.emulator.received)
    return {operation_of(request, "/client/v4")[0] for request in sent}


async def test_our_client_and_the_sdk_agree_on_every_step(worlds: Callable[..., World], tmp_path: Path):
    (tmp_path / "boats.md").write_text("# Boats\n\nBoats need paint every spring.\n")
    left, right = worlds(), worlds()
    for world in (left, right):
        world.bucket("docs-bucket", FILES)
    mine, their = await ours(left, tmp_path), await theirs(right, tmp_path)
    found = {name: differences(mine.results[name], their.results[name]) for name in mine.results}
    assert {name: lines for name, lines in found.items() if lines} == {}
    pairs = zip(requests(left), requests(right), strict=True)
    assert [
        (mine[1].split("/ai-search")[1], their[1].split("/ai-search")[1]) for mine, their in pairs if mine != their
    ] == [("/namespaces/default/instances", "/instances")], "only the deprecated way to create is not taken"
    assert covered(left) | set(NO_SECOND_OPINION) == covered(right) | set(NO_SECOND_OPINION) == set(operations())
    assert not covered(left) & set(NO_SECOND_OPINION)
    assert len(mine.results) == len(their.results) > 52
    assert mine.results["cool-down"] == (429, 7020)
    assert mine.results["flat gone"] == (404, 7002)
    assert len(mine.results["flat listed"]) == 2
    assert mine.results["stats"]["completed"] == 2


async def test_an_account_token_is_verified_as_the_sdk_does(worlds: Callable[..., World]):
    world = worlds(token_owner="account")
    with world.served() as url, Cloudflare(api_token=TOKEN, base_url=url, max_retries=0) as sdk:
        client = Client(account=ACCOUNT, token=Secret(TOKEN), base_url=url)
        mine = plain(await client.verify_token())
        their = spread(await asyncio.to_thread(lambda: sdk.accounts.tokens.verify(account_id=ACCOUNT)))
        await client.aclose()
    assert differences(mine, their) == []
    assert [entry.path.rsplit("/", 3)[1] for entry in world.emulator.received] == ["user", ACCOUNT, ACCOUNT]


async def test_a_difference_would_be_seen():
    assert differences({"a": [1, {"b": None}]}, {"a": [1, {"b": "x"}]}) == [".a[1].b: None is not 'x'"]
    assert differences({"t": "2026-01-01T00:00:00Z"}, {"t": "2026-01-01T00:00:01Z"})
    assert not differences({"t": "2026-01-01T00:00:00.000Z"}, {"t": "2026-01-01 00:00:00"})
    assert differences([1], [1, 2])
