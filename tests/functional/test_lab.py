"""The retrieval lab by its keys: why an item is not found, query sets, and the evaluation with both hit lists."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from msgspec.structs import replace
from textual.widgets import Input

from tests.functional.test_items import items_of
from tests.functional.test_search import bodies, faults, search, to_search
from tests.functional.test_writes import audit, go_to
from tests.harness import Console, console
from tui.models import InstanceKey
from tui.service.lab.query_set import parse_query_set, read_query_set
from tui.service.lab.run_file import read_run
from tui.ui.items.tab import ItemsTab
from tui.ui.kit.line import TitleRule
from tui.ui.lab.coverage_view import CoverageView
from tui.ui.lab.evaluation_view import EvaluationView
from tui.ui.lab.why_page import WhyPage

DOCS = InstanceKey("default", "docs-search")
SET = """
# three questions
instance = "default/docs-search"
k = 5
[[arm]]
name = "as it is"
[[arm]]
name = "one word is enough"
retrieval = "keyword"
keyword_match = "or"
[[query]]
text = "the label is blank"
items = { "guides/label-printing.md" = 3 }
[[query]]
text = "move an order to another depot"
items = { "guides/multi-depot.md" = 3, "drafts/pricing-2027.md" = 1 }
[[query]]
text = "verify the signature of a webhook"
items = { "guides/webhooks.md" = 3 }
"""


def written(folder: Path, text: str) -> Path:
    """A query set in a file."""
    path = folder / "set.toml"
    path.write_text(text)
    return path


async def typed(seen: Console, text: str, field: str) -> None:
    """Paste a text into a field of the dialog on top, in place of what stands there."""
    box = seen.app.screen.query_one(field)
    box.focus()
    box.value = ""
    await seen.paste(text)


async def of_items(seen: Console, key: InstanceKey, item: str) -> ItemsTab:
    """The items tab with the cursor on an item."""
    await items_of(seen, key)
    tab = seen.app.screen.query_one(ItemsTab)
    row = next(row for row in tab.table.shown if row.item.key == item)
    assert tab.table.move_to(row.item.id)
    await seen.turn()
    return tab


async def evaluated(seen: Console, folder: Path, text: str = SET) -> EvaluationView:
    """Open the evaluation of a query set by its keys, and run it."""
    path = written(folder, text)
    await seen.press("number_sign")
    await seen.sees("Query set")
    await typed(seen, str(path), "#path")
    await seen.press("enter", "enter")
    await seen.sees("Run the query set")
    assert not bodies(seen), "nothing is sent before it was asked"
    await seen.press("tab", "enter")
    view = seen.app.screen
    assert isinstance(view, EvaluationView)
    await seen.until(lambda: view.queries.shown, "a run")
    return view


# why


async def test_why_of_a_hit_and_of_an_item_that_is_not_among_them(tmp_path: Path) -> None:
    async with console(tmp_path, read_only=True) as seen:
        tab = await to_search(seen)
        await search(seen, "label printer")
        first = tab.view.found.hits[0].item.key
        await seen.press("w")
        await seen.sees("It is found at rank 1")
        await seen.sees(first)
        assert len(bodies(seen)) == 2, "one search by hand, one to explain"
        await seen.sees("w asks about another item")
        await seen.press("w")
        await seen.sees("Why is an item not found?")
        await seen.sees(first)
        await seen.press(*"drafts/pricing-2027.md", "enter")
        await seen.sees("Not indexed: excluded by the rule 'drafts/**'.")
        assert len(bodies(seen)) == 2, "no search: it is not in the index"
        assert isinstance(seen.app.screen, WhyPage)
        await seen.press("q")
        await seen.until(lambda: len(seen.app.screen_stack) == 1, "back")
        assert audit(tmp_path) == []


async def test_why_needs_a_query_and_has_the_options_of_the_tab(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        await to_search(seen)
        await seen.press("w")
        await seen.sees("Search for something first.")
        await seen.press("e")
        await seen.sees("There is no hit here")
        await search(seen, "label is blank on the printer")
        await seen.press("o", "1", "enter")
        await seen.until(lambda: len(bodies(seen)) == 2, "searched again")
        await seen.press("w", "w", *"guides/waypost-agent.md", "enter")
        await seen.sees("beyond the 1 result.")
        await seen.sees("Ask for 19 results: then it is at rank 19. Tried.")
        asked = bodies(seen)[3]["ai_search_options"]
        assert asked == {"retrieval": {"max_num_results": 1}, "cache": {"enabled": False}}


async def test_why_of_an_item_asks_for_the_query_and_suggests_it_again(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        await of_items(seen, DOCS, "guides/webhooks.md")
        for inside in (False, True):
            if inside:
                await seen.press("enter")
                await seen.until(lambda: len(seen.app.screen_stack) == 2, "the item")
            await seen.press("w")
            await seen.sees("Why is it not found?")
            await seen.press(*["backspace"] * len("label is blank"), "enter")
            assert "the query" in seen.text(), f"inside {inside}: an empty query is not asked"
            await seen.press(*"label is blank", "enter")
            await seen.sees("Neither by keyword nor by vector is any of its chunks found.")
            await seen.press("w")
            await seen.sees("Why is it not found?")
            await seen.press("escape", "w")
            await seen.sees("label is blank")
            await seen.press("escape")


async def test_a_walk_that_fails_says_so_on_its_page(tmp_path: Path) -> None:
    rule = {"kind": "status", "status": 401, "code": 7071, "message": "vectorize_authentication_failed"}
    async with console(tmp_path, config=faults(tmp_path, {"operation": "search", **rule})) as seen:
        await of_items(seen, DOCS, "guides/webhooks.md")
        await seen.press("w", *"label", "enter")
        await seen.sees("The instance cannot open its vector index")
        assert seen.store.state.notices


async def test_what_the_server_sends_is_no_markup_on_the_page(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        await to_search(seen)
        await search(seen, "label [/bold] [red]x")
        await seen.press("w", "w", *"a[/b].md", "enter")
        await seen.sees("a[/b].md")
        await seen.sees("label [/bold] [red]x")


# query sets


async def test_the_marked_hits_become_a_query_of_a_set(tmp_path: Path) -> None:
    path = tmp_path / "set.toml"
    async with console(tmp_path) as seen:
        tab = await to_search(seen)
        await search(seen, "label printer")
        hits = list(dict.fromkeys(hit.item.key for hit in tab.view.found.hits))
        await seen.press("space", "j", "space", "e")
        await seen.sees("Add to a query set")
        await typed(seen, str(path), "#path")
        await typed(seen, "9", "#grade")
        await seen.press("enter", "enter")
        await seen.sees("It is 1, 2 or 3")
        assert not path.exists()
        await typed(seen, "2", "#grade")
        await seen.press("enter", "enter")
        await seen.sees("added to")
        found = read_query_set(path)
        assert found.instance == InstanceKey("default", "docs-search")
        assert found.queries[0].text == "label printer"
        assert set(found.queries[0].items.values()) == {2}
        assert set(found.queries[0].items) <= set(hits)
        await seen.press("u", "G", "e")
        await seen.until(lambda: seen.app.screen.query("#path"), "the dialog")
        assert seen.app.screen.query_one("#path").value == str(path), "the file of the last time"
        await seen.press("tab", "enter")
        await seen.until(lambda: len(seen.app.screen_stack) == 1, "closed")
        assert len(read_query_set(path).queries) == 1
        assert not [one for one in seen.emulator.received if one.method in ("PUT", "PATCH", "DELETE")]


async def test_a_set_of_the_operator_keeps_its_comments_its_mode_and_its_link(tmp_path: Path) -> None:
    real, link = tmp_path / "real.toml", tmp_path / "set.toml"
    real.write_text(SET)
    real.chmod(0o644)
    link.symlink_to(real)
    async with console(tmp_path) as seen:
        await to_search(seen)
        await search(seen, "label printer")
        await seen.press("e")
        await typed(seen, str(link), "#path")
        await seen.press("enter", "enter")
        await seen.sees("added to")
    assert link.is_symlink()
    assert real.stat().st_mode & 0o777 == 0o644
    assert real.read_text().startswith(SET.rstrip("\n"))
    assert len(parse_query_set(real.read_bytes()).queries) == 4


async def test_a_wrong_set_is_left_alone_and_the_dialog_says_why(tmp_path: Path) -> None:
    path = tmp_path / "set.toml"
    async with console(tmp_path) as seen:
        await to_search(seen)
        await search(seen, "label printer")
        for text in ("not toml", "k = 99\n"):
            path.write_text(text)
            assert "The query set is wrong" not in seen.text(), text
            await seen.press("e")
            await typed(seen, str(path), "#path")
            await seen.press("enter", "enter")
            await seen.sees("The query set is wrong")
            assert path.read_text() == text
            await seen.press("escape")
            assert len(seen.app.screen_stack) == 1, text


# the evaluation


async def test_arms_measures_queries_and_both_hit_lists(tmp_path: Path) -> None:
    async with console(tmp_path, read_only=True) as seen:
        view = await evaluated(seen, tmp_path)
        assert len(bodies(seen)) == 6
        assert all(one["ai_search_options"]["cache"] == {"enabled": False} for one in bodies(seen))
        for words in ("as it is", "one word is enough", "Recall", "Precision", "MRR", "nDCG", "Unjudged", "tokens"):
            assert words in seen.text()
        await seen.sees("one word is enough with as it is")
        assert "2 better, 0 worse of 3" in seen.text()
        left, right = view.sides
        first = view.queries.cursor_row.changed
        assert first.query in seen.text()
        assert [row.item for row in right.shown if row.rank] == list(
            dict.fromkeys(hit.item for hit in first.right.hits)
        )
        assert left.shown != right.shown
        await seen.press("q")
        await seen.until(lambda: len(seen.app.screen_stack) == 1, "closed")
        assert audit(tmp_path) == []
        await seen.press("number_sign")
        await seen.sees("2 better")
        assert len(bodies(seen)) == 6, "the last run is shown again, and costs nothing"


async def test_a_right_item_that_was_not_found_is_there_to_be_asked_about(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        view = await evaluated(seen, tmp_path)
        view.queries.move_to("move an order to another depot")
        await seen.sees("not found: drafts/pricing-2027.md")
        await seen.press("w")
        await seen.sees("Not indexed: excluded by the rule 'drafts/**'.")
        await seen.press("q", "tab", "tab", "w")
        await seen.sees("It is found at rank 1, by keyword at rank 1")
        await seen.press("q", "enter")
        await seen.until(lambda: len(seen.app.screen_stack) == 3, "the item")
        assert "guides/multi-depot.md" in seen.text()
        await seen.press("q")
        await seen.until(lambda: seen.app.screen is view, "back")


async def test_the_run_is_kept_and_compared_with(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    async with console(tmp_path) as seen:
        view = await evaluated(seen, tmp_path)
        await seen.press("f")
        await typed(seen, str(path), "#path")
        await seen.press("enter", "enter")
        await seen.sees("Kept:")
        assert len(read_run(path).answers) == 6
        await seen.press("b")
        await typed(seen, str(tmp_path / "missing.json"), "#path")
        await seen.press("enter", "enter")
        await seen.sees("Cannot read the run")
        await typed(seen, str(path), "#path")
        await seen.press("enter", "enter")
        await seen.sees("with baseline")
        assert "0 better, 0 worse of 3" in seen.text()
        await seen.press("a")
        await seen.sees("as it is with baseline")
        await seen.press("b")
        await seen.sees("0 better, 0 worse of 3" if view._arm == 0 else "with as it is")


async def test_a_run_again_asks_first_and_can_be_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tui.api.client import Client

    async with console(tmp_path) as seen:
        view = await evaluated(seen, tmp_path)
        await seen.press("r")
        await seen.sees("Run the query set")
        await seen.press("escape")
        assert len(bodies(seen)) == 6
        held = asyncio.Event()
        real = Client.search

        async def slow(*values: object, **names: object) -> object:
            if len(bodies(seen)) >= 8:
                await held.wait()
            return await real(*values, **names)  # type: ignore[arg-type]

        monkeypatch.setattr(Client, "search", slow)
        await seen.press("r", "tab", "enter")
        await seen.sees("2 of 6 searches")
        await seen.press("x")
        await seen.sees("stopped")
        assert len(bodies(seen)) == 8
        assert view.queries.shown, "the run before stays"


async def test_a_wrong_set_is_told_in_the_dialog_and_a_failed_run_in_the_view(tmp_path: Path) -> None:
    path = tmp_path / "set.toml"
    async with console(tmp_path) as seen:
        path.write_text('[[query]]\ntext = "a"\n')
        await seen.press("number_sign")
        await typed(seen, str(path), "#path")
        await seen.press("enter", "enter")
        await seen.sees("names nothing relevant")
        path.write_text(SET.replace("default/docs-search", "default/nowhere"))
        await seen.press("enter")
        await seen.sees("Run the query set")
        await seen.press("tab", "enter")
        await seen.sees("failed:")
        assert not bodies(seen)
        await seen.press("q")
        await seen.until(lambda: len(seen.app.screen_stack) == 1, "closed")


async def test_a_search_that_gets_no_answer_is_counted_and_left_out(tmp_path: Path) -> None:
    rule = {"kind": "status", "status": 401, "code": 7071, "message": "vectorize_authentication_failed"}
    config = faults(tmp_path, {"operation": "search", "times": 1, **rule})
    async with console(tmp_path, config=config) as seen:
        await evaluated(seen, tmp_path)
        await seen.sees("1 searches got no answer")
        assert "of 2" in seen.text()


async def test_the_view_fits_every_window(tmp_path: Path) -> None:
    sizes = [(60, 20), (80, 24), (160, 50)]
    async with console(tmp_path, sizes[0]) as seen:  # the dialogs before it have the least room
        await evaluated(seen, tmp_path)
        async for size in seen.in_windows(sizes):
            assert "Recall" in seen.text(), size
            assert "QUERY" in seen.text(), size
            assert "Baseline" not in seen.text(), size
            await seen.press("question_mark")
            await seen.sees("Baseline")
            await seen.press("escape")
            assert isinstance(seen.app.screen, EvaluationView), size


async def test_one_arm_is_compared_with_itself(tmp_path: Path) -> None:
    text = SET.replace('[[arm]]\nname = "one word is enough"\nretrieval = "keyword"\nkeyword_match = "or"\n', "")
    async with console(tmp_path) as seen:
        await evaluated(seen, tmp_path, text)
        await seen.sees("0 better, 0 worse of 3")
        assert len(bodies(seen)) == 3
        await seen.press("a")
        await seen.sees("as it is with as it is")


# coverage


async def covered(seen: Console, folder: Path, text: str) -> None:
    """Compare docs-search with a list, by the keys."""
    path = folder / "keys.txt"
    path.write_text(text)
    await seen.press("plus")
    await seen.sees("What docs-search should hold")
    await typed(seen, str(path), "#path")
    await seen.press("enter", "enter")


async def test_coverage_names_what_is_not_indexed_first(tmp_path: Path) -> None:
    keys = ["guides/webhooks.md", "guides/new.md", "drafts/pricing-2027.md", "guides/offline-mode.md"]
    async with console(tmp_path, read_only=True) as seen:
        await go_to(seen, "default", "docs-search")
        await covered(seen, tmp_path, "\n".join(keys))
        await seen.sees("33.33 % of 3 are indexed")
        text = seen.text()
        assert text.index("guides/new.md") < text.index("guides/offline-mode.md")
        assert "2 excluded" in seen.text()
        await seen.press("enter")
        await seen.sees("It has no item")
        await seen.press("j", "enter")
        await seen.until(lambda: len(seen.app.screen_stack) == 3, "the item")
        assert "guides/offline-mode.md" in seen.text()
        await seen.press("q", "a", "G")
        await seen.sees("guides/webhooks.md")
        await seen.press("q")
        await seen.until(lambda: len(seen.app.screen_stack) == 1, "closed")
        assert not [one for one in seen.emulator.received if one.method != "GET"]


FAQ = "https://help.waypost.example/sitemap.xml"


async def test_coverage_of_a_website_suggests_its_own_sitemap(tmp_path: Path) -> None:
    async with console(tmp_path, read_only=True) as seen:
        await go_to(seen, "support", "support-faq")
        async for size in seen.in_windows([(120, 40), (80, 24)]):
            await seen.press("plus")
            await seen.sees("What support-faq should hold")
            assert seen.app.screen.query_one("#path", Input).value == FAQ, size
            await seen.press("tab", "enter")
            await seen.sees("88.00 % of 25 are indexed")
            await seen.sees("3 failed, 22")
            view = seen.app.screen
            assert isinstance(view, CoverageView), size
            assert "3 failed, 22 indexed  by sitemap.xml" in view.query_one(TitleRule).words, size
            assert all(one.key.startswith("https://help.waypost.example/") for one in view.table.shown), size
            assert {"failed"} <= {one.standing.value for one in view.table.shown}, size
            await seen.press("q")
            assert len(seen.app.screen_stack) == 1, size
        assert not [one for one in seen.emulator.received if one.method != "GET"]


async def test_from_the_view_to_another_list_and_back_to_the_sitemap(tmp_path: Path) -> None:
    path = tmp_path / "pages.txt"
    path.write_text("https://help.waypost.example/nowhere\n")
    async with console(tmp_path) as seen:
        await go_to(seen, "support", "support-faq")
        await seen.press("plus", "tab", "enter")
        await seen.sees("by sitemap.xml")
        await seen.press("o")
        await seen.sees("What support-faq should hold")
        await typed(seen, str(path), "#path")
        await seen.press("enter", "enter")
        await seen.sees("0.00 % of 1 are indexed")
        await seen.sees("by pages.txt")
        await seen.press("o", "escape")
        await seen.sees("by pages.txt")
        await seen.press("o")
        await typed(seen, FAQ, "#path")
        await seen.press("enter", "enter")
        await seen.sees("by sitemap.xml")


UNREADABLE = [
    ("default", "docs-search", FAQ, "Not this instance's website. default/docs-search crawls no"),
    (
        "support",
        "support-faq",
        "https://x.example/sitemap.xml",
        "Not this instance's website. support/support-faq crawls",
    ),
    ("support", "support-faq", "https://help.waypost.example/none.xml", "HTTP 404"),
    ("support", "support-faq", "https://help.waypost.example/index.html", "sitemap"),
    ("support", "support-faq", "https://[/", "Not this instance"),
]


async def test_a_sitemap_or_list_that_cannot_be_used_is_told_where_it_can_be_corrected(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        for namespace, name, address, words in UNREADABLE:
            await go_to(seen, namespace, name)
            assert words not in seen.text(), address
            await seen.press("plus")
            await typed(seen, address, "#path")
            await seen.press("enter", "enter")
            await seen.sees(words)
            assert seen.app.screen.query_one("#path", Input).value == address
            assert not isinstance(seen.app.screen, CoverageView), address
            await seen.press("escape")
            assert len(seen.app.screen_stack) == 1, address
        await go_to(seen, "default", "docs-search")
        await covered(seen, tmp_path, "[]")
        await seen.sees("The list is empty")
        await seen.press("escape")


async def test_items_that_cannot_be_read_are_told_in_the_view(tmp_path: Path) -> None:
    rule = {"kind": "status", "status": 500, "code": 7017, "message": "broken"}
    async with console(tmp_path, config=faults(tmp_path, {"operation": "list_items", **rule})) as seen:
        await go_to(seen, "default", "docs-search")
        await covered(seen, tmp_path, "a.md")
        for _ in range(8):
            await seen.pass_time(10, 2)
            if seen.store.state.notices:
                break
        assert seen.store.state.notices


async def test_the_demo_has_its_own_set_in_two_keys(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        seen.store.update(identity=replace(seen.store.state.identity, demo=True))
        await seen.press("number_sign")
        await seen.sees("queries.toml: 30 queries")
        await seen.press("tab", "enter")
        await seen.sees("support desk")
        await seen.press("a")
        await seen.sees("support desk with as it is")
        assert "-0.267 worse" in seen.text()
        await seen.press("w")
        await seen.sees("Found by vector at rank 2, cut by score_threshold 0.5 (0.471).")
        await seen.sees("Lower the threshold to 0.47: then it is at rank 2. Tried.")
