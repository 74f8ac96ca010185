"""What the screen makes of faults: every pane keeps what it shows and says how old it is, and nothing pops up."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.harness import Console, console
from tests.trust.faults import FAULTS, LIES, Wire

pytestmark = pytest.mark.exhaustive

STORY = ("503", "429", "reset", "404")


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Wire:
    return Wire(monkeypatch)


async def filled(seen: Console) -> None:
    """An instance with counters, jobs and a log on the screen."""
    await seen.press(*"/docs-search", "enter")
    await seen.sees("Detail  default/docs-search")
    await seen.pass_time(12, 4)
    await seen.until(lambda: shows(seen), "all panes filled")


def shows(seen: Console) -> bool:
    """Whether the row, the counters, a job and a line of its log are on the screen."""
    job = seen.store.state.job
    text = seen.text()
    return job is not None and all(words in text for words in ("docs-search", "completed", job.id[:8], "sync ended"))


async def healed(seen: Console) -> None:
    """Until everything has been read again."""
    for _ in range(12):
        await seen.pass_time(20, 20)
        if "LIVE" in seen.text().splitlines()[0] and " old" not in seen.text():
            return
    raise AssertionError(seen.text())


async def test_one_trouble_after_the_other_leaves_the_screen_as_it_was(tmp_path: Path, wire: Wire) -> None:
    async with console(tmp_path) as seen:
        await filled(seen)
        for name in STORY:
            fault, badge = FAULTS[name]
            wire.fault = fault
            await seen.press("R")
            await seen.pass_time(12, 2)  # the retries of a read, a second or two apart
            await seen.pass_time(120, 60)
            text = seen.text()
            assert shows(seen), f"{name}\n{text}"
            assert badge in text.splitlines()[0], f"{name}\n{text}"
            titles = [line for line in text.splitlines() if "── Instances" in line or "── Jobs" in line]
            assert [line.count(" old") for line in titles] == [2, 1], f"each pane says its age: {name}\n{text}"
            wire.fault = None
            await healed(seen)
        assert not seen.app._notifications, "no toast for what the operator did not do"
        assert not seen.store.state.notices


async def test_replies_that_lie_crash_no_pane(tmp_path: Path, wire: Wire) -> None:
    async with console(tmp_path, judged=False) as seen:  # ids out of lies are no ids of the contract
        await filled(seen)
        for name, fault in LIES.items():
            wire.fault = fault
            await seen.press("R")
            await seen.pass_time(12, 6)
            await seen.press("2", "]", "]", "[", "[", "3", "enter", "enter", "escape", "1")
            assert seen.app.is_running, name
        wire.fault = None
        await seen.press("R")
        await healed(seen)
        await seen.sees("docs-search")


async def test_an_instance_that_somebody_deletes_goes_and_the_cursor_stays_sensible(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        await filled(seen)
        account = seen.emulator.account
        api = seen.session.service.api
        assert account
        await api.delete_instance(seen.store.state.selected)
        await seen.pass_time(15, 5)
        await seen.press("R")
        await seen.pass_time(5, 5)
        await seen.until(lambda: "docs-search" not in seen.text().split("Instances")[1].split("\n", 3)[2], "it is gone")
        assert "Traceback" not in seen.text()
        assert "LIVE" in seen.text().splitlines()[0]


async def test_items_that_could_never_be_read_are_asked_for_again_in_their_time(tmp_path: Path, wire: Wire) -> None:
    async with console(tmp_path) as seen:
        await filled(seen)
        wire.fault, wire.only = FAULTS["503"][0], "/items$"
        await seen.press("2", "]", "]")
        for _ in range(8):
            await seen.pass_time(6, 3)
        asked = wire.struck
        assert 0 < asked < 40, "again, in time, and no storm"
        wire.fault = None
        await seen.pass_time(20, 5)
        await seen.sees("offline-mode.md")
