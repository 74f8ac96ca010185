"""While keys are pressed no pane becomes higher or lower for what comes into it; when the hand rests all fit."""

from __future__ import annotations

from pathlib import Path

from textual import events

from tests.harness import Console, console
from tui.ui.idle import IdleWatch
from tui.ui.instances.detail_pane import DetailPane
from tui.ui.instances.text_tabs import OverviewTab
from tui.ui.jobs.pane import JobsPane
from tui.ui.kit.text_lines import TextLines


def heights(seen: Console) -> tuple[int, ...]:
    """Lines of detail, jobs, and of the text as it is laid out."""
    screen = seen.app.screen
    return *(screen.query_one(kind).size.height for kind in (DetailPane, JobsPane)), text_height(seen)


def text_height(seen: Console) -> int:
    return seen.app.screen.query_one("OverviewTab TextLines", TextLines).size.height


async def test_panes_keep_their_heights_under_the_hand_and_fit_when_it_rests(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        await seen.pass_time(0.6, 0.2)
        found = {heights(seen)}
        for _ in range(6):
            before = heights(seen)
            await seen.press("j")
            assert heights(seen) == before
            selected = seen.store.state.selected
            assert selected
            assert f"── Detail  {selected}" in seen.text(), "what is in them is of the instance under the cursor"
            await seen.pass_time(0.6, 0.2)
            assert text_height(seen) == seen.app.screen.query_one(OverviewTab).lines
            found.add(heights(seen))
        assert len(found) > 3


async def test_the_focus_changes_heights_at_once(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        await seen.pass_time(0.6, 0.2)
        before = heights(seen)
        await seen.press("j", "4")
        assert heights(seen) != before


def test_a_clock_that_is_set_back_holds_nothing() -> None:
    now = [5000.0]
    watch = IdleWatch(lambda: now[0], lambda slow: None)
    watch.see(events.Key("j", "j"))
    assert not watch.still
    assert not watch.resting
    now[0] -= 3600
    assert watch.still
    assert watch.resting
