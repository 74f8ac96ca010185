"""The items tab by its keys: what is on the screen, what the server was asked, what was changed, and what was not."""

from __future__ import annotations

import gc
import json
import os
import stat
from pathlib import Path

import pytest

from tests.harness import Console, console
from tui.emulator import EmulatorConfig
from tui.errors import Unreachable
from tui.models import InstanceKey
from tui.ui.batch_window import BatchWindow
from tui.ui.items.item_view import ItemView
from tui.ui.kit.dialog import Confirm

DOCS = InstanceKey("default", "docs-search")
STORE = InstanceKey("default", "hr-policies")


async def items_of(seen: Console, key: InstanceKey) -> None:
    """Go to the items of an instance and wait until they are there."""
    seen.app.screen.query_one("#instances-table").move_to(key)
    await seen.pilot.pause()
    await seen.pass_time(0.4, 0.2)
    await seen.press("2", "right_square_bracket", "right_square_bracket")
    await seen.pass_time(0.6, 0.2)
    await seen.until(lambda: seen.store.state.items.at, "the items")


async def then_items_of(seen: Console, key: InstanceKey) -> None:
    """From the items of one instance to those of another."""
    seen.app.screen.query_one("#instances-table").move_to(key)
    await seen.pilot.pause()
    await seen.pass_time(1, 0.2)
    await seen.until(lambda: seen.store.state.selected == key and seen.store.state.items.at, f"the items of {key}")


def table(seen: Console) -> object:
    return seen.app.screen_stack[0].query_one("#items-table")


def keys(seen: Console) -> list[str]:
    """Keys of the items in the order of the table."""
    return [row.item.key for row in table(seen).shown]  # type: ignore[attr-defined]


async def to_item(seen: Console, name: str) -> None:
    """Put the cursor on the item with this key."""
    shown = table(seen)
    found = next(row.item for row in shown.shown if row.item.key == name)  # type: ignore[attr-defined]
    shown.move_to(found.id)  # type: ignore[attr-defined]
    await seen.pilot.pause()


def audit(tmp_path: Path) -> list[dict[str, str]]:
    """The second line of every write, which has its outcome."""
    path = tmp_path / "audit.jsonl"
    lines = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
    return [line for line in lines if line["outcome"] != "begun"]


async def test_errors_and_what_they_mean_stand_with_their_items_and_in_each(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        await items_of(seen, DOCS)
        await seen.sees("41 items")
        assert len(keys(seen)) == 41
        await to_item(seen, "guides/old-depot-diagram.pdf")
        await seen.sees("invalid_pdf")
        await seen.sees("Not a valid PDF")
        asked = seen.received("GET", "docs-search/items")
        assert len(asked) == 2, "a page of the failed ones, a page of the list"
        await to_item(seen, "guides/offline-mode.md")
        await seen.press("enter")
        await seen.settle()
        assert isinstance(seen.app.screen, ItemView)
        text = seen.text()
        assert "file_content_empty" in text
        assert "The file is empty" in text


async def test_items_begin_with_those_in_error_and_the_list_follows(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        await items_of(seen, InstanceKey("default", "api-reference"))
        await seen.sees("38 items")
        assert "at the top" not in seen.text()
        assert len(seen.received("GET", "api-reference/items")) == 1, "where nothing failed nothing more is asked"
        async for size in seen.in_windows([(120, 40), (80, 24)]):
            seen.emulator.received.clear()
            await then_items_of(seen, DOCS)
            await seen.sees("41 items · 7 failed, at the top")
            rows = [row.item for row in table(seen).shown]  # type: ignore[attr-defined]
            assert {one.status for one in rows[:7]} == {"error"}, size
            assert all(one.status != "error" for one in rows[7:]), f"{size}: each stands there once"
            assert len({one.id for one in rows}) == 41, size
            asked = [one.query for one in seen.emulator.received if one.path.endswith("docs-search/items")]
            order = [one.get("status") for one in asked]
            assert order == ["error", None], f"{size}: the failed ones are shown before the rest"
            assert table(seen).cursor_key == rows[0].id, size  # type: ignore[attr-defined]
            await seen.press("o", "down", "enter")
            await seen.pass_time(0.6, 0.2)
            await seen.sees("last changed first")
            assert "at the top" not in seen.text(), size
            await seen.press("o", "up", "enter")
            await seen.pass_time(0.6, 0.2)
            await seen.sees("7 failed, at the top")
            await then_items_of(seen, STORE)


async def test_a_search_begins_with_the_failed_ones_too_and_without_a_match_says_so(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        await items_of(seen, DOCS)
        await seen.press("slash", *"guides/")
        await seen.pass_time(0.6, 0.2)
        await seen.sees("3 failed, at the top")
        failed = [row.item for row in table(seen).shown][:3]  # type: ignore[attr-defined]
        assert all(one.status == "error" and one.key.startswith("guides/") for one in failed)
        async for _ in seen.in_windows([(80, 24)]):
            await seen.press("escape", "slash", *"zebra")
            await seen.pass_time(0.6, 0.2)
            await seen.sees("No item matches.")


async def test_failed_items_that_are_indexed_again_go_back_into_the_list(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        await items_of(seen, DOCS)
        first = keys(seen)[0]
        await seen.press("T", "tab", "enter")
        await seen.settle()
        await seen.pass_time(1, 0.5)
        assert seen.received("PATCH", "docs-search/items")
        await seen.sees("6 failed, at the top")
        assert first in keys(seen)
        assert keys(seen).index(first) >= 6


async def test_far_down_a_long_list_the_failed_ones_are_out_of_the_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.models.item_list.KEPT", 20)
    monkeypatch.setattr("tui.ui.items.tab.MARGIN", 2)
    async with console(tmp_path, (80, 24), config=EmulatorConfig(max_per_page=5, over_max="clamp")) as seen:
        await items_of(seen, DOCS)
        await seen.sees("5 of 7 failed, at the top")
        await seen.press("G")
        await seen.pass_time(0.6, 0.2)
        await seen.until(lambda: "widgets/points-map.html" in keys(seen), "the end of the list")
        assert "at the top" not in seen.text()
        await seen.press("g")
        await seen.pass_time(0.6, 0.2)
        await seen.sees("5 of 7 failed, at the top")
        assert len(seen.received("GET", "docs-search/items")) < 12


@pytest.mark.parametrize(("pages_of", "size"), [(1, (80, 24)), (2, (80, 24)), (2, (120, 40)), (3, (200, 50))])
async def test_pages_of_a_few_items_are_read_once_each_wherever_the_reader_goes(
    tmp_path: Path, pages_of: int, size: tuple[int, int]
) -> None:
    async with console(tmp_path, size, config=EmulatorConfig(max_per_page=pages_of, over_max="clamp")) as seen:
        await items_of(seen, DOCS)
        for key in ("G", "g", "ctrl+d", "G"):
            await seen.press(key)
            await seen.pass_time(0.6, 0.2)
        await seen.until(lambda: "widgets/points-map.html" in keys(seen), "the end of the list")
        asked = [one.query for one in seen.emulator.received if one.path.endswith("docs-search/items")]
        pages = [one["page"] for one in asked if "status" not in one]
        assert len(pages) <= -(-41 // pages_of) * 4, "each page once at most for each jump"
        await seen.pass_time(5, 0.5)
        asked_before = len(seen.received("GET", "docs-search/items"))
        await seen.pass_time(5, 0.5)
        assert len(seen.received("GET", "docs-search/items")) == asked_before, "and then it rests"


@pytest.mark.filterwarnings("error")
async def test_a_page_that_is_not_wanted_any_more_is_forgotten_before_it_was_asked_for(tmp_path: Path) -> None:
    async with console(tmp_path, config=EmulatorConfig(max_per_page=5, over_max="clamp")) as seen:
        await items_of(seen, DOCS)
        desk, begun = seen.app.screen_stack[0].desk, []  # type: ignore[attr-defined]

        async def work() -> None:
            begun.append("begun")

        for cancel in (True, False):
            worker = desk.start(work(), "probe")
            if cancel:
                worker.cancel()
            await seen.settle()
            del worker
            gc.collect()
        assert begun == ["begun"]


async def test_status_filter_and_search_are_the_servers(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        await items_of(seen, DOCS)
        await seen.press("f", "down")
        await seen.sees("Which items")
        await seen.press("enter")
        await seen.pass_time(0.6, 0.2)
        await seen.sees("status error")
        await seen.until(lambda: len(keys(seen)) == 7, "failed items only")
        await seen.press("slash", *"PDF")
        await seen.pass_time(0.6, 0.2)
        await seen.until(lambda: len(keys(seen)) == 2, "those with pdf in their key")
        queries = [one.query for one in seen.emulator.received if one.path.endswith("docs-search/items")]
        assert queries[-1]["search"] == "PDF"
        assert queries[-1]["status"] == "error"
        assert len(queries) == 4, "the failed ones, the list, one status; typing three letters asked once"
        await seen.press("escape")
        await seen.pass_time(0.6, 0.2)
        await seen.until(lambda: len(keys(seen)) == 41, "all again")


async def test_pages_come_as_the_reader_scrolls_and_the_end_at_once(tmp_path: Path) -> None:
    config = EmulatorConfig(max_per_page=10, over_max="clamp")
    async with console(tmp_path, (120, 40), config=config) as seen:
        await items_of(seen, InstanceKey("default", "handbook"))
        await seen.settle()
        held = seen.store.state.items.value
        assert held is not None
        assert held.total == 65
        first = len(keys(seen))
        assert 10 <= first < 65
        await seen.press("G")
        await seen.settle()
        await seen.until(lambda: seen.store.state.items.value.ended, "the last page")  # type: ignore[union-attr]
        shown = table(seen)
        assert shown.cursor_key == shown.shown[-1].item.id  # type: ignore[attr-defined]
        pages = [one.query for one in seen.emulator.received if one.path.endswith("handbook/items")]
        assert any(query["page"] == "7" for query in pages)
        assert "of 65 items" in seen.text()
        await seen.press("g")
        await seen.settle()
        await seen.until(lambda: seen.store.state.items.value.first == 1, "the first page")  # type: ignore[union-attr]
        assert shown.cursor_key == shown.shown[0].item.id  # type: ignore[attr-defined]


async def test_one_item_with_its_log_and_its_chunks_on_demand(tmp_path: Path) -> None:
    async with console(tmp_path, (80, 24)) as seen:
        await items_of(seen, DOCS)
        await to_item(seen, "guides/going-live-checklist.md")
        await seen.press("enter")
        await seen.settle()
        await seen.sees("4 chunks indexed")
        assert not seen.received("GET", "/chunks"), "chunks are not fetched before they are looked at"
        await seen.press("right_square_bracket")
        await seen.settle()
        await seen.until(lambda: seen.received("GET", "/chunks"), "the chunks")
        await seen.sees("BYTES")
        await seen.press("j", "enter")
        await seen.sees("Chunk 2")
        await seen.press("q", "q")
        await seen.until(lambda: len(seen.app.screen_stack) == 1, "closed")


async def test_resync_of_one_item(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        await items_of(seen, DOCS)
        await to_item(seen, "guides/old-depot-diagram.pdf")
        await seen.press("T")
        await seen.sees("1 request;")
        assert seen.app.screen.focused is seen.app.screen.query_one("#cancel")
        await seen.press("tab", "enter")
        await seen.settle()
        assert len(seen.received("PATCH", "docs-search/items")) == 1
        await seen.until(lambda: any(row.item.status == "queued" for row in table(seen).shown), "it waits")  # type: ignore[attr-defined]
        assert audit(tmp_path)[0]["action"] == "item re-sync"
        await seen.pass_time(40, 5)
        done = lambda: all(row.item.status != "queued" for row in table(seen).shown)  # type: ignore[attr-defined]  # noqa: E731
        await seen.until(done, "it was looked at again until it was done")


async def test_marked_items_are_resynced_one_after_the_other_with_an_outcome_each(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        await items_of(seen, DOCS)
        await seen.press("space", "space", "space", "T")
        await seen.sees("3 requests;")
        await seen.press("tab", "enter", "_")
        await seen.until(lambda: isinstance(seen.app.screen, BatchWindow), "the batch")
        assert len(seen.received("PATCH", "docs-search/items")) <= 1, "staggered"
        await seen.pass_time(1, 0.2)
        await seen.sees("3 of 3, done")
        assert len(seen.received("PATCH", "docs-search/items")) == 3
        assert seen.text().count("re-sync accepted") == 3
        await seen.press("enter")
        await seen.until(lambda: len(seen.app.screen_stack) == 1, "closed")
        assert not seen.store.state.busy


async def test_upload_shows_what_will_be_sent_and_what_became_of_it(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    folder.mkdir()
    for name in ("travel.md", "leave.md"):
        (folder / name).write_text(f"# {name}\n\nHow it is done.\n")
    (folder / "tool.exe").write_bytes(b"MZ")
    async with console(tmp_path) as seen:
        await items_of(seen, STORE)
        await seen.press("U", "up", "up")
        await seen.paste(str(folder))
        await seen.sees("3 files, ")
        await seen.press("tab", *"2026/", "enter", "enter", "_")
        await seen.pass_time(2, 0.2)
        await seen.sees("3 of 3, 1 failed, done")
        await seen.sees("File type not supported")
        await seen.press("enter")
        assert len(seen.received("POST", "hr-policies/items")) == 3
        await seen.until(lambda: "2026/travel.md" in keys(seen), "the new items are listed")


async def test_what_cannot_be_uploaded_is_told_and_never_sent(tmp_path: Path) -> None:
    large = tmp_path / "large.md"
    large.write_bytes(b"x" * (10 * 1024 * 1024 + 1))
    async with console(tmp_path) as seen:
        key = next(one.key for one in seen.store.state.fleet.value or () if one.id == "legacy-contracts")
        await items_of(seen, key)
        await seen.press("U")
        await seen.sees("is paused and takes no new items")
        assert len(seen.app.screen_stack) == 1
        await then_items_of(seen, STORE)
        await seen.press("U", "up", "up")
        await seen.paste(str(large))
        await seen.press("tab", "tab", "tab", "enter")
        await seen.sees("The file is too large")
        assert not seen.received("POST", "items")
        assert seen.app.screen.query_one("#path").value == str(large), "what was typed stays"  # type: ignore[attr-defined]


async def test_uploads_stand_beside_the_source_and_each_item_decides_what_may_be_done(tmp_path: Path) -> None:
    note = tmp_path / "note.md"
    note.write_text("# A note\n\nThe red crane is out of order.")
    async with console(tmp_path) as seen:
        await items_of(seen, DOCS)
        await seen.press("d")
        await seen.sees("is not stored here")
        assert len(seen.app.screen_stack) == 1
        await seen.press("D")
        await seen.sees("The document stays in its source")
        await seen.press("escape", "U", "up", "up")
        await seen.paste(str(note))
        await seen.press("tab", "tab", "tab", "enter")
        await seen.until(lambda: seen.received("POST", "docs-search/items"), "the upload")
        await seen.pass_time(3, 0.5)
        await seen.press("slash", *"note.md", "enter")
        await seen.pass_time(0.6, 0.2)
        await seen.until(lambda: keys(seen) == ["note.md"], "the uploaded item alone")
        await seen.press("D")
        await seen.sees("the document itself is lost")


async def test_delete_names_what_is_lost(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        await items_of(seen, STORE)
        name = keys(seen)[0]
        await seen.press("D")
        await seen.sees("the document itself is lost")
        assert isinstance(seen.app.screen, Confirm)
        assert name in seen.text()
        await seen.press("enter")
        assert not seen.received("DELETE")
        await seen.press("enter")
        await seen.until(lambda: isinstance(seen.app.screen, ItemView), "one item")
        await seen.press("D", "tab", "enter")
        await seen.settle()
        await seen.until(lambda: name not in keys(seen), "it is gone from the list")
        assert len(seen.app.screen_stack) == 1, "and so is its view"
        assert len(seen.received("DELETE", "hr-policies/items")) == 1


async def test_download_is_private_and_asks_before_it_overwrites(tmp_path: Path) -> None:
    target = tmp_path / "saved.md"
    async with console(tmp_path) as seen:
        await items_of(seen, STORE)
        await to_item(seen, keys(seen)[-1])
        for expected in (1, 2):
            await seen.press("d")
            box = seen.app.screen.query_one("#path")
            box.value = str(target)  # type: ignore[attr-defined]
            await seen.press("tab", "enter")
            await seen.settle()
            if expected == 2:
                await seen.sees("Replace it?")
                assert target.read_text() == "mine"
                await seen.press("tab", "enter")
                await seen.settle()
            await seen.until(lambda: len(seen.app.screen_stack) == 1, "saved")
            assert stat.S_IMODE(target.stat().st_mode) == 0o600
            assert target.stat().st_size > 100
            target.write_text("mine")
        assert not [name for name in os.listdir(tmp_path) if name.endswith("part")]  # noqa: PTH208


async def test_read_only_writes_nothing_but_still_shows(tmp_path: Path) -> None:
    async with console(tmp_path, read_only=True) as seen:
        await items_of(seen, STORE)
        for key in ("T", "D", "U"):
            await seen.press(key)
            await seen.sees("Read-only")
        assert len(seen.app.screen_stack) == 1
        await seen.press("enter")
        await seen.until(lambda: isinstance(seen.app.screen, ItemView), "one item")
        await seen.press("D")
        await seen.sees("Read-only")
        assert not [one for one in seen.emulator.received if one.method != "GET"]


async def test_an_empty_and_an_unreadable_list_say_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(tmp_path) as seen:
        await items_of(seen, InstanceKey("default", "sandbox"))
        await seen.sees("U uploads files.")

        async def lost(*args: object, **rest: object) -> object:
            raise Unreachable("No connection", "The host did not answer.", "Check the network.")

        monkeypatch.setattr(type(seen.session.service.api), "list_items", lost)
        await seen.press("R")
        await seen.settle()
        await seen.sees("old: No connection")
        seen.app.screen.query_one("#instances-table").move_to(DOCS)  # type: ignore[attr-defined]
        await seen.pass_time(1, 0.2)
        await seen.sees("Check the network.")
