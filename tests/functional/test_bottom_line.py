"""What became of an action stands in the bottom line until the next key, and is kept; no window opens by itself."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.functional.test_writes import go_to
from tests.harness import Console, console
from tui.config import CustomCommand
from tui.state.store import KEPT_OUTCOMES
from tui.ui.help.errors import Errors
from tui.ui.kit.text_dialog import TextDialog


def bottom(seen: Console) -> str:
    return seen.text().splitlines()[-1].strip()


SIZES = [(80, 24), (120, 40)]
ACTS = {
    ("S", "tab", "enter"): "Sync of {} started: job ",
    ("P", "tab", "enter"): "Indexing of {} paused",
    ("K", "tab", "enter"): "{}",
    ("c", "enter"): "Copied the id: ",
}
# An instance each: what is done to one cannot be done again.
PLACES = {
    ("default", "api-reference"): ((80, 24), False),
    ("default", "release-notes"): ((80, 24), True),
    ("support", "billing-kb"): ((120, 40), False),
    ("default", "docs-search"): ((120, 40), True),
}


async def test_the_outcome_stands_until_the_next_key(tmp_path: Path) -> None:
    async with console(tmp_path, (80, 24)) as seen:
        for (namespace, name), (size, zoomed) in PLACES.items():
            await seen.pilot.resize_terminal(*size)
            await seen.press("escape", *["z"] * zoomed)
            for keys, outcome in ACTS.items():
                words, case = outcome.format(name), f"{outcome} {size}, zoomed: {zoomed}"
                await go_to(seen, namespace, name)
                assert ("── Detail" in seen.text()) is not zoomed, case
                await seen.press(*keys)
                await seen.until(lambda w=words: w in bottom(seen) and bottom(seen).startswith("●"), case)
                assert not seen.app._notifications, f"once: {case}"
                await seen.pass_time(120, 30)
                assert words in bottom(seen), f"nobody has looked yet: {case}"
                await seen.press("j")
                assert words not in bottom(seen), case
                assert "? help" in bottom(seen) or "help" in bottom(seen), case


async def test_an_error_stands_there_too(tmp_path: Path) -> None:
    async with console(tmp_path, (80, 24)) as seen:
        await go_to(seen, "default", "api-reference")
        seen.emulator.config = replace(seen.emulator.config, permitted=False)
        await seen.press("z", "P", "tab", "enter")
        await seen.until(lambda: bottom(seen).startswith("✗"), "the error")
        seen.app.clear_notifications()
        await seen.pass_time(60, 20)
        assert bottom(seen).startswith("✗")


async def test_the_list_has_the_good_ones_too_and_each_can_be_copied(tmp_path: Path) -> None:
    async with console(tmp_path, (100, 30)) as seen:
        await go_to(seen, "default", "api-reference")
        await seen.press("P", "tab", "enter")
        await seen.sees("● Indexing of api-reference paused")
        await seen.pass_time(2, 1)
        await seen.press("S", "tab", "enter")
        await seen.sees("● Sync of api-reference started")
        await seen.press("!")
        await seen.sees("Errors and outcomes")
        await seen.sees("0 errors, 2 outcomes")
        assert seen.text().count("done ") >= 2
        job = seen.received("POST", "api-reference/jobs")
        assert job
        await seen.press("c")
        await seen.until(lambda: "job " in (seen.app._clipboard or ""), "the whole text of the newest")
        await seen.press("j", "c")
        await seen.until(lambda: len(seen.store.state.achieved) >= 3, "the copy is an outcome itself")
        await seen.press("d")
        await seen.until(lambda: not isinstance(seen.app.screen, Errors), "closed")
        assert not seen.store.state.achieved


async def test_the_last_fifty_are_kept(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        for _ in range(KEPT_OUTCOMES + 3):
            await seen.press("c", "enter")
        assert len(seen.store.state.achieved) == KEPT_OUTCOMES


async def test_a_long_path_is_cut_in_its_middle_and_whole_in_the_list(tmp_path: Path) -> None:
    folder = tmp_path / ("a-folder-with-a-very-long-name-" * 4)
    folder.mkdir()
    async with console(tmp_path) as seen:
        async for width, _ in seen.in_windows(SIZES):
            path = str(folder / f"rows-of-{width}.csv")
            await seen.press("s")
            await seen.until(lambda: seen.app.screen.query("#path"), "the question where")
            seen.app.screen.query_one("#path").value = path  # type: ignore[attr-defined]
            await seen.press("tab", "enter")
            await seen.until(lambda: "Saved" in bottom(seen), f"the outcome, {width}")
            assert bottom(seen).startswith("● Saved 17 rows, 2.7 kB: /"), width
            assert bottom(seen).endswith(f"rows-of-{width}.csv")
            assert "…" in bottom(seen), width
            await seen.press("!")
            await seen.until(
                lambda p=path: p in "".join(part.strip() for part in seen.text().splitlines()),
                f"the whole path, {width}",
            )
            await seen.press("escape")


async def test_the_output_of_a_command_opens_only_for_who_waits_for_it(tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    program = (
        f"import pathlib,time\nwhile not pathlib.Path({str(gate)!r}).exists(): time.sleep(0.01)\nprint('its word')"
    )
    own = CustomCommand(name="own", keys="9", place="instances", title="Own", run=(sys.executable, "-c", program))
    async with console(tmp_path, commands=[own]) as seen:
        for busy in (True, False):  # the first, since the list would have the word of an earlier one
            gate.unlink(missing_ok=True)
            await seen.press("9")
            await seen.sees("Own is running.")
            if busy:  # elsewhere
                await seen.press("j")
            gate.touch()
            await seen.sees("Own: done")
            await seen.until(lambda b=busy: isinstance(seen.app.screen, TextDialog) or b, "its output")
            assert isinstance(seen.app.screen, TextDialog) is not busy
            if busy:
                await seen.press("!")
            await seen.sees("its word")
            await seen.press("escape")


READ = {"M": "the configuration of", "C": "the configuration of", "N": "the service tokens"}


@pytest.mark.parametrize("works", [True, False], ids=["read", "not read"])
async def test_what_is_being_read_goes_when_it_is_read_or_cannot_be(works: bool, tmp_path: Path) -> None:
    async with console(tmp_path, (40, 24)) as seen:
        await go_to(seen, "default", "api-reference")
        seen.emulator.config = replace(seen.emulator.config, permitted=works)
        for key, what in READ.items():
            await seen.press(key)
            await seen.pass_time(3, 0.5)
            await seen.until(lambda w=what: f"Reading {w[:12]}" not in seen.text(), f"the end of reading for {key}")
            assert not [one for one in seen.app._notifications if "Reading" in one.message], key
            await seen.press("escape")
            assert "Reading" not in seen.text(), key
            assert len(seen.app.screen_stack) == 1, key


async def test_the_end_of_a_refresh_takes_its_words_away(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        await seen.press("R")
        await seen.pass_time(3, 0.5)
        assert "Refreshing" not in seen.text()


async def test_nothing_claims_to_be_read_while_polling_is_paused(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        for place in (("3",), ("2", "]"), ("2", "]", "]", "]")):  # the jobs, the configuration, and from there the JSON
            await seen.press("1", "=", "j", "j", "j", *place)
            await seen.pass_time(3, 0.5)
            await seen.sees("Not read: polling is paused.")
            await seen.press("=")
            await seen.pass_time(4, 0.5)
            await seen.until(
                lambda: "Not read" not in seen.text() and "Reading" not in seen.text(), f"it was read: {place}"
            )


async def test_no_toast_covers_the_whole_text_of_an_error(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        async for size in seen.in_windows(SIZES):
            # Another one each: of the first the console has learned when it can be synced.
            await go_to(seen, "default", "handbook" if size == SIZES[0] else "release-notes")
            assert not seen.app._notifications, size
            await seen.press("S", "tab", "enter")
            await seen.settle()
            await seen.until(lambda: seen.app._notifications, "the refusal as a toast")
            await seen.press("!")
            await seen.until(lambda: isinstance(seen.app.screen, Errors), "the list of errors")
            await seen.until(lambda: not seen.app.screen.query("Toast"), "no toast")
            await seen.sees("A sync of this instance began or ended less than 30 seconds ago.")
            seen.app.clear_notifications()
            await seen.press("d")
            assert not isinstance(seen.app.screen, Errors), size
