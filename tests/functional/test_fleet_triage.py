"""Triage of all instances by its keys: causes across instances, what it costs, what is missing, one throttled run."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from tests.functional.test_search import intercept
from tests.harness import Console, console
from tui.models import InstanceKey
from tui.ui.batch_window import BatchWindow
from tui.ui.items.fleet_triage import FleetTriageView
from tui.ui.items.triage import TriageView

FAILED = {"docs-search": 7, "billing-kb": 5, "hr-policies": 4, "support-faq": 3, "legacy-contracts": 1}
"""Failed items of the demo by instance."""


async def fleet_triage(seen: Console) -> FleetTriageView:
    """Open it by its key."""
    await seen.press(";")
    await seen.settle()
    screen = seen.app.screen
    assert isinstance(screen, FleetTriageView)
    return screen


def reads(seen: Console) -> list[str]:
    return [path for path in seen.received("GET", "/items") if "/items None" in path]


async def test_causes_across_instances_with_counts_per_instance(tmp_path: Path) -> None:
    billing = InstanceKey("support", "billing-kb")
    async with console(tmp_path, read_only=True) as seen:
        async for size in seen.in_windows([(120, 40), (80, 24)]):
            await seen.press("g")
            await seen.pass_time(0.4, 0.2)
            assert seen.store.state.selected != billing, size
            seen.emulator.received.clear()
            view = await fleet_triage(seen)
            await seen.until(lambda: "20 failed in 5 instances" in seen.text(), f"the causes at {size}")
            assert len(reads(seen)) == 6, f"one request an instance with failed or outdated items, no other: {size}"
            rows = {row.cause.name: row for row in view.tables.causes.shown}
            assert next(iter(rows)) == "all causes", size
            assert {key.id: len(items) for key, items in rows["all causes"].parts} == FAILED, size
            assert sum(len(row.cause.items) for name, row in rows.items() if name != "all causes") == 20, size
            await seen.press(*["j"] * list(rows).index("unsupported_type"))
            await seen.until(lambda: "Convert it to Markdown, text, HTML or PDF" in seen.text(), f"remedy at {size}")
            parts = {key.id: len(items) for key, items in rows["unsupported_type"].parts}
            assert parts == {"docs-search": 2, "billing-kb": 1}, size
            await seen.until(lambda: "support/billing-kb" in seen.text(), f"the instances at {size}")
            await seen.press("enter", "j", "enter")
            await seen.until(lambda: isinstance(seen.app.screen, TriageView), f"the triage of one at {size}")
            await seen.until(lambda: "Triage  support/billing-kb" in seen.text(), f"its title at {size}")
            assert seen.store.state.selected == billing, f"what is looked at is selected at {size}"
            await seen.press("q")
            assert "Read-only" not in seen.text(), size
            await seen.press("T")
            await seen.until(lambda: "Read-only" in seen.text(), f"that nothing can be written at {size}")
            await seen.press("q")
            assert len(seen.app.screen_stack) == 1, size


async def test_all_of_a_cause_is_resynced_over_its_instances_in_one_throttled_run(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        await fleet_triage(seen)
        await seen.press("T")
        await seen.sees("20 requests;")
        await seen.sees("and 2 more")
        assert not seen.received("PATCH")
        await seen.press("tab", "enter", "_")
        await seen.until(lambda: isinstance(seen.app.screen, BatchWindow), "its window")
        await seen.pass_time(1, 0.2)
        sent = len(seen.received("PATCH"))
        assert 2 <= sent < 20, "one after the other"
        await seen.pass_time(8, 0.2)
        await seen.sees("20 of 20, done")
        paths = seen.received("PATCH", "/items/")
        assert {name: sum(f"/{name}/" in path for path in paths) for name in FAILED} == FAILED
        before = len(reads(seen))
        await seen.press("enter")
        await seen.until(lambda: isinstance(seen.app.screen, FleetTriageView), "the causes again")
        assert len(reads(seen)) <= before + 5
        await seen.until(lambda: "20 failed" not in seen.text(), "what was re-synced was read again")


async def test_an_instance_with_outdated_items_only_is_there_with_those_that_carry_an_error(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        world = seen.emulator.world
        docs = world.instances.get("default", "api-reference")
        world.storage.run("UPDATE item SET status = 'outdated' WHERE instance = ?", docs.n)
        for error in ("invalid_pdf", "a reader that broke"):
            world.storage.run(
                "UPDATE item SET error = ? WHERE n IN (SELECT n FROM item WHERE instance = ? LIMIT 2)", error, docs.n
            )
            await seen.read_now()
            stats = seen.store.state.stats[InstanceKey("default", "api-reference")].value
            assert stats is not None, error
            assert stats.error == 0, error
            view = await fleet_triage(seen)
            await seen.until(lambda: "22 failed in 6 instances" in seen.text(), f"those with {error}")
            parts = {row.key.id: len(row.items) for row in view.tables.members.shown}
            assert parts == {**FAILED, "api-reference": 2}, error
            await seen.until(lambda: "default/api-reference" in seen.text(), f"the instance with {error}")
            await seen.press("q")


async def test_only_the_marked_instances_of_a_cause_are_resynced(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        await fleet_triage(seen)
        await seen.press("tab", "space", "G", "space", "T")
        await seen.sees("8 requests;")
        await seen.press("tab", "enter")
        await seen.pass_time(4, 0.2)
        await seen.sees("8 of 8, done")
        paths = seen.received("PATCH", "/items/")
        assert {name for name in FAILED if any(f"/{name}/" in path for path in paths)} == {
            "docs-search",
            "legacy-contracts",
        }


async def test_what_could_not_be_read_is_named_and_the_rest_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with console(tmp_path) as seen:
        intercept(monkeypatch, "hr-policies/items", lambda request: httpx.Response(403, json=FORBIDDEN))
        await fleet_triage(seen)
        await seen.sees("16 failed in 4 instances")
        await seen.sees("Not read: default/hr-policies (")
        assert any("triage" in notice.where for notice in seen.store.state.notices)


async def test_instances_that_nobody_counted_are_named(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        state = seen.store.state
        stats = {key: one for key, one in state.stats.items() if key.id != "billing-kb"}
        seen.store.update(stats=stats)
        await fleet_triage(seen)
        await seen.sees("15 failed in 4 instances")
        await seen.sees("Not counted yet, so not looked at: support/billing-kb")


async def test_many_requests_are_asked_for_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.ui.items.items.CHEAP", 4)
    async with console(tmp_path, (80, 24)) as seen:
        await seen.press(";")
        await seen.sees("6 instances with failed or outdated items")
        await seen.sees("6 requests;")
        await seen.press("escape")
        assert not reads(seen)
        await seen.press(";", "tab", "enter")
        await seen.sees("20 failed in 5 instances")


async def test_a_namespace_without_failed_items_is_calm(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        seen.session.service.narrow("platform")
        await fleet_triage(seen)
        await seen.sees("of the namespace platform")
        await seen.sees("No item has failed.")
        await seen.press("T")
        await seen.sees("No item has failed.")
        assert not reads(seen)


async def test_the_palette_knows_it(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        await seen.press(":", *"triage of all")
        await seen.sees("Triage of all")
        await seen.press("enter")
        await seen.until(lambda: isinstance(seen.app.screen, FleetTriageView), "the triage")


FORBIDDEN = {"success": False, "errors": [{"code": 10000, "message": "Authentication error"}], "result": None}
