"""The log as a place to go to: a line, a share, a time; errors in a ring with their number; one job's facts."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.functional.log_world import reading
from tests.functional.test_writes import go_to
from tests.harness import Console, console
from tui.emulator import EmulatorConfig
from tui.models import Job, job_state
from tui.ui.jobs.facts import meaning


def bottom(seen: Console) -> str:
    return seen.text().splitlines()[-1].strip()


def cursor(seen: Console) -> str:
    line = seen.app.screen.query_one("#log-view").current_line  # type: ignore[attr-defined]
    return line.text if line else ""


async def typed(seen: Console, command: str) -> None:
    await seen.press(":", *command.replace(" ", "|").replace("|", " "), "enter")
    await seen.pass_time(0.4, 0.2)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80", "120"])
async def test_a_line_a_share_and_beyond(size: tuple[int, int], tmp_path: Path) -> None:
    async with reading(tmp_path, 3_000, size, config=EmulatorConfig(max_per_page=100)) as (seen, _):
        before = len(seen.received("GET", "logs"))
        await typed(seen, "line 1234")
        await seen.until(lambda: cursor(seen) == "line 1234", "the line")
        await seen.sees("Line 1,234 of 3,000, 2026-")
        assert len(seen.received("GET", "logs")) - before <= 6
        await typed(seen, "50%")
        await seen.until(lambda: cursor(seen) in ("line 1500", "line 1501"), "the middle")
        await typed(seen, "7")
        await seen.until(lambda: cursor(seen) == "line 7", "a bare number is a line")
        await typed(seen, "line 99,999")
        await seen.until(lambda: cursor(seen) == "line 3000", "the last line")
        await seen.sees("The log ends before line 99,999: line 3,000 of 3,000")


UNREADABLE = {
    "line x": "x is not a line number",
    "time noon": "noon is not a time",
    "line 140%": "not a share",
    "line": "Go to a line of the log, or to a part of it.",
}
"""Commands and what is said of them."""


async def test_what_cannot_be_read_is_said_and_what_was_typed_stays(tmp_path: Path) -> None:
    async with reading(tmp_path, 30) as (seen, _):
        for command, words in UNREADABLE.items():
            await seen.press(":", *command, "enter")
            await seen.sees(words)
            assert command in seen.text(), command
            while len(seen.app.screen_stack) > 1:
                await seen.press("escape")


async def test_a_time(tmp_path: Path) -> None:
    async with reading(tmp_path, 1) as (seen, logs):
        for _ in range(40):
            seen.time.advance(60)
            logs.write(20)
        await seen.press("F")
        await seen.pass_time(12, 1)
        await seen.press("t")
        await typed(seen, "time 14:20")
        await seen.until(lambda: "14:20" in bottom(seen), "where it landed")
        assert "UTC" in bottom(seen)
        await typed(seen, "time 03:00")
        await seen.sees("The log begins after 03:00")
        assert cursor(seen) == "line 1"


async def test_from_another_pane_it_goes_to_the_log(tmp_path: Path) -> None:
    async with console(tmp_path, (80, 24)) as seen:
        await seen.pass_time(2, 0.5)
        await typed(seen, "line 2")
        await seen.sees("Line 2")
        assert seen.app.screen.focused is seen.app.screen.query_one("#log-view")


TITLES = {
    "bucket_unauthorized": "Log  39ffc580 ── ENDED bucket_unauthorized · 2 errors ──",
    "error_fetching_public_robots_txt": "Log ──── ENDED error_fetching_public_robots_txt · ✗ 2 ──",
    "cancelled by somebody else while it ran on": "Log ─ ENDED cancelled by somebody else while i… · ✗ 2 ──",
    "timeout": "Log  39ffc580 ──── ENDED timeout · 2 errors · 3 lines ──",
}
"""Reasons why a job has ended, and the title of its log."""


async def test_the_title_keeps_the_end_reason_whole_while_anything_else_can_give_way(tmp_path: Path) -> None:
    async with console(tmp_path, (120, 40)) as seen:
        world, before = seen.emulator.world, "bucket_unauthorized"
        for reason, title in TITLES.items():
            with world.lock, world.storage.transaction():
                world.storage.run("UPDATE job SET end_reason = ? WHERE end_reason = ?", reason, before)
            before = reason
            await seen.press("R")
            await seen.pass_time(12, 1)
            await seen.sees(title)


async def test_errors_go_round_and_say_which_of_how_many(tmp_path: Path) -> None:
    async with reading(tmp_path, 40) as (seen, logs):
        for number in (1, 2, 3):
            logs.say(f"doc-{number}.pdf failed: invalid_pdf")
            logs.write(10)
        await seen.press("F")
        await seen.pass_time(3, 1)
        assert "3 error lines" in seen.text().splitlines()[1]
        found = []
        for _ in range(4):
            await seen.press("e")
            found.append((cursor(seen)[:5], bottom(seen).rstrip(".")))
        assert [name for name, _ in found] == ["doc-1", "doc-2", "doc-3", "doc-1"]
        assert found[1][1] == "Error 2 of 3"
        assert found[3][1] == "Error 1 of 3, from the top again"
        await seen.press("E")
        assert bottom(seen) == "Error 3 of 3, from the end again."
        await seen.press("E")
        assert bottom(seen) == "Error 2 of 3."


async def test_the_number_of_errors_claims_no_more_than_was_read(tmp_path: Path) -> None:
    async with reading(tmp_path, 20, config=EmulatorConfig(max_per_page=20)) as (seen, logs):
        logs.say("early.pdf failed: invalid_pdf")
        logs.write(400)
        logs.say("late.pdf failed: invalid_pdf")
        logs.write(5)
        await seen.press("{", "}")
        await seen.pass_time(3, 0.5)
        await seen.press("E")
        await seen.until(lambda: cursor(seen).startswith("late"), "the error that is loaded")
        assert "1+ error lines" in seen.text().splitlines()[1]
        assert "Error 1 of 1 in the " in bottom(seen)
        assert "looks at the rest" in bottom(seen)


FACTS = (
    "default/docs-search",
    "user: somebody started it",
    "started",
    "last seen",
    "ended",
    "took",
    "note",
    "It ran to its end",
)


async def test_one_jobs_facts_on_enter_copied_and_back(tmp_path: Path) -> None:
    async with console(tmp_path, (80, 24)) as seen:
        await go_to(seen, "default", "docs-search")
        await seen.pass_time(2, 0.5)
        job = next(iter(seen.store.state.selected_jobs.value or ()))
        main = seen.app.screen
        jobs, log = main.query_one("#jobs-table"), main.query_one("#log-view")
        async for size in seen.in_windows([(80, 24), (120, 40)]):
            await seen.press("3", "enter")
            await seen.until(lambda: job.id in seen.text(), f"the facts at {size}")
            text = seen.text()
            for word in FACTS:
                assert word in text, (word, size)
            seen.app._clipboard = ""
            await seen.press("c")
            await seen.until(lambda: f"job: {job.id}" in seen.app._clipboard, f"copied at {size}")
            await seen.press("escape")
            assert len(seen.app.screen_stack) == 1, size
            assert main.focused is jobs, size
            await seen.press("enter", "l")
            await seen.until(lambda: main.focused is log, f"its log at {size}")
            await seen.press("3", "l")
            await seen.until(lambda: main.focused is log, f"its log at {size}")


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("new_job_has_started", "Another job was started"),
        ("job_start_failed", "could not be started"),
        ("cancelled", "Somebody cancelled it"),
        ("timeout", "It failed"),
        ("paused_blocked_by_content_signal", "signal"),
        ("xyz", "does not know"),
        (None, "It ran to its end"),
    ],
)
def test_what_an_end_means_is_said(reason: str | None, words: str) -> None:
    one = Job(id="j", started_at="2026-03-01T00:00:00Z", ended_at="2026-03-01T00:01:00Z", end_reason=reason)
    assert words.casefold() in meaning(one, job_state(one, 0.0)).casefold()
