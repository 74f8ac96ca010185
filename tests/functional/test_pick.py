"""A list to choose from by keys: typed letters filter it, esc shows all again and then closes, enter takes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.functional.test_modify import field, form_of
from tests.functional.test_writes import go_to
from tests.harness import Console, console
from tui.ui.kit.dialog import Confirm
from tui.ui.kit.pick import Choice, Pick, matching

CHOICES = (
    Choice("a", "docs archive", "3 instances"),
    Choice("b", "archive", "kept for reading"),
    Choice("c", "support desk", "docs of the desk"),
    Choice("d", "another name...", always=True),
)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("", "abcd"),
        ("arch", "bad"),
        ("ARCHIVE DOCS", "ad"),
        ("desk docs", "cd"),
        ("reading", "bd"),
        ("zzz", "d"),
        ("  ", "abcd"),
    ],
)
def test_words_in_any_order_keep_what_has_them_and_a_beginning_comes_first(text: str, values: str) -> None:
    assert "".join(one.value for one in matching(CHOICES, text)) == values


def picked(seen: Console) -> Pick:
    assert isinstance(seen.app.screen, Pick)
    return seen.app.screen


def shown(seen: Console) -> list[str]:
    return [one.title for one in picked(seen)._table._rows.items]


async def test_j_and_k_move_letters_filter_backspace_widens_and_esc_clears_before_it_closes(tmp_path: Path) -> None:
    """J and k move while nothing was typed, where no title can be found by them."""
    async with console(tmp_path, (80, 24)) as seen:
        await go_to(seen, "default", "docs-search")
        await seen.until(lambda: seen.store.state.namespaces.value, "namespaces")
        await seen.press("V")
        await seen.sees("Move docs-search to")
        everything = shown(seen)
        table = picked(seen)._table
        first = table.cursor_row
        await seen.press("j")
        assert table.cursor_row is not first
        await seen.press("k")
        assert table.cursor_row is first
        await seen.press(*"aj")
        await seen.sees("Nothing matches 'aj'.")
        await seen.press(*["backspace"] * 2, *"qjk")
        await seen.sees("Nothing matches 'qjk'.")
        await seen.press("enter")
        assert picked(seen), "there is nothing to take"
        await seen.press(*["backspace"] * 3, *"sup")
        assert shown(seen) == ["support"]
        await seen.press("escape")
        assert shown(seen) == everything
        await seen.press("escape")
        assert len(seen.app.screen_stack) == 1
        await seen.press("V", *"plat", "enter")
        await seen.until(lambda: isinstance(seen.app.screen, Confirm), "the question")
        await seen.sees("platform")


async def test_the_second_of_two_searches_is_found_by_its_name(tmp_path: Path) -> None:
    async with console(tmp_path, (80, 24)) as seen:
        await go_to(seen, "default", "docs-search")
        await seen.press("2", *["right_square_bracket"] * 3)
        await seen.pass_time(0.6, 0.2)
        await seen.press("b")
        await seen.sees("Beside docs-search")
        await seen.press(*"kb", "space", *"bill")
        assert shown(seen) == ["billing-kb"], "the order of the words is free"
        await seen.press("enter")
        await seen.sees("billing-kb")
        assert not isinstance(seen.app.screen, Pick)


async def test_a_model_a_token_and_an_interval_are_found_by_typing(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        form = await form_of(seen)
        await field(seen, form, "embedding_model")
        await seen.press("enter", *"gemma")
        assert all("gemma" in title or "another" in title for title in shown(seen))
        await seen.press("enter")
        assert "gemma" in form.draft.wanted["embedding_model"]
        await field(seen, form, "sync_interval")
        await seen.press("enter", *"12h", "enter")
        assert form.draft.wanted["sync_interval"] == 43_200
        await field(seen, form, "token_id")
        await seen.press("enter", *"platform", "enter")
        await seen.until(lambda: seen.app.screen is form, "chosen")
        tokens = {one.name: one.id for one in await seen.session.service.tokens.read()}
        assert form.draft.wanted["token_id"] == tokens["aisearch-platform"]


async def test_the_list_opens_on_the_current_value_and_keys_move_while_typing(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        await seen.press("o")
        await seen.sees("Sort by")
        table = picked(seen)._table
        await seen.until(lambda: table.cursor_row and table.cursor_row.value == "state", "the current column")
        await seen.press("end")
        assert table.cursor_row is table._rows.items[-1]
        await seen.press("home", "down")
        assert table.cursor_row is table._rows.items[1]
        await seen.press(*"name", "enter")
        await seen.until(lambda: seen.app.screen.query_one("#instances").order.column == "name", "sorted")  # type: ignore[attr-defined]
