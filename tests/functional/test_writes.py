"""Sync, cancel, pause and resume by their keys: the dialog, the request, the outcome, and nothing by accident."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from textual import events

from tests.harness import Console, console
from tui.models import InstanceKey
from tui.ui.kit.dialog import Confirm


async def go_to(seen: Console, namespace: str, name: str) -> InstanceKey:
    """Put the cursor on an instance and wait until its jobs were read."""
    key = InstanceKey(namespace, name)
    seen.app.screen.query_one("#instances-table").move_to(key)
    await seen.pilot.pause()
    await seen.pass_time(0.4, 0.2)
    await seen.until(lambda: seen.store.state.selected == key, f"{key} selected")
    await seen.until(lambda: key in seen.store.state.stats, "its counters")
    return key


def audit(tmp_path: Path) -> list[dict[str, str]]:
    """The second line of every write, which has its outcome."""
    path = tmp_path / "audit.jsonl"
    lines = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
    return [line for line in lines if line["outcome"] != "begun"]


async def test_sync_names_its_target_and_cancel_has_the_focus(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        await go_to(seen, "default", "docs-search")
        await seen.press("S")
        await seen.sees("Sync now")
        text = seen.text()
        assert "docs-search" in text
        assert "Acme" in text
        assert seen.app.screen.focused is seen.app.screen.query_one("#cancel")
        await seen.press("enter")
        await seen.until(lambda: not isinstance(seen.app.screen, Confirm), "the dialog closed")
        assert not seen.received("POST")


async def test_sync_starts_a_job_that_really_indexes(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        key = await go_to(seen, "default", "docs-search")
        before = len(seen.store.state.jobs[key].value or ())
        await seen.press("S", "tab", "enter")
        await seen.sees("Sync of docs-search started")
        assert [path for path in seen.received("POST") if "docs-search/jobs" in path]
        assert len(seen.store.state.jobs[key].value or ()) == before + 1
        await seen.pass_time(10, 0.5)
        await seen.until(lambda: seen.store.state.job and seen.store.state.job.started_at, "the job started")
        await seen.pass_time(120, 5)
        await seen.until(lambda: seen.store.state.job and seen.store.state.job.ended_at, "the job ended")
        assert audit(tmp_path)[0]["action"] == "sync"
        assert audit(tmp_path)[0]["outcome"] == "done"


async def test_a_note_goes_along_and_enter_in_the_field_does_not_send(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        await go_to(seen, "default", "docs-search")
        await seen.press("S", "shift+tab", *"after release", "enter")
        assert not seen.received("POST")
        await seen.press("enter")
        await seen.sees("Sync of docs-search started")
        assert "after release" in seen.received("POST")[0]


async def test_a_second_sync_is_armed_until_the_cool_down_is_over(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        await go_to(seen, "archive", "museum-catalogue")
        await seen.press("S", "tab", "enter")
        await seen.sees("Sync of museum-catalogue started")
        await seen.pass_time(1.5, 0.5)
        await seen.press("escape")  # what became of the sync stands there until the next key
        await seen.sees("sync in ")
        await seen.press("S")
        await seen.sees("Sync when allowed")
        assert len(seen.received("POST")) == 1


async def test_built_in_storage_has_nothing_to_sync_and_says_so(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        await go_to(seen, "default", "hr-policies")
        await seen.press("S")
        await seen.sees("built-in storage only")
        assert len(seen.app.screen_stack) == 1


async def test_cancel_ends_the_running_job(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        await go_to(seen, "default", "handbook")
        await seen.until(lambda: seen.store.state.job and not seen.store.state.job.ended_at, "a running job")
        await seen.press("X")
        await seen.sees("Cancel the job")
        await seen.press("right", "enter")
        await seen.sees("of handbook cancelled")
        sent = seen.received("PATCH")
        assert len(sent) == 1
        assert "cancel" in sent[0]
        await seen.until(lambda: seen.store.state.job and seen.store.state.job.ended_at, "the job ended")
        await seen.press("X")
        await seen.sees("has already ended")


async def test_pause_and_resume(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        await go_to(seen, "default", "api-reference")
        await seen.press("P", "tab", "enter")
        await seen.sees("Indexing of api-reference paused")
        assert seen.emulator.received[-1].method in ("PUT", "GET")
        assert any('"paused": True' in path or "'paused': True" in path for path in seen.received("PUT"))
        await seen.sees("P resume")
        await seen.press("P", "tab", "enter")
        await seen.sees("Indexing of api-reference resumed")
        assert [line["action"] for line in audit(tmp_path)] == ["pause", "resume"]


@pytest.mark.parametrize("key", ["S", "X", "P"])
async def test_read_only_refuses_every_write(tmp_path: Path, key: str) -> None:
    async with console(tmp_path, read_only=True) as seen:
        await go_to(seen, "default", "handbook")
        await seen.until(lambda: seen.store.state.job, "a job")
        assert "RO" in seen.text().splitlines()[0]
        await seen.press(key)
        await seen.sees("Read-only")
        assert len(seen.app.screen_stack) == 1
        assert not [one for one in seen.emulator.received if one.method != "GET"]


async def test_a_key_right_after_a_move_acts_on_the_row_under_the_cursor(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        table = seen.app.screen.query_one("#instances-table")
        target = table._rows.key(2)
        for key in "jjS":  # all three are there before the first is handled, as when somebody types fast
            seen.app.post_message(events.Key(key, key))
        await seen.until(lambda: isinstance(seen.app.screen, Confirm), "the dialog")
        assert dict(seen.app.screen.facts())["Instance"] == target.id


async def test_a_write_in_flight_makes_quit_ask(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        seen.store.update(writes_in_flight=1)
        await seen.press("q")
        await seen.sees("you would not see its outcome")
        await seen.press("escape")
        assert seen.app.is_running
