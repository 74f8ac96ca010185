"""Triage by its keys: causes with their remedies, and the re-sync of all that one cause has stopped."""

from __future__ import annotations

import csv
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from tests.functional.test_items import DOCS, items_of
from tests.harness import Console, console
from tui.emulator import EmulatorConfig
from tui.errors import ServerFault
from tui.models import InstanceKey
from tui.ui.batch_window import BatchWindow
from tui.ui.items.item_view import ItemView
from tui.ui.items.triage import TriageView


async def triage(seen: Console, key: InstanceKey) -> TriageView:
    """Open triage of an instance from the instance list."""
    seen.app.screen.query_one("#instances-table").move_to(key)  # type: ignore[attr-defined]
    await seen.press("i")
    await seen.settle()
    screen = seen.app.screen
    assert isinstance(screen, TriageView)
    return screen


async def test_failed_items_by_cause_with_count_meaning_and_remedy(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        async for size in seen.in_windows([(120, 40), (80, 24)]):
            screen = await triage(seen, DOCS)
            await seen.until(lambda: "7 failed, 6 causes" in seen.text(), f"the causes at {size}")
            counts = [(cause.name, len(cause.items)) for cause in screen.tables.causes.shown]
            assert counts[0] == ("all causes", 7), size
            assert counts[1] == ("unsupported_type", 2), f"the most frequent first at {size}"
            assert sum(count for _, count in counts[1:]) == 7, size
            await seen.press("j")
            await seen.until(lambda: "Convert it to Markdown, text, HTML or PDF" in seen.text(), f"remedy at {size}")
            assert "downloads/label-samples.zip" in seen.text(), size
            await seen.press("j")
            await seen.until(lambda: "guides/offline-mode.md" in seen.text(), f"the next one at {size}")
            await seen.press("enter", "enter")
            await seen.until(lambda: isinstance(seen.app.screen, ItemView), f"the item at {size}")
            await seen.press("q", "q")
            assert len(seen.app.screen_stack) == 1, size


async def test_a_whole_cause_is_resynced_with_progress_and_the_warning(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        await triage(seen, DOCS)
        await seen.press("j", "T")
        await seen.sees("They fail again unless the cause is fixed.")
        await seen.sees("2 requests;")
        await seen.press("tab", "enter")
        await seen.pass_time(1, 0.2)
        await seen.sees("2 of 2, done")
        sent = seen.received("PATCH", "docs-search/items")
        assert len(sent) == 2
        assert all("INDEX" in one for one in sent)
        await seen.press("enter")
        assert isinstance(seen.app.screen, TriageView)
        await seen.sees("5 failed, 5 causes")


@pytest.mark.parametrize("stop", [("left", "enter"), ("enter", "minus")], ids=["by its button", "by its key"])
async def test_a_long_batch_is_left_to_itself_and_stopped(tmp_path: Path, stop: tuple[str, ...]) -> None:
    async with console(tmp_path) as seen:
        await items_of(seen, DOCS)
        await seen.press("g", "space", "G", "v", "T")
        await seen.sees("41 requests;")
        await seen.sees("about 20s")
        await seen.press("tab", "enter", "_")
        await seen.until(lambda: isinstance(seen.app.screen, BatchWindow), "its window")
        await seen.pass_time(3, 0.5)
        await seen.press("enter")
        await seen.until(lambda: len(seen.app.screen_stack) == 1, "the window closed")
        before = len(seen.received("PATCH", "docs-search/items"))
        assert 4 <= before < 12, "half of the budget at most"
        await seen.pass_time(2, 0.5)
        assert len(seen.received("PATCH", "docs-search/items")) > before, "it goes on"
        assert "/41" in seen.text().splitlines()[0]
        await seen.press("T")
        await seen.until(lambda: isinstance(seen.app.screen, BatchWindow), "its window again")
        await seen.press(*stop)
        await seen.pass_time(1, 0.5)
        await seen.sees("stopped")
        after = len(seen.received("PATCH", "docs-search/items"))
        await seen.pass_time(5, 1)
        assert len(seen.received("PATCH", "docs-search/items")) == after
        assert not seen.store.state.busy


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_every_failed_item_is_resynced_from_the_first_row_in_four_keys(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    async with console(tmp_path, size) as seen:
        screen = await triage(seen, DOCS)
        wanted = {item.id for cause in screen.tables.causes.shown for item in cause.items}
        await seen.press("T")
        await seen.sees("Re-sync items")
        await seen.sees("all causes")
        await seen.sees("7 requests;")
        await seen.press("tab", "enter")
        await seen.pass_time(3, 0.2)
        await seen.sees("7 of 7, done")
        sent = seen.received("PATCH", "docs-search/items")
        assert len(sent) == 7
        assert all(any(item_id in one for one in sent) for item_id in wanted)


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_from_a_cause_to_the_review_of_the_rule_that_silences_it(tmp_path: Path, size: tuple[int, int]) -> None:
    async with console(tmp_path, size) as seen:
        await triage(seen, DOCS)
        await seen.press("X")
        await seen.sees("Choose one cause")
        await seen.press("j", "X")
        await seen.sees("Change docs-search?")
        for rule in ('"drafts/**"', '"**/*.bin"', '"**/*.zip"'):
            assert rule in seen.text()
        assert not seen.received("PUT"), "nothing is sent before it was reviewed"
        await seen.press("tab", "enter")
        await seen.until(lambda: seen.received("PUT"), "the change")
        body = seen.emulator.received[-1].body or next(
            one.body for one in seen.emulator.received if one.method == "PUT"
        )
        assert "drafts/**" in str(body)
        sent = next(one.body for one in seen.emulator.received if one.method == "PUT")
        assert sent["source_params"]["exclude_items"] == ["drafts/**", "**/*.bin", "**/*.zip"]
        await seen.until(lambda: isinstance(seen.app.screen, TriageView), "back in triage")


async def test_exclusion_needs_a_source_and_takes_no_ending_whole_that_good_documents_have(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        builtin = next(one.key for one in seen.store.state.fleet.value if not one.has_source and not one.paused)
        await triage(seen, builtin)
        await seen.press("X")
        await seen.sees("no path rules")
        await seen.press("q")
        screen = await triage(seen, DOCS)
        names = [cause.name for cause in screen.tables.causes.shown]
        await seen.press(*["j"] * names.index("invalid_pdf"), "X")
        await seen.sees('"guides/old-depot-diagram.pdf"')
        assert "**/*.pdf" not in seen.text()
        await seen.press("escape", "escape")
        await seen.until(lambda: isinstance(seen.app.screen, TriageView), "the form is left")
        await seen.press("g", *["j"] * names.index("over_size"), "X")
        await seen.sees("Change docs-search?")
        assert not seen.received("PUT")


async def test_exclusion_needs_the_right_to_write(tmp_path: Path) -> None:
    async with console(tmp_path, read_only=True) as seen:
        await triage(seen, DOCS)
        await seen.press("j", "X")
        await seen.sees("Read-only")


async def test_a_failure_of_one_is_told_and_the_others_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(tmp_path) as seen:
        await triage(seen, DOCS)
        real, calls = type(seen.session.service.api).sync_item, []

        async def flaky(self: object, *args: object) -> object:
            calls.append(args)
            if len(calls) == 1:
                raise ServerFault("The re-sync could not start", "", "Press T again in a minute.", http=503, code=7044)
            return await real(self, *args)  # type: ignore[arg-type]

        monkeypatch.setattr(type(seen.session.service.api), "sync_item", flaky)
        await seen.press("j", "T", "tab", "enter", "_")
        await seen.pass_time(1, 0.2)
        await seen.sees("2 of 2, 1 failed, done")
        await seen.sees("The re-sync could not start")
        assert len(calls) == 2, "nothing is repeated"


async def test_all_failed_items_can_be_saved_privately(tmp_path: Path) -> None:
    target = tmp_path / "failed.csv"
    async with console(tmp_path) as seen:
        await triage(seen, DOCS)
        await seen.press("s")
        seen.app.screen.query_one("#path").value = str(target)  # type: ignore[attr-defined]
        await seen.press("tab", "enter")
        await seen.until(lambda: target.exists(), "the file")
        rows = list(csv.DictReader(target.open()))
        assert len(rows) == 7
        assert {"key", "error", "remedy"} <= rows[0].keys()
        assert stat.S_IMODE(target.stat().st_mode) == 0o600


async def test_calm_and_unreadable_instances_say_so(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        await triage(seen, InstanceKey("default", "api-reference"))
        await seen.sees("No item has failed.")
        await seen.press("T")
        await seen.sees("No item has failed.")
        await seen.press("q")
        config = seen.emulator.config
        seen.emulator.config = replace(config, permitted=False)
        await triage(seen, DOCS)
        await seen.until(lambda: "Reading" not in seen.text(), "an answer")
        assert "7 failed" not in seen.text()
        assert seen.store.state.connection.error or "permission" in seen.text().lower()


async def test_very_many_failures_come_in_parts_and_what_was_not_read_is_said_before_all_are_resynced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.ui.items.triage.AT_ONCE", 3)
    async with console(tmp_path, config=EmulatorConfig(max_per_page=2, over_max="clamp")) as seen:
        await triage(seen, DOCS)
        await seen.sees("of 7: m reads more")
        before = len(seen.received("GET", "docs-search/items"))
        assert before == 2
        await seen.press("T")
        await seen.sees("3 more that were not read yet")
        await seen.press("escape")
        assert not seen.received("PATCH")
        await seen.press("m")
        await seen.settle()
        await seen.press("m")
        await seen.settle()
        await seen.sees("7 failed, 6 causes")
