"""The palette by its keys: every action with its key and its reason, commands, and wrong ones that stay."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.functional.test_instances import names
from tests.functional.test_writes import go_to
from tests.harness import Console, console
from tests.unit.build import NOW, instance, state
from tui.actions import ACTIONS, BY_ID
from tui.actions.synonyms import OF_COMMANDS, SYNONYMS
from tui.state.instance_rows import Order
from tui.ui.kit.dialog import Confirm
from tui.ui.kit.text_dialog import TextDialog
from tui.ui.palette.offer import Command, Offer, PaletteEntry, action_entries, commands
from tui.ui.palette.window import PaletteWindow


async def type_into(seen: Console, text: str, *keys: str) -> None:
    """Open the palette and type."""
    await seen.press("colon", *("space" if char == " " else char for char in text), *keys)


def entries(seen: Console) -> list[PaletteEntry]:
    assert isinstance(seen.app.screen, PaletteWindow)
    return list(seen.app.screen._table._rows.items)


async def test_every_action_is_there_with_its_key_and_its_reason(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        await go_to(seen, "default", "hr-policies")
        await seen.press("ctrl+p")
        shown = {entry.action: entry for entry in entries(seen) if entry.action}
        assert shown.keys() == {action.id for action in ACTIONS}
        assert "built-in storage" in shown["instance.sync"].blocked
        assert not shown["app.help"].blocked
        assert shown["app.help"].keys == "? f1"
        await seen.press(*"sync", "enter")
        await seen.sees("built-in storage only")
        assert isinstance(seen.app.screen, PaletteWindow), "it says why, and stays"
        assert not seen.received("POST")


async def test_a_few_letters_and_enter_run_an_action_as_its_key_does(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        await go_to(seen, "default", "docs-search")
        await type_into(seen, "sync", "enter")
        await seen.until(lambda: isinstance(seen.app.screen, Confirm), "the dialog of the sync")
        assert dict(seen.app.screen.facts())["Instance"] == "docs-search"
        await seen.press("escape")
        await type_into(seen, "help", "enter")
        await seen.until(lambda: isinstance(seen.app.screen, TextDialog), "help")


async def test_an_action_of_another_pane_goes_there(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        await go_to(seen, "default", "docs-search")
        await type_into(seen, "log.search", "enter")
        await seen.until(lambda: seen.app.screen.panes.name == "log", "the log pane")
        await seen.until(lambda: "FilterBox" in type(seen.app.focused).__name__, "its search box")
        await seen.press("escape", "1")
        await type_into(seen, "last row", "enter")
        await seen.until(lambda: seen.app.screen.query_one("#instances-table")._cursor > 5, "the last row")


COMMANDS: list[tuple[str, str, Callable[[Console], object]]] = [
    ("ns arch", "· archive ", lambda seen: seen.store.state.namespace == "archive"),
    (":ns support", "· support ", lambda seen: seen.store.state.namespace == "support"),
    ("sort errors", "ERR▲", lambda seen: seen.app.screen.query_one("#instances-table").shown[0].error == 7),
    ("sort name", "NAME", lambda seen: names(seen.text()) == sorted(names(seen.text()))),
    ("filter !docs", "/!docs", lambda seen: "docs-search" not in names(seen.text())),
]


async def test_commands(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        await seen.until(lambda: seen.store.state.namespaces.value, "namespaces")
        for typed, words, state in COMMANDS:
            assert not state(seen), f"it has something to do: {typed}"
            await type_into(seen, typed, "enter")
            await seen.until(lambda done=state: done(seen), f"{typed} done")
            await seen.sees(words)
            assert len(seen.app.screen_stack) == 1, typed
            if "ns" in typed:
                await type_into(seen, "ns all", "enter")
                await seen.until(lambda: seen.store.state.namespace is None, "all")


async def test_the_same_sort_again_reverses_and_all_shows_all(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        for reverse in (False, True):
            await type_into(seen, "sort age", "enter")
            await seen.until(
                lambda r=reverse: seen.app.screen.query_one("#instances").order == Order("age", r), "order"
            )
        await type_into(seen, "ns archive", "enter")
        await seen.until(lambda: seen.store.state.namespace == "archive", "narrowed")
        await type_into(seen, "ns all", "enter")
        await seen.until(lambda: seen.store.state.namespace is None, "all")


WRONG = {
    "sort colour": "No column 'colour': state, name,",
    "ns nowhere": "No name 'nowhere': all,",
    "filter /[a/": "unterminated character set",
    "zzzz": "Nothing matches 'zzzz'",
    "profile prod": "No name 'prod': none",
}


async def test_a_wrong_command_says_so_and_keeps_what_was_typed(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        for typed, words in WRONG.items():
            await type_into(seen, typed, "enter")
            await seen.sees(words)
            assert f": {typed}" in seen.text()
            await seen.press("escape")
            assert len(seen.app.screen_stack) == 1, typed
        await seen.pilot.resize_terminal(80, 24)
        await type_into(seen, "qwfpgj")
        await seen.sees("Nothing matches 'qwfpgj'")


async def test_tab_and_enter_complete_and_q_quits(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        await seen.until(lambda: seen.store.state.namespaces.value, "namespaces")
        await seen.press("colon", "enter")
        await seen.sees(": ns ")
        await seen.press(*"sup", "tab")
        await seen.sees(": ns support")
        await seen.press("escape")
        await type_into(seen, "q", "enter")
        await seen.until(lambda: not seen.app.is_running or seen.app._exit, "quit")


def test_titles_count_more_than_words_of_the_help() -> None:
    actions = [
        PaletteEntry("Refresh", note="Read it again, sync too.", action="a"),
        PaletteEntry("Sync", note="Start.", action="b"),
    ]
    offer = Offer(actions, commands({}, {}, {}))
    assert [one.action for one in offer.entries("sync")][:2] == ["b", "a"]
    assert offer.entries("")[0].command == "ns"
    assert offer.check(":filter  a b ") == "filter a b"
    assert offer.entries("q")[0].command == "q", "a whole command is not searched for"


@pytest.mark.parametrize(
    ("word", "action"),
    [
        ("reload", "app.refresh"),
        ("reindex", "instance.sync"),
        ("start job", "instance.sync"),
        ("remove", "instance.delete"),
        ("rm", "instance.delete"),
        ("edit", "instance.modify"),
        ("change", "instance.modify"),
        ("kill", "job.cancel"),
        ("yank", "tables.copy"),
        ("exit", "q"),
        ("retry", "items.resync"),
        ("put", "items.upload"),
        ("disable", "instance.pause"),
        ("problems", "app.errors"),
        ("diff", "instances.compare"),
        ("duplicate", "instance.clone"),
        ("mouse", "app.mouse"),
        ("jobs", "app.pane-3"),
    ],
)
def test_other_words_for_the_same_find_it_first(word: str, action: str) -> None:
    shown = action_entries(lambda one: False, lambda one: True, state(instance()), NOW, {})
    found = Offer(shown, commands({}, {}, {})).entries(word)
    assert action in [one.action or one.command for one in found][:1], [one.title for one in found][:5]


def test_the_log_is_found_by_what_others_call_it() -> None:
    shown = action_entries(lambda one: False, lambda one: True, state(instance()), NOW, {})
    for word in ("tail", "follow", "logs"):
        found = [one.action for one in Offer(shown, []).entries(word)]
        assert {"app.pane-4", "log.follow"} & set(found[:3]), (word, found[:5])


def test_synonyms_are_of_actions_that_there_are() -> None:
    assert set(SYNONYMS) <= set(BY_ID)
    assert all(words == words.lower() for words in SYNONYMS.values())
    assert set(OF_COMMANDS) - {"set"} == {one.name for one in commands({}, {}, {})}


async def test_a_command_that_cannot_run_now_shows_its_reason(tmp_path: Path) -> None:
    async with console(tmp_path, read_only=True) as seen:
        await go_to(seen, "default", "docs-search")
        await type_into(seen, "remove")
        await seen.sees("Read-only: start without --read-only")
        await seen.press("enter")
        assert isinstance(seen.app.screen, PaletteWindow)
        await seen.press("ctrl+u", *"set", "space")
        await seen.sees("Read-only: start without --read-only")


def test_each_command_is_offered_once() -> None:
    more = Command("set", "FIELD VALUE", "Change one field.")
    names = [one.name for one in commands({}, {}, {}, more)]
    assert names == list(dict.fromkeys(names))
    assert names[0] == "ns"
