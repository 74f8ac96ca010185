"""PUT against the emulator, which replaces nested objects wholesale: nothing that was not changed is ever lost."""

import asyncio
import copy
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tui.api.client import Client
from tui.models.put_body import SERVER_OWNED, same

from .shapes import shaped
from .world import DOCS, World

HOSTS = st.lists(st.sampled_from(["a.example", "b.example"]), unique=True, max_size=2)
SWITCH = st.fixed_dictionaries({}, optional={"disabled": st.booleans()})
RATE = {"requests": st.integers(1, 99), "period_ms": st.sampled_from([60000, 600000])}
ENDPOINT = st.fixed_dictionaries(
    {},
    optional={
        "authorized_hosts": HOSTS,
        "mcp": SWITCH,
        "search_endpoint": SWITCH,
        "chat_completions_endpoint": SWITCH,
        "rate_limit": st.fixed_dictionaries({}, optional={**RATE, "technique": st.sampled_from(["fixed", "sliding"])}),
    },
)
WANTED = st.fixed_dictionaries(
    {},
    optional={
        "public_endpoint_params": ENDPOINT,
        "paused": st.booleans(),
        "score_threshold": st.sampled_from([0, 0.25, 1]),
        "max_num_results": st.integers(1, 50),
        "retrieval_options": st.fixed_dictionaries({"keyword_match_mode": st.sampled_from(["and", "or"])}),
        "indexing_options": st.fixed_dictionaries({}, optional={"use_ocr": st.booleans()}),
        "source_params": st.fixed_dictionaries({}, optional={"include_items": HOSTS, "prefix": st.just("guides/")}),
        "custom_metadata": st.just([{"field_name": "team", "data_type": "text"}]) | st.just([]),
        "system_prompt_ai_search": shaped({"type": "string"}),
    },
)
START = {
    "public_endpoint_params": {
        "enabled": True,
        "default_domain_enabled": False,
        "custom_domains": ["search.example.com"],
        "authorized_hosts": ["x.example"],
        "rate_limit": {"requests": 5, "period_ms": 60000, "technique": "fixed"},
    },
    "retrieval_options": {"keyword_match_mode": "or"},
    "source_params": {"prefix": "docs/", "include_items": ["**/*.md"]},
}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, Client]]:
    """One world with one instance that has something in each nested object."""
    world = World(tmp_path_factory.mktemp("put"), rate_limit=0)
    world.bucket("b", {"a.md": "x"})
    client = world.client()
    asyncio.run(client.create_instance("default", {"id": "docs", "type": "r2", "source": "b", **START}))
    yield world, client
    world.emulator.close()


def over(old: Any, new: Any) -> Any:
    """`new` laid over `old`, objects at every depth: what an operator expects of a change."""
    if not isinstance(old, dict) or not isinstance(new, dict):
        return new
    return {**old, **{name: over(old.get(name), value) for name, value in new.items()}}


def settings_of(document: dict[str, Any]) -> dict[str, Any]:
    return {name: copy.deepcopy(value) for name, value in document.items() if name not in SERVER_OWNED}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wanted=WANTED)
async def test_a_change_changes_that_and_nothing_else(place: tuple[World, Client], wanted: dict[str, Any]):
    world, client = place
    client._wire._http = None  # each example has an event loop of its own
    before = settings_of((await client.get_instance(DOCS)).exact)
    world.emulator.received.clear()
    await client.change_instance(DOCS, wanted)
    after = settings_of((await client.get_instance(DOCS)).exact)
    assert same(after, over(before, wanted))
    puts = [entry.body for entry in world.emulator.received if entry.method == "PUT"]
    changed = {name for name in wanted if not same(before.get(name), over(before.get(name), wanted[name]))}
    assert [set(body) for body in puts] == ([changed] if changed else [])
    for body in puts:
        if "public_endpoint_params" in body:
            assert before["public_endpoint_params"].keys() <= body["public_endpoint_params"].keys()


def test_sent_alone_a_part_of_the_endpoint_would_lose_the_rest(place: tuple[World, Client]):
    """The premise of it all: the emulator does replace wholesale, so the property above can fail."""
    _, client = place

    async def partly() -> dict[str, Any]:
        client._wire._http = None
        whole = (await client.get_instance(DOCS)).exact["public_endpoint_params"]
        await client.update_instance(DOCS, {"public_endpoint_params": {"enabled": True}})
        lost = (await client.get_instance(DOCS)).exact["public_endpoint_params"]
        await client.update_instance(DOCS, {"public_endpoint_params": whole})
        return lost

    assert asyncio.run(partly())["default_domain_enabled"] is True
