"""Every call that the client can make, by the operation of the contract that it should become."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from tui.api.client import Client
from tui.models import InstanceKey

KEY = InstanceKey("team-a", "docs-search")
FLAT = InstanceKey("", "docs-search")
TOKEN_ID = "0b1c2d3e-0000-4000-8000-000000000001"
QUESTION = {"messages": [{"role": "user", "content": "how?"}]}
NEW_TOKEN = {"name": "reader", "cf_api_id": "0" * 32, "cf_api_key": "k" * 20}
MANY = {"query": "x", "ai_search_options": {"instance_ids": ["docs-search", "handbook"]}}
MANY_CHAT = {**QUESTION, "ai_search_options": {"instance_ids": ["docs-search", "handbook"]}}
Make = Callable[[Client], Awaitable[Any]]


async def drain(steps: Any) -> list[Any]:
    """Everything that an async iterator gives."""
    return [step async for step in steps]


def calls(file: Path, target: Path) -> list[tuple[str, Make]]:
    """(operationId, call); `file` is uploaded, `target` is downloaded to."""
    return [*_account(), *_instances(), *_flat(), *_jobs(), *_items(file, target), *_search()]


def _account() -> list[tuple[str, Make]]:
    return [
        ("accounts-list-accounts", lambda c: c.list_accounts()),
        ("user-api-tokens-verify-token", lambda c: c.verify_token()),
        ("ai-search-list-tokens", lambda c: c.list_tokens(search="read")),
        ("ai-search-create-tokens", lambda c: c.create_token(NEW_TOKEN)),
        ("ai-search-update-tokens", lambda c: c.update_token(TOKEN_ID, NEW_TOKEN)),
        ("ai-search-delete-tokens", lambda c: c.delete_token(TOKEN_ID)),
        ("ai-search-list-namespaces", lambda c: c.list_namespaces(page=2, per_page=10, search="te")),
        ("ai-search-create-namespaces", lambda c: c.create_namespace("team-b", "ours")),
        ("ai-search-create-namespaces", lambda c: c.create_namespace("team-b")),
        ("ai-search-fetch-namespace", lambda c: c.get_namespace("default")),
        ("ai-search-update-namespace", lambda c: c.update_namespace("team-a", {"description": "theirs"})),
        ("ai-search-delete-namespace", lambda c: c.delete_namespace("te/am ä")),
    ]


def _instances() -> list[tuple[str, Make]]:
    new = {"id": "new-one", "type": "r2", "source": "docs-bucket"}
    return [
        ("ai-search-list-instances", lambda c: c.list_instances(search="docs")),
        ("ai-search-namespace-list-instances", lambda c: c.list_instances("team-a", page=3, per_page=50)),
        ("ai-search-namespace-create-instances", lambda c: c.create_instance("team-a", new)),
        ("ai-search-namespace-fetch-instances", lambda c: c.get_instance(KEY)),
        ("ai-search-namespace-update-instances", lambda c: c.update_instance(KEY, {"paused": True})),
        ("ai-search-namespace-update-instances", lambda c: c.change_instance(KEY, {"chunk_size": 300})),
        ("ai-search-namespace-delete-instances", lambda c: c.delete_instance(KEY)),
        ("ai-search-move-instance", lambda c: c.move_instance(KEY, "archive")),
        ("ai-search-namespace-purge-instance-cache", lambda c: c.purge_cache(KEY)),
        ("ai-search-namespace-stats", lambda c: c.stats(KEY)),
    ]


def _flat() -> list[tuple[str, Make]]:
    return [
        ("ai-search-fetch-instances", lambda c: c.get_instance(FLAT)),
        ("ai-search-update-instances", lambda c: c.update_instance(FLAT, {"paused": False})),
        ("ai-search-delete-instances", lambda c: c.delete_instance(FLAT)),
        ("ai-search-stats", lambda c: c.stats(FLAT)),
        ("ai-search-instance-list-jobs", lambda c: c.list_jobs(FLAT)),
        ("ai-search-instance-create-job", lambda c: c.create_job(FLAT)),
        ("ai-search-instance-get-job", lambda c: c.get_job(FLAT, "j-1")),
        ("ai-search-instance-change-job-status", lambda c: c.cancel_job(FLAT, "j-1")),
        ("ai-search-instance-list-job-logs", lambda c: c.job_logs(FLAT, "j-1")),
        ("ai-search-instance-search", lambda c: c.search(FLAT, {"query": "x"})),
        ("ai-search-instance-chat-completion", lambda c: drain(c.chat(FLAT, QUESTION))),
    ]


def _jobs() -> list[tuple[str, Make]]:
    return [
        ("ai-search-namespace-instance-list-jobs", lambda c: c.list_jobs(KEY, page=2)),
        ("ai-search-namespace-instance-create-job", lambda c: c.create_job(KEY, "nightly")),
        ("ai-search-namespace-instance-create-job", lambda c: c.create_job(KEY)),
        ("ai-search-namespace-instance-get-job", lambda c: c.get_job(KEY, "j/1?x#y%")),
        ("ai-search-namespace-instance-change-job-status", lambda c: c.cancel_job(KEY, "j-1")),
        ("ai-search-namespace-instance-list-job-logs", lambda c: c.job_logs(KEY, "j-1", page=9, per_page=500)),
    ]


def _items(file: Path, target: Path) -> list[tuple[str, Make]]:
    every = {"page": 2, "per_page": 20, "search": "a&b=c", "status": "error", "source": "builtin", "sort_by": "status"}
    more = {"metadata_filter": '{"team":"docs"}', "item_id": "i-1", "item_key": "a/b c.md"}
    return [
        ("ai-search-namespace-instance-list-items", lambda c: c.list_items(KEY, **every, **more)),
        ("ai-search-namespace-instance-get-item", lambda c: c.get_item(KEY, "a/b.md")),
        ("ai-search-namespace-instance-upload-item", lambda c: c.upload_item(KEY, file, metadata={"team": "docs"})),
        ("ai-search-namespace-instance-create-or-update-item", lambda c: c.put_item(KEY, "a/b.md")),
        ("ai-search-namespace-instance-sync-item", lambda c: c.sync_item(KEY, "i-1")),
        ("ai-search-namespace-instance-delete-item", lambda c: c.delete_item(KEY, "i-1")),
        ("ai-search-namespace-instance-list-item-chunks", lambda c: c.item_chunks(KEY, "i-1", limit=100, offset=200)),
        ("ai-search-namespace-instance-logs-item", lambda c: c.item_logs(KEY, "i-1", cursor="a+b/c==")),
        ("ai-search-namespace-instance-get-item-content", lambda c: c.download_item(KEY, "i-1", target)),
    ]


def _search() -> list[tuple[str, Make]]:
    return [
        ("ai-search-namespace-instance-search", lambda c: c.search(KEY, {"query": "x"})),
        ("ai-search-namespace-instance-chat-completion", lambda c: drain(c.chat(KEY, QUESTION))),
        ("ai-search-namespace-multi-instance-search", lambda c: c.search_namespace("team-a", MANY)),
        (
            "ai-search-namespace-multi-instance-chat-completion",
            lambda c: drain(c.chat_namespace("team-a", MANY_CHAT)),
        ),
    ]
