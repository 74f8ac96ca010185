"""The official Python SDK calls every AI Search method that it has, over a real socket."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Iterator

import pytest
from cloudflare import APIStatusError, Cloudflare, ConflictError, NotFoundError, RateLimitError

warnings.filterwarnings("ignore", category=DeprecationWarning, module=__name__)

USER = [{"role": "user", "content": "When do boats need paint?"}]


def methods(resource: object, path: str = "") -> Iterator[tuple[str, object]]:
    """Walk the resources of the SDK and name each method that makes a request."""
    for name in dir(type(resource)):
        if name.startswith(("_", "with_")):
            continue
        attribute = inspect.getattr_static(type(resource), name)
        if isinstance(attribute, property) or type(attribute).__name__ == "cached_property":
            yield from methods(getattr(resource, name), f"{path}{name}.")
        elif callable(attribute):
            yield f"{path}{name}", getattr(resource, name)


class Recorder:
    """Calls methods of the SDK by name, always with the account, and remembers which."""

    def __init__(self, client: Cloudflare, account: str) -> None:
        self._methods = dict(methods(client.aisearch))
        self._account = account
        self.called: set[str] = set()

    def __call__(self, method: str, /, *arguments, **named):
        self.called.add(method)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            return self._methods[method](*arguments, account_id=self._account, **named)

    @property
    def missed(self) -> set[str]:
        return self._methods.keys() - self.called


@pytest.fixture
def call(serving, tmp_path):
    bucket = tmp_path / "buckets" / "docs"
    bucket.mkdir(parents=True)
    (bucket / "boats.md").write_text("# Boats\n\nBoats need paint every spring.")
    slow = tmp_path / "buckets" / "slow"
    slow.mkdir()
    for number in range(30):
        (slow / f"{number}.txt").write_text("long " * 20_000)
    server = serving("--seed", "empty", "--data", str(tmp_path), "--speed", "50", "--rate-limit", "0")
    with Cloudflare(api_token="t0ken", base_url=server.url, max_retries=0) as client:
        yield Recorder(client, server.api.split("/")[-2])


def test_every_method_of_the_sdk_succeeds(call):
    tokens(call)
    namespaces(call)
    instances(call, "instances.", {})
    instances(call, "namespaces.instances.", {"name": "team"})
    jobs_of_the_namespace(call)
    items(call)
    across(call)
    call("namespaces.instances.delete", "files", name="team")
    call("namespaces.delete", "team")
    assert call.missed == set()


def tokens(call):
    fields = {"cf_api_id": "id", "cf_api_key": "key", "name": "sdk"}
    token = call("tokens.create", **fields)
    assert token.name == "sdk"
    assert token.id in {one.id for one in call("tokens.list")}
    assert call("tokens.read", token.id).cf_api_id == "id"
    assert call("tokens.update", token.id, **{**fields, "name": "renamed"}).name == "renamed"
    call("tokens.delete", token.id)


def namespaces(call):
    assert call("namespaces.create", name="team", description="ours").description == "ours"
    assert [one.name for one in call("namespaces.list")] == ["team"]
    assert call("namespaces.read", "team").name == "team"
    assert call("namespaces.update", "team", description="theirs").description == "theirs"


def instances(call, prefix, scope):
    made = call(f"{prefix}create", id="docs", source="docs", type="r2", **scope)
    assert (made.id, made.status) == ("docs", "waiting")
    assert [one.id for one in call(f"{prefix}list", **scope)] == ["docs"]
    assert call(f"{prefix}update", "docs", score_threshold=0.1, **scope).score_threshold == 0.1
    job = call(f"{prefix}jobs.create", "docs", description="by the SDK", **scope)
    while call(f"{prefix}jobs.get", job.id, id="docs", **scope).ended_at is None:
        pass
    assert [one.id for one in call(f"{prefix}jobs.list", "docs", **scope)] == [job.id]
    log = call(f"{prefix}jobs.logs", job.id, id="docs", **scope)
    assert "indexed boats.md (1 chunk)" in [line.message for line in log]
    assert call(f"{prefix}stats", "docs", **scope).completed == 1
    assert call(f"{prefix}read", "docs", **scope).status == "ready"
    found = call(f"{prefix}search", "docs", query="boats", **scope)
    assert found.chunks[0].item.key == "boats.md"
    answer = call(f"{prefix}chat_completions", "docs", messages=USER, **scope)
    assert "Boats need paint every spring." in answer.choices[0].message.content
    if not scope:
        with pytest.raises(RateLimitError) as refusal:
            call(f"{prefix}jobs.create", "docs")
        assert refusal.value.body["errors"][0]["code"] == 7020
        call(f"{prefix}delete", "docs")
        with pytest.raises(NotFoundError):
            call(f"{prefix}read", "docs")


def jobs_of_the_namespace(call):
    scope = {"name": "team"}
    (job,) = call("namespaces.instances.jobs.list", "docs", **scope)
    with pytest.raises(APIStatusError) as refusal:
        call("namespaces.instances.jobs.update", job.id, id="docs", action="cancel", **scope)
    assert refusal.value.body["errors"] == [{"code": 7046, "message": "job_cannot_be_cancelled"}]
    call("namespaces.instances.delete", "docs", **scope)
    call("namespaces.instances.create", id="docs", source="slow", **scope)
    job = call("namespaces.instances.jobs.create", "docs", **scope)
    cancelled = call("namespaces.instances.jobs.update", job.id, id="docs", action="cancel", **scope)
    assert cancelled.end_reason == "cancelled"
    call("namespaces.instances.delete", "docs", **scope)


def items(call):
    scope = {"id": "files", "name": "team"}
    call("namespaces.instances.create", **scope)
    file = {"file": ("a.md", b"Boats need paint."), "metadata": '{"year": 1999}', "wait_for_completion": True}
    item = call("namespaces.instances.items.upload", "files", name="team", file=file)
    assert (item.key, item.status, item.metadata["year"]) == ("a.md", "completed", 1999)
    assert [one.key for one in call("namespaces.instances.items.list", "files", name="team")] == ["a.md"]
    assert call("namespaces.instances.items.get", item.id, **scope).chunks_count == 1
    assert call("namespaces.instances.items.download", item.id, **scope).read() == b"Boats need paint."
    assert [one.text for one in call("namespaces.instances.items.chunks", item.id, **scope)] == ["Boats need paint."]
    again = {"next_action": "INDEX", "wait_for_completion": True}
    assert call("namespaces.instances.items.sync", item.id, **again, **scope).status == "completed"
    renewed = call("namespaces.instances.items.create_or_update", "files", name="team", key="a.md", **again)
    assert renewed.id == item.id
    log = list(call("namespaces.instances.items.logs", item.id, **scope))
    assert [line.action for line in log] == ["index", "index", "index"]


def across(call):
    options = {"instance_ids": ["files"]}
    found = call("namespaces.search", "team", query="boats", aisearch_options=options)
    assert found.chunks[0].instance_id == "files"
    answer = call("namespaces.chat_completions", "team", messages=USER, aisearch_options=options)
    assert answer.chunks[0].item.key == "a.md"
    (item,) = call("namespaces.instances.items.list", "files", name="team")
    assert call("namespaces.instances.items.delete", item.id, id="files", name="team").key == "a.md"


def test_the_sdk_understands_the_refusals(call):
    with pytest.raises(NotFoundError) as gone:
        call("instances.read", "nope")
    assert gone.value.body["errors"] == [{"code": 7002, "message": "ai_search_not_found"}]
    call("namespaces.create", name="team")
    with pytest.raises(ConflictError):
        call("namespaces.create", name="team")
