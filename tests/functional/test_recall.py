"""Earlier queries by their keys: recalled in the query box, chosen, removed, and there again after a restart."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.functional.test_search import bodies, search, to_search
from tests.functional.test_writes import audit
from tests.harness import TOKEN, Console, console
from tui.service.lab.query_set import GradedQuery, parse_query_set
from tui.ui.search.options import OptionsDialog
from tui.ui.search.tab import SearchTab


async def without_options(seen: Console) -> None:
    """Take the option away again, and wait for the reply to what is sent then."""
    await seen.press("o", "backspace", "enter")
    view = seen.app.screen_stack[0].query_one(SearchTab).view
    await seen.until(lambda: not isinstance(seen.app.screen, OptionsDialog) and not view.busy, "other options")


async def kept(seen: Console, count: int) -> None:
    """Wait until the queries are on disk."""
    queries = seen.session.service.queries

    def on_disk() -> bool:
        other = type(queries)(queries.path.parent, seen.store.state.identity) if queries.path else queries
        other.load()
        return len(other.known.queries) == count

    await seen.until(on_disk, "the queries on disk")


def files_with(folder: Path, words: str) -> list[Path]:
    """The files below a folder that have these words."""
    return [path for path in folder.rglob("*") if path.is_file() and words.encode() in path.read_bytes()]


async def test_up_and_down_walk_through_them_and_what_was_typed_stays_below(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        tab = await to_search(seen)
        await seen.press("slash", "up")
        assert tab.box.value == "", "there is none yet"
        await seen.press("escape")
        await search(seen, "label")
        await search(seen, "printer")
        await seen.press("slash", "up")
        assert tab.box.value == "label", "what stands in the box is not recalled again"
        await seen.press("escape")
        for words in ("label", "depot"):
            await search(seen, words)
        sent = len(bodies(seen))
        await seen.press("slash", *"half typed", "up")
        assert tab.box.value == "depot"
        await seen.press("up")
        assert tab.box.value == "label", "the same query is there once"
        await seen.press("up", "up", "up")
        assert tab.box.value == "printer", "the oldest one stays"
        await seen.press("down", "down", "down")
        assert tab.box.value == "half typed"
        await seen.press("down")
        assert tab.box.value == "half typed"
        await seen.press("up", "up", "!", "up", "down")
        assert tab.box.value == "label!", "what was changed is what is being typed"
        assert len(bodies(seen)) == sent, "nothing is sent before enter"
        await seen.press("escape", "down")
        assert tab.box.value == "label!", "out of the box the keys move the cursor"


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_they_and_the_options_are_there_after_a_restart(tmp_path: Path, size: tuple[int, int]) -> None:
    async with console(tmp_path, size, read_only=True) as seen:
        await to_search(seen)
        await search(seen, "label printer")
        await seen.press("o", "3", "enter")
        await seen.until(lambda: len(bodies(seen)) == 2, "sent again")
        await seen.press("a")
        await search(seen, f"is {TOKEN} right?")
        await search(seen, "how do I reprint?")
        await kept(seen, 2)
    async with console(tmp_path, size, read_only=True) as seen:
        tab = await to_search(seen)
        await seen.sees("3 results")
        await seen.press("slash", "up")
        assert tab.box.value == "how do I reprint?"
        await seen.press("up", "up", "up")
        assert tab.box.value == "label printer"
        await seen.press("enter")
        await seen.until(lambda: bodies(seen), "the query")
        assert bodies(seen)[0]["ai_search_options"] == {"retrieval": {"max_num_results": 3}}
        assert audit(tmp_path) == []
    assert not files_with(tmp_path, TOKEN)


async def test_one_is_chosen_from_the_list_with_its_mode_and_options(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        tab = await to_search(seen)
        async for size in seen.in_windows([(120, 40), (80, 24)]):
            seen.emulator.received.clear()
            assert "No query has been sent yet." not in seen.text(), size
            await seen.press("h")
            await seen.sees("No query has been sent yet.")
            await search(seen, "label printer")
            await seen.press("o", "3", "enter")
            await seen.until(lambda: len(bodies(seen)) == 2, "sent again")
            await seen.press("a")
            await search(seen, "how do I reprint?")
            await without_options(seen)
            count = len(seen.received("POST"))
            await seen.press("h")
            await seen.sees("Earlier queries")
            await seen.sees("label printer")
            await seen.press("down", "enter")
            await seen.until(lambda: len(seen.app.screen_stack) == 1, "chosen")
            assert tab.box.value == "label printer", size
            await seen.sees("3 results")
            assert tab.box.has_focus, size
            assert len(seen.received("POST")) == count, f"{size}: each costs a query: enter sends it"
            await seen.press("enter")
            await seen.until(lambda: len(bodies(seen)) == 3, "sent as it was")
            assert bodies(seen)[2]["ai_search_options"] == {"retrieval": {"max_num_results": 3}}, size
            await without_options(seen)
            await seen.pass_time(10, 5)  # a message goes with a key only after it could be read
            await seen.press("h", "delete", "delete")
            await seen.until(lambda: len(seen.app.screen_stack) == 1, "the next window begins with no query")


async def test_one_is_removed_for_good(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        await to_search(seen)
        for words in ("label", "secret project", "depot"):
            await search(seen, words)
        await seen.press("h", "down", "delete")
        await seen.until(lambda: "secret project" not in seen.text(), "off the list")
        await seen.sees("label")
        await seen.press("escape")
        await kept(seen, 2)
        await seen.press("h", "delete", "delete")
        await seen.until(lambda: len(seen.app.screen_stack) == 1, "the last one closes the list")
        await kept(seen, 0)
    assert not files_with(tmp_path / "queries", "secret")


async def test_both_searches_recall_them_too(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        await to_search(seen)
        await search(seen, "label")
        await search(seen, "depot")
        await seen.press("b", "enter")
        await seen.sees("Search both")
        await seen.press("slash", "up")
        await seen.sees("Search both  label")
        await seen.press("enter")
        await seen.until(lambda: len(bodies(seen)) == 6, "both were asked")
        await seen.press("q")
        await seen.press("slash", "up")
        await seen.sees("Search  label")


async def test_the_marked_hits_are_copied_as_a_line_of_a_query_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied: list[str] = []
    async with console(tmp_path) as seen:
        monkeypatch.setattr(seen.app, "copy_to_clipboard", copied.append)
        tab = await to_search(seen)
        await search(seen, "label printer")
        rows = tab.results.table.shown
        wanted = {rows[0].item_identity: 3, rows[2].item_identity: 3}
        await seen.press("space", "down", "space", "c")
        await seen.sees("line of a query set")
        titles = [choice.value for choice in seen.app.screen._choices]  # type: ignore[attr-defined]
        await seen.press(*["down"] * titles.index("line of a query set"), "enter")
        await seen.until(lambda: copied, "a copy")
        found = parse_query_set(copied[0].encode())
        assert found.queries == (GradedQuery("label printer", wanted),)
        assert len(bodies(seen)) == 1
