"""Sync of the marked instances by its keys: the dialog, one after the other, an outcome for each, and stopping."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tests.functional.test_writes import audit, go_to
from tests.harness import Console, console
from tui.models import InstanceKey
from tui.ui.batch_window import BatchWindow
from tui.ui.kit.dialog import Confirm
from tui.ui.kit.text_dialog import TextDialog


async def mark(seen: Console, keys: Sequence[InstanceKey]) -> None:
    """Mark these instances, and no others."""
    await mark_also(seen, keys)
    assert seen.app.screen.query_one("#instances-table").marks == set(keys)


async def mark_also(seen: Console, keys: Sequence[InstanceKey]) -> None:
    """Mark these instances too."""
    for key in keys:
        assert seen.app.screen.query_one("#instances-table").move_to(key)
        await seen.press("space")


def started(seen: Console) -> list[str]:
    """Ids of the instances for which a job was asked, in the order of the requests."""
    return [path.split("/instances/")[1].split("/")[0] for path in seen.received("POST", "/jobs")]


FRESH = [InstanceKey("archive", "museum-catalogue"), InstanceKey("default", "api-reference")]
HANDBOOK = InstanceKey("default", "handbook")
BUILT_IN = InstanceKey("default", "hr-policies")


async def test_the_dialog_lists_them_their_cost_and_who_is_left_out(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        await go_to(seen, "default", "handbook")
        await seen.until(lambda: seen.store.state.job, "its running job is known")
        await mark(seen, [*FRESH, HANDBOOK, BUILT_IN])
        await seen.press("S")
        await seen.until(lambda: isinstance(seen.app.screen, Confirm), "the dialog")
        facts = dict(seen.app.screen.facts())
        assert facts["Instances"] == "2 of 4 marked, 2 skipped"
        assert facts["Cost"].startswith("4 requests of ")
        assert "Acme" in facts["Account"]
        text = seen.text()
        assert "archive/museum-catalogue" in text
        assert "would be ended" in text
        assert "built-in storage" in text
        assert seen.app.screen.focused.id == "cancel"
        await seen.press("enter")
        assert not seen.received("POST")


async def test_the_hint_counts_what_could_be_synced_and_with_none_there_is_no_question(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        await mark(seen, [BUILT_IN])
        await seen.sees("S sync 0")
        await seen.press("S")
        await seen.until(lambda: isinstance(seen.app.screen, TextDialog), "why")
        await seen.sees("built-in storage has no source to sync")
        await seen.press("q")
        await mark_also(seen, FRESH)
        await seen.sees("S sync 2")
        await seen.press("u")
        await seen.until(lambda: "S sync 2" not in seen.text(), "the marks cleared")


async def test_each_is_synced_once_staggered_and_told_at_the_end(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        await mark(seen, [*FRESH, HANDBOOK, BUILT_IN])
        await seen.press("S", "tab", "enter")
        await seen.until(lambda: seen.store.state.doing, "it runs")
        assert len(seen.app.screen_stack) == 1, "no window takes the keys"
        await seen.sees("Sync of 2 instances runs: _ shows each, - stops it.")
        await seen.press("_")
        await seen.sees("SYNC ")
        assert len(started(seen)) <= 1, "not all at once"
        for _ in range(40):
            await seen.pass_time(0.2, 0.2)
            if not seen.store.state.doing:
                break
        assert isinstance(seen.app.screen, BatchWindow)
        await seen.sees("2 of 2, 2 skipped, done")
        assert sorted(started(seen)) == ["api-reference", "museum-catalogue"]
        text = seen.text()
        assert text.count(" started. job ") == 2
        assert "would be ended" in text
        assert "built-in storage has no source to sync" in text
        assert {line["target"] for line in audit(tmp_path)} == {str(key) for key in FRESH}
        await seen.press("escape")
        assert not seen.app.screen.query_one("#instances-table").marks


async def test_it_stops_between_two_and_says_what_was_not_begun(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        await mark(seen, FRESH)
        await seen.press("S", "tab", "enter")
        await seen.until(lambda: len(started(seen)) == 1, "the first one")
        await mark(seen, FRESH[:1])
        await seen.press("S")
        await seen.until(lambda: isinstance(seen.app.screen, BatchWindow), "one at a time: its window again")
        await seen.press("escape", "minus")
        await seen.until(lambda: not seen.store.state.doing, "the end")
        await seen.sees("1 of 2, stopped")
        assert len(started(seen)) == 1


async def test_the_window_shows_what_was_not_begun(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        await mark(seen, FRESH)
        await seen.press("S", "tab", "enter")
        await seen.until(lambda: len(started(seen)) == 1, "the first one")
        await seen.press("_", "left", "enter")
        await seen.sees("not begun: It was stopped before its turn.")
        assert len(started(seen)) == 1


async def test_the_end_is_shown_and_nothing_opens_by_itself(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        await mark(seen, FRESH)
        await seen.press("S", "tab", "enter")
        await seen.until(lambda: len(started(seen)) == 1, "the first one")
        await seen.press("colon", *"filter")
        for _ in range(20):
            await seen.pass_time(0.2, 0.2)
        await seen.until(lambda: len(started(seen)) == 2 and not seen.store.state.doing, "the end")
        assert ": filter" in seen.text()
        assert len(seen.app.screen_stack) == 2, "the palette alone"
        await seen.sees("2 of 2, done. _ shows each.")
        await seen.press("escape")
        await seen.sees("2 of 2, done. _ shows each.")
        await seen.press("_")
        await seen.until(lambda: isinstance(seen.app.screen, BatchWindow), "the window of the one that ended")
        await seen.until(lambda: seen.text().count(" started. job ") == 2, "the outcome of each")


async def test_where_nothing_may_be_written_nothing_is_begun(tmp_path: Path) -> None:
    async with console(tmp_path, read_only=True) as seen:
        await mark(seen, FRESH)
        await seen.press("S")
        await seen.sees("Read-only")
        await seen.press("minus")
        await seen.sees("Nothing runs in the background.")


async def test_a_long_list_leaves_the_buttons_on_a_small_screen(tmp_path: Path) -> None:
    async with console(tmp_path, (80, 24)) as seen:
        await seen.press("G", "v", "g", "v", "S")
        await seen.sees("of 17 marked")
        assert "Cancel" in seen.text()
        assert "Note (optional)" in seen.text()
