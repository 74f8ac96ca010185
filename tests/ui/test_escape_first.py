"""Escape and a key in one packet: both count, in this order."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual import events

from tests.harness import Console, console
from tui.ui.instances.pane import InstancesPane
from tui.ui.keys import key_after_escape
from tui.ui.kit.filter_box import FilterBox
from tui.ui.textual_fixes import EscapeParser


def read(packet: str) -> list[events.Key]:
    """The keys of one packet, after which the line is silent."""
    parser = EscapeParser()
    return [event for event in (*parser.feed(packet), *parser.feed("")) if isinstance(event, events.Key)]


@pytest.mark.parametrize(
    ("packet", "after"),
    [
        ("\x1bq", "q"),
        ("\x1bQ", "Q"),
        ("\x1b/", "slash"),
        ("\x1b:", "colon"),
        ("\x1b1", "1"),
        ("\x1b=", "equals_sign"),
        ("\x1b ", "space"),
        ("\x1b\r", "enter"),
        ("\x1b\x12", "ctrl+r"),
        ("\x1bé", "é"),
    ],
)
def test_a_key_in_the_packet_of_an_escape(packet: str, after: str) -> None:
    (key,) = read(packet)
    found = key_after_escape(key)
    assert found
    assert (found.key, found.character) == (after, packet[1])


def test_more_keys_follow_in_their_order() -> None:
    first, *others = read("\x1bqjj")
    assert key_after_escape(first)
    assert [key.key for key in others] == ["j", "j"]


@pytest.mark.parametrize(
    ("packet", "keys"),
    [
        ("\x1b", ["escape"]),
        ("q", ["q"]),
        ("\x1b[A", ["up"]),
        ("\x1bOP", ["f1"]),
        ("\x1b[1;3C", ["alt+right"]),
        ("\x1b[113;3u", ["alt+q"]),
        ("\x1bb", ["ctrl+left"]),
        ("\x1b\x7f", ["ctrl+w"]),
        ("\x1b[", ["left_square_bracket"]),
        ("\x1b[?99x", []),  # a sequence that nobody knows
    ],
)
def test_what_else_begins_with_an_escape_stays_what_it_is(packet: str, keys: list[str]) -> None:
    found = read(packet)
    assert [key.key for key in found] == keys
    assert not any(map(key_after_escape, found))


async def packet(seen: Console, text: str) -> None:
    """Let a packet arrive."""
    for key in read(text):
        seen.app.post_message(key)
    await seen.settle()


async def test_a_field_is_left_before_the_key_acts(tmp_path: Path) -> None:
    async with console(tmp_path) as seen:
        await seen.press("slash", *"zzz")
        await seen.sees("No instance matches the filter.")
        await packet(seen, "\x1b?")
        await seen.sees("In tables")
        await packet(seen, "\x1bz")
        await seen.until(lambda: "In tables" not in seen.text(), "the help is closed")
        await seen.until(lambda: not seen.app.screen.query_one("#right").region, "the pane fills the window")
        assert seen.app.screen.query_one(FilterBox).value == ""
        await packet(seen, "\x1bj")
        await seen.sees("Detail  support/partner-portal")


async def test_an_alt_key_of_the_operators_own_is_one_key(tmp_path: Path) -> None:
    async with console(tmp_path, keymap={"app.help": "alt+q"}) as seen:
        await seen.press("slash", *"docs", "enter")
        await packet(seen, "\x1bq")
        await seen.sees("In tables")
        assert seen.app.screen_stack[0].query_one(InstancesPane).wanted.text == "docs"
