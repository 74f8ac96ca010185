"""One script in two hands: each step as our client does it and as the official SDK does it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tui.api.client import Client
from tui.models import InstanceKey

from .kit import ACCOUNT

KEY, FLAT, FILES = InstanceKey("team", "docs"), InstanceKey("", "flat"), InstanceKey("team", "files")
IN = {"name": "team", "id": "docs"}
IN_FILES = {"name": "team", "id": "files"}
TOKEN_FIELDS = {"name": "reader", "cf_api_id": "0" * 32, "cf_api_key": "k" * 20}
CHAT = {"messages": [{"role": "user", "content": "When do boats need paint?"}]}
AMONG = {"instance_ids": ["docs"]}
Known = dict[str, str]
Ours = Callable[[Client, Known], Awaitable[Any]]
Theirs = Callable[[Any, Known], Any]


@dataclass
class Step:
    """One operation: how we do it, how the SDK does it, what of its result later steps need."""

    name: str
    ours: Ours
    theirs: Theirs
    keep: str = ""
    later: float = 0.0


async def text_of(chat: Any) -> dict[str, Any]:
    """A streamed answer, put together."""
    steps = [step async for step in chat]
    return {"text": "".join(step.text for step in steps), "keys": [h.item.key for step in steps for h in step.chunks]}


def text_in(answer: Any) -> dict[str, Any]:
    """The SDK's answer, as `text_of` has ours."""
    return {"text": answer.choices[0].message.content, "keys": [chunk.item.key for chunk in answer.chunks]}


def steps(file: Path, target: Path) -> list[Step]:
    """The whole script, in the order of a life."""
    return [*_account(), *_instances(), *_jobs(), *_flat(), *_search(), *_items(file, target), *_endings()]


def _account() -> list[Step]:
    return [
        Step("verify", lambda c, k: c.verify_token(), lambda s, k: s.user.tokens.verify()),
        Step("accounts", lambda c, k: c.list_accounts(), lambda s, k: s.accounts.list()),
        Step(
            "token made",
            lambda c, k: c.create_token(TOKEN_FIELDS),
            lambda s, k: s.aisearch.tokens.create(**TOKEN_FIELDS, account_id=ACCOUNT),
            keep="token",
        ),
        Step(
            "token changed",
            lambda c, k: c.update_token(k["token"], {**TOKEN_FIELDS, "name": "writer"}),
            lambda s, k: s.aisearch.tokens.update(k["token"], **{**TOKEN_FIELDS, "name": "writer"}, account_id=ACCOUNT),
        ),
        Step("tokens", lambda c, k: c.list_tokens(), lambda s, k: s.aisearch.tokens.list(account_id=ACCOUNT)),
        Step(
            "namespace made",
            lambda c, k: c.create_namespace("team", "ours"),
            lambda s, k: s.aisearch.namespaces.create(name="team", description="ours", account_id=ACCOUNT),
        ),
        Step(
            "namespace changed",
            lambda c, k: c.update_namespace("team", {"description": "theirs"}),
            lambda s, k: s.aisearch.namespaces.update("team", description="theirs", account_id=ACCOUNT),
        ),
        Step(
            "namespace",
            lambda c, k: c.get_namespace("default"),
            lambda s, k: s.aisearch.namespaces.read("default", account_id=ACCOUNT),
        ),
        Step(
            "namespaces",
            lambda c, k: c.list_namespaces(),
            lambda s, k: s.aisearch.namespaces.list(account_id=ACCOUNT),
        ),
    ]


def _instances() -> list[Step]:
    made = {"id": "docs", "type": "r2", "source": "docs-bucket"}
    endpoint = {"enabled": True, "authorized_hosts": ["a.example"]}
    return [
        Step(
            "made",
            lambda c, k: c.create_instance("team", made),
            lambda s, k: s.aisearch.namespaces.instances.create("team", **made, account_id=ACCOUNT),
        ),
        Step(
            "changed",
            lambda c, k: c.update_instance(KEY, {"score_threshold": 0.2, "public_endpoint_params": endpoint}),
            lambda s, k: s.aisearch.namespaces.instances.update(
                **IN, score_threshold=0.2, public_endpoint_params=endpoint, account_id=ACCOUNT
            ),
        ),
        Step(
            "read",
            lambda c, k: c.get_instance(KEY),
            lambda s, k: s.aisearch.namespaces.instances.read(**IN, account_id=ACCOUNT),
        ),
        Step(
            "listed",
            lambda c, k: c.list_instances("team", search="OC"),
            lambda s, k: s.aisearch.namespaces.instances.list("team", search="OC", account_id=ACCOUNT),
        ),
    ]


def _jobs() -> list[Step]:
    return [
        Step(
            "job made",
            lambda c, k: c.create_job(KEY, "nightly"),
            lambda s, k: s.aisearch.namespaces.instances.jobs.create(**IN, description="nightly", account_id=ACCOUNT),
            keep="job",
            later=3600,
        ),
        Step(
            "job",
            lambda c, k: c.get_job(KEY, k["job"]),
            lambda s, k: s.aisearch.namespaces.instances.jobs.get(k["job"], **IN, account_id=ACCOUNT),
        ),
        Step(
            "log",
            lambda c, k: c.job_logs(KEY, k["job"], page=2, per_page=2),
            lambda s, k: s.aisearch.namespaces.instances.jobs.logs(
                k["job"], **IN, page=2, per_page=2, account_id=ACCOUNT
            ),
        ),
        Step(
            "stats",
            lambda c, k: c.stats(KEY),
            lambda s, k: s.aisearch.namespaces.instances.stats(**IN, account_id=ACCOUNT),
        ),
        Step(
            "second job",
            lambda c, k: c.create_job(KEY),
            lambda s, k: s.aisearch.namespaces.instances.jobs.create(**IN, account_id=ACCOUNT),
            keep="second",
        ),
        Step(
            "cool-down",
            lambda c, k: c.create_job(KEY),
            lambda s, k: s.aisearch.namespaces.instances.jobs.create(**IN, account_id=ACCOUNT),
        ),
        Step(
            "cancelled",
            lambda c, k: c.cancel_job(KEY, k["second"]),
            lambda s, k: s.aisearch.namespaces.instances.jobs.update(
                k["second"], **IN, action="cancel", account_id=ACCOUNT
            ),
        ),
        Step(
            "jobs",
            lambda c, k: c.list_jobs(KEY),
            lambda s, k: s.aisearch.namespaces.instances.jobs.list(**IN, account_id=ACCOUNT),
        ),
    ]


def _flat() -> list[Step]:
    made = {"id": "flat", "type": "r2", "source": "docs-bucket"}
    return [
        Step(
            "flat made",
            lambda c, k: c.create_instance("default", made),
            lambda s, k: s.aisearch.instances.create(**made, account_id=ACCOUNT),
        ),
        Step(
            "flat listed",
            lambda c, k: c.list_instances(),
            lambda s, k: s.aisearch.instances.list(account_id=ACCOUNT),
        ),
        Step(
            "flat read",
            lambda c, k: c.get_instance(FLAT),
            lambda s, k: s.aisearch.instances.read("flat", account_id=ACCOUNT),
        ),
        Step(
            "flat changed",
            lambda c, k: c.update_instance(FLAT, {"max_num_results": 7}),
            lambda s, k: s.aisearch.instances.update("flat", max_num_results=7, account_id=ACCOUNT),
        ),
        *_flat_jobs(),
        Step(
            "flat stats",
            lambda c, k: c.stats(FLAT),
            lambda s, k: s.aisearch.instances.stats("flat", account_id=ACCOUNT),
        ),
        Step(
            "flat search",
            lambda c, k: c.search(FLAT, {"query": "paint"}),
            lambda s, k: s.aisearch.instances.search("flat", query="paint", account_id=ACCOUNT),
        ),
        Step(
            "flat chat",
            lambda c, k: text_of(c.chat(FLAT, CHAT)),
            lambda s, k: text_in(s.aisearch.instances.chat_completions("flat", **CHAT, account_id=ACCOUNT)),
        ),
        Step(
            "flat deleted",
            lambda c, k: c.delete_instance(FLAT),
            lambda s, k: bool(s.aisearch.instances.delete("flat", account_id=ACCOUNT)) and None,
        ),
        Step(
            "flat gone",
            lambda c, k: c.get_instance(FLAT),
            lambda s, k: s.aisearch.instances.read("flat", account_id=ACCOUNT),
        ),
    ]


def _flat_jobs() -> list[Step]:
    return [
        Step(
            "flat job made",
            lambda c, k: c.create_job(FLAT, "once"),
            lambda s, k: s.aisearch.instances.jobs.create("flat", description="once", account_id=ACCOUNT),
            keep="flat job",
            later=3600,
        ),
        Step(
            "flat job",
            lambda c, k: c.get_job(FLAT, k["flat job"]),
            lambda s, k: s.aisearch.instances.jobs.get(k["flat job"], id="flat", account_id=ACCOUNT),
        ),
        Step(
            "flat jobs",
            lambda c, k: c.list_jobs(FLAT),
            lambda s, k: s.aisearch.instances.jobs.list("flat", account_id=ACCOUNT),
        ),
        Step(
            "flat log",
            lambda c, k: c.job_logs(FLAT, k["flat job"], per_page=3),
            lambda s, k: s.aisearch.instances.jobs.logs(k["flat job"], id="flat", per_page=3, account_id=ACCOUNT),
        ),
    ]


def _search() -> list[Step]:
    return [
        Step(
            "search",
            lambda c, k: c.search(KEY, {"query": "paint"}),
            lambda s, k: s.aisearch.namespaces.instances.search(**IN, query="paint", account_id=ACCOUNT),
        ),
        Step(
            "search of several",
            lambda c, k: c.search_namespace("team", {"query": "paint", "ai_search_options": AMONG}),
            lambda s, k: s.aisearch.namespaces.search(
                "team", query="paint", aisearch_options=AMONG, account_id=ACCOUNT
            ),
        ),
        Step(
            "chat",
            lambda c, k: text_of(c.chat(KEY, CHAT)),
            lambda s, k: text_in(s.aisearch.namespaces.instances.chat_completions(**IN, **CHAT, account_id=ACCOUNT)),
        ),
        Step(
            "chat of several",
            lambda c, k: text_of(c.chat_namespace("team", {**CHAT, "ai_search_options": AMONG})),
            lambda s, k: text_in(
                s.aisearch.namespaces.chat_completions("team", **CHAT, aisearch_options=AMONG, account_id=ACCOUNT)
            ),
        ),
    ]


def _items(file: Path, target: Path) -> list[Step]:
    form = {"file": (file.name, file.read_bytes()), "metadata": '{"year": 1999}'}
    return [
        Step(
            "store made",
            lambda c, k: c.create_instance("team", {"id": "files"}),
            lambda s, k: s.aisearch.namespaces.instances.create("team", id="files", account_id=ACCOUNT),
        ),
        Step(
            "uploaded",
            lambda c, k: c.upload_item(FILES, file, metadata={"year": 1999}),
            lambda s, k: s.aisearch.namespaces.instances.items.upload(
                "files", name="team", file=form, account_id=ACCOUNT
            ),
            keep="item",
            later=600,
        ),
        *_item_reads(target),
        Step(
            "item synced",
            lambda c, k: c.sync_item(FILES, k["item"]),
            lambda s, k: s.aisearch.namespaces.instances.items.sync(
                k["item"], **IN_FILES, next_action="INDEX", account_id=ACCOUNT
            ),
            later=600,
        ),
        Step(
            "item put",
            lambda c, k: c.put_item(FILES, file.name),
            lambda s, k: s.aisearch.namespaces.instances.items.create_or_update(
                **IN_FILES, key=file.name, next_action="INDEX", account_id=ACCOUNT
            ),
            later=600,
        ),
        Step(
            "item deleted",
            lambda c, k: c.delete_item(FILES, k["item"]),
            lambda s, k: (
                s.aisearch.namespaces.instances.items.delete(k["item"], **IN_FILES, account_id=ACCOUNT).key and None
            ),
        ),
    ]


def _item_reads(target: Path) -> list[Step]:
    async def content(client: Client, known: Known) -> str:
        await client.download_item(FILES, known["item"], target)
        return await asyncio.to_thread(target.read_text)

    return [
        Step(
            "item",
            lambda c, k: c.get_item(FILES, k["item"]),
            lambda s, k: s.aisearch.namespaces.instances.items.get(k["item"], **IN_FILES, account_id=ACCOUNT),
        ),
        Step(
            "items",
            lambda c, k: c.list_items(FILES, status="completed", search="boat"),
            lambda s, k: s.aisearch.namespaces.instances.items.list(
                **IN_FILES, status="completed", search="boat", account_id=ACCOUNT
            ),
        ),
        Step(
            "chunks",
            lambda c, k: c.item_chunks(FILES, k["item"]),
            lambda s, k: s.aisearch.namespaces.instances.items.chunks(k["item"], **IN_FILES, account_id=ACCOUNT),
        ),
        Step(
            "item log",
            lambda c, k: c.item_logs(FILES, k["item"]),
            lambda s, k: s.aisearch.namespaces.instances.items.logs(k["item"], **IN_FILES, account_id=ACCOUNT),
        ),
        Step(
            "content",
            content,
            lambda s, k: s.aisearch.namespaces.instances.items.download(
                k["item"], **IN_FILES, account_id=ACCOUNT
            ).text(),
        ),
    ]


def _endings() -> list[Step]:
    return [
        Step(
            "namespace not empty",
            lambda c, k: c.delete_namespace("team"),
            lambda s, k: s.aisearch.namespaces.delete("team", account_id=ACCOUNT),
        ),
        *(
            Step(
                f"{name} deleted",
                lambda c, k, name=name: c.delete_instance(InstanceKey("team", name)),
                lambda s, k, name=name: (
                    s.aisearch.namespaces.instances.delete(name, name="team", account_id=ACCOUNT).id and None
                ),
            )
            for name in ("docs", "files")
        ),
        Step(
            "namespace deleted",
            lambda c, k: c.delete_namespace("team"),
            lambda s, k: s.aisearch.namespaces.delete("team", account_id=ACCOUNT) or None,
        ),
        Step(
            "token deleted",
            lambda c, k: c.delete_token(k["token"]),
            lambda s, k: s.aisearch.tokens.delete(k["token"], account_id=ACCOUNT) or None,
        ),
        Step(
            "all gone",
            lambda c, k: c.list_instances(),
            lambda s, k: s.aisearch.instances.list(account_id=ACCOUNT),
        ),
    ]
