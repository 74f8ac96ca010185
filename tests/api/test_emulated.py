"""Our client against the emulator, every request and reply judged by the contract on its way."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tui.api.client import Client
from tui.contract import Priority
from tui.errors import (
    Conflict,
    CoolingDown,
    Forbidden,
    NotFound,
    OutcomeUnknown,
    RateLimited,
    Refused,
    Unauthorized,
    UsageError,
)
from tui.models import InstanceKey, SourceKind, job_state
from tui.secret import Secret

from .kit import ACCOUNT, TOKEN
from .world import DOCS, World

Worlds = Callable[..., World]
FILES = InstanceKey("team", "files")


async def test_an_instance_from_its_creation_to_its_end(world: World):
    client = world.client()
    key = await world.synced(client)
    document = await client.get_instance(key)
    assert document.instance.kind is SourceKind.R2
    stats = await client.stats(key)
    assert (stats.completed, stats.error, stats.problem) == (2, 1, "")
    page = await client.list_jobs(key)
    job = await client.get_job(key, page.items[0].id)
    assert job.description == "first"
    assert not job_state(job, world.clock()).active
    log = await client.job_logs(key, job.id, per_page=2)
    assert len(log.items) == 2
    assert log.total > 2
    assert all(line.message and line.time_s for line in log.items)
    await client.change_instance(key, {"paused": True, "chunk_size": 300})
    assert (await client.get_instance(key)).instance.paused is True
    await client.purge_cache(key)
    await client.create_namespace("archive")
    await client.move_instance(key, "archive")
    moved = key._replace(namespace="archive")
    assert [row.key for page in [await client.list_instances()] for row in page.items] == [moved]
    with pytest.raises(NotFound):
        await client.stats(key)
    with pytest.raises(Conflict):
        await client.delete_namespace("archive")
    await client.delete_instance(moved)
    await client.delete_namespace("archive")
    assert (await client.list_namespaces()).items == ()
    assert not [exchange for exchange in client.exchanges if exchange.status is None]


async def test_a_second_sync_cools_down_and_a_running_one_can_be_cancelled(world: World):
    client = world.client()
    key = await world.synced(client)
    job = await client.create_job(key)
    with pytest.raises(CoolingDown):
        await client.create_job(key)
    assert (await client.cancel_job(key, job.id)).end_reason == "cancelled"
    with pytest.raises(Refused) as caught:
        await client.cancel_job(key, job.id)
    assert caught.value.code == 7046


async def test_items_from_upload_to_deletion(world: World, tmp_path: Path):
    client, source, target = world.client(), tmp_path / "boats.md", tmp_path / "copy.md"
    source.write_text("# Boats\n\nBoats need paint every spring.\n")
    await client.create_namespace("team", "ours")
    await client.create_instance("team", {"id": "files"})
    told: list[tuple[int, int]] = []
    item = await client.upload_item(
        FILES, source, metadata={"year": 1999}, progress=lambda sent, total: told.append((sent, total))
    )
    assert told[-1][0] == told[-1][1]
    world.later(600)
    item = await client.get_item(FILES, item.id)
    assert (item.key, item.status, item.metadata["year"]) == ("boats.md", "completed", 1999)
    assert (await client.list_items(FILES, status="completed", search="boat")).total == 1
    assert (await client.list_items(FILES, status="error")).items == ()
    chunks = [chunk for page in [p async for p in client.chunk_pages(FILES, item.id)] for chunk in page.items]
    assert "Boats need paint" in chunks[0].text
    await client.sync_item(FILES, item.id)
    await client.put_item(FILES, "boats.md")
    world.later(600)
    lines = [line for page in [p async for p in client.item_log_pages(FILES, item.id, limit=1)] for line in page.items]
    assert len(lines) >= 2
    assert await client.download_item(FILES, item.id, target) == source.stat().st_size
    assert target.read_bytes() == source.read_bytes()
    await client.delete_item(FILES, item.id)
    with pytest.raises(NotFound) as caught:
        await client.get_item(FILES, item.id)
    assert caught.value.code == 7041


async def test_search_and_chat(world: World):
    client = world.client()
    key = await world.synced(client)
    many = {"ai_search_options": {"instance_ids": [key.id]}}
    question = {"messages": [{"role": "user", "content": "When do boats need paint?"}]}
    found = await client.search(key, {"query": "paint"})
    assert found.chunks[0].item.key == "guides/paint.md"
    across = await client.search_namespace("default", {"query": "paint", **many})
    assert across.chunks[0].instance_id == key.id
    for chat in (client.chat(key, question), client.chat_namespace("default", {**question, **many})):
        steps = [step async for step in chat]
        assert "every spring" in "".join(step.text for step in steps)
        assert next(hit.item.key for step in steps for hit in step.chunks) == "guides/paint.md"
        assert [step.done for step in steps].index(True) == len(steps) - 1


async def test_service_tokens_and_namespaces(world: World):
    client = world.client()
    fields = {"name": "reader", "cf_api_id": "0" * 32, "cf_api_key": "s3cret-key"}
    token = await client.create_token(fields)
    assert (await client.update_token(token.id, {**fields, "name": "writer"})).name == "writer"
    assert (await client.list_tokens(search="writer")).items[0].id == token.id
    await client.delete_token(token.id)
    assert token.id not in [one.id for page in [p async for p in client.token_pages()] for one in page.items]
    assert "s3cret-key" not in repr(client.exchanges)
    await client.create_namespace("team")
    assert (await client.update_namespace("team", {"description": "new"})).description == "new"
    with pytest.raises(Conflict):
        await client.create_namespace("team")
    with pytest.raises(Refused):
        await client.delete_namespace("default")
    assert (await client.get_namespace("default")).name == "default"


@pytest.mark.parametrize("owner", ["user", "account"])
async def test_both_kinds_of_token_are_verified(worlds: Worlds, owner: str):
    client = worlds(token_owner=owner).client()
    assert (await client.verify_token()).status == "active"
    assert (await client.list_accounts()).items[0].id == client._account


async def test_a_token_that_sees_many_accounts_lists_them_over_several_pages(worlds: Worlds):
    others = tuple((f"{number:032x}", f"Account {number}") for number in range(1, 61))
    client = worlds(other_accounts=others).client()
    listed = [one.id async for page in client.account_pages() for one in page.items]
    assert set(listed) == {client._account, *(account for account, _ in others)}
    assert len(listed) == 61


async def test_refusals_of_our_token_are_told_apart(worlds: Worlds):
    with pytest.raises(Unauthorized):
        await worlds().client(token="another-token").list_instances()
    for status, kind in ((401, Unauthorized), (403, Forbidden)):
        with pytest.raises(kind):
            await worlds(permitted=False, denied_status=status).client().list_instances()


@pytest.mark.parametrize("total", [True, False])
@pytest.mark.parametrize("info", [True, False])
async def test_long_lists_are_walked_whole_whatever_the_server_tells(worlds: Worlds, total: bool, info: bool):
    world = worlds(totals=total, result_info=info, max_per_page=7, over_max="clamp")
    client = world.client()
    for number in range(23):
        await client.create_instance("default", {"id": f"i-{number}"})
    found = [row.id async for page in client.instance_pages(per_page=100) for row in page.items]
    assert sorted(found) == sorted(f"i-{number}" for number in range(23))


async def test_the_log_of_a_fresh_job_is_empty_in_both_of_its_forms(worlds: Worlds):
    for early in ("empty", "missing"):
        world = worlds(early_logs=early)
        client = world.client()
        world.bucket("b", {"a.md": "x"})
        await client.create_instance("default", {"id": "docs", "type": "r2", "source": "b"})
        job = await client.create_job(DOCS)
        assert (await client.job_logs(DOCS, job.id)).items == ()
        with pytest.raises(NotFound):
            await client.get_job(DOCS, "no-such-job")


async def test_a_delete_may_answer_with_nothing(worlds: Worlds):
    client = worlds(delete_status=204).client(judged=False)
    await client.create_instance("default", {"id": "docs"})
    await client.delete_instance(DOCS)
    assert client.exchanges[-1].status == 204


async def test_what_validation_says_reaches_the_operator(world: World):
    with pytest.raises(Refused) as caught:
        await world.client(judged=False).create_instance("default", {"id": "x" * 40})
    assert (caught.value.code, caught.value.http) == (7001, 400)
    assert "The API says:" in caught.value.detail
    with pytest.raises(UsageError):
        await world.client().change_instance(await world.synced(world.client()), {"id": "other"})


async def test_a_console_that_is_alone_is_never_refused_by_the_rate_limit(worlds: Worlds):
    world = worlds(rate_limit=60, rate_window=60.0)
    client = world.client()
    held = []
    for number in range(400):
        try:
            await client.using(Priority(number % 3)).list_namespaces()
        except RateLimited as error:
            held.append(error)
            world.clock.advance(2)
    assert held
    assert {error.http for error in held} == {None}
    assert {entry.status for entry in world.emulator.received} == {200}
    assert client.budget.limit == 60


async def test_a_console_that_shares_its_token_is_refused_waits_and_recovers(worlds: Worlds):
    world = worlds(rate_limit=20, rate_window=300.0)
    ours, theirs = world.client(), world.client(judged=False)
    await ours.list_namespaces()
    for _ in range(19):
        await theirs.list_namespaces()
    with pytest.raises(RateLimited) as caught:
        await ours.list_namespaces()
    assert caught.value.http == 429
    assert ours.budget.blocked_s > 60
    asked = len(world.emulator.received)
    with pytest.raises(RateLimited):
        await ours.using(Priority.BACKGROUND).list_namespaces()
    assert len(world.emulator.received) == asked
    world.clock.advance(ours.budget.blocked_s + 1)
    assert (await ours.list_namespaces()).items == ()


async def test_faults_are_outlived_by_reads_and_told_of_writes(worlds: Worlds, tmp_path: Path):
    chaos = tmp_path / "faults.json"
    faults = [
        {"operation": "get_stats", "kind": "status", "times": 1},
        {"operation": "get_stats", "kind": "reset", "times": 1},
        {"operation": "get_stats", "kind": "truncate", "times": 1},
        {"operation": "create_job", "kind": "reset", "times": 1},
        {"operation": "list_jobs", "kind": "html", "times": 3},
    ]
    chaos.write_text(json.dumps({"faults": []}))
    world = worlds(chaos=chaos)
    key = await world.synced(world.client())
    chaos.write_text(json.dumps({"faults": faults}))
    with world.served() as url:
        client = Client(account=ACCOUNT, token=Secret(TOKEN), base_url=url, clock=world.clock, sleep=world.sleep)
        assert (await client.stats(key)).completed == 2
        assert client.exchanges[-1].retries == 3
        with pytest.raises(OutcomeUnknown) as caught:
            await client.create_job(key, "nightly")
        assert caught.value.read_back == "the newest job of default/docs"
        assert [job.description for job in (await client.list_jobs(key)).items] == ["nightly", "first"]
        await client.aclose()
