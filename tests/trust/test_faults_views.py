"""Every fault, every view that reads when it is asked to, by keys and on the screen.

What was read stays with its age, what was typed stays, an error is told in words with what to do, it is there again
when it is asked for again; and nothing pops up, hangs or asks without end.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from textual.widgets import Static

from tests.harness import Console, console
from tests.trust.faults import FAULTS, Wire
from tests.trust.views import DOCS, OTHERS, VIEWS, View, select

pytestmark = pytest.mark.exhaustive

WORDS = {
    "403": (("The token may not do this",), ("Add AI Search Edit",)),
    "404": (("No such instance",), ("Refresh",)),
    "409": (("Namespace name taken",), ("Choose another name",)),
    "401 of the instance": (("The instance cannot open",), ("Update the instance's service token",)),
    "500": (("The service failed inside",), ("Refresh",)),
    "503": (("AI Search is out of reach",), ("Wait a few seconds",)),
    "502 page": (("The edge got no good answer",), ("Refresh",)),
    "200 page": (("Not an API reply",), ("Check the base URL",)),
    "302": (("The API host redirects",), ("Check the base URL",)),
    "time-out": (("No answer",), ("Refresh",)),
    "reset": (("No answer",), ("Refresh",)),
    "name": (("Cannot reach emulator.invalid",), ("Check the network",)),
    "certificate": (("TLS certificate not trusted",), ("Set SSL_CERT_FILE",)),
    "truncated": (("Not an API reply",), ("Check the base URL",)),
    "result of wrong type": (("The API sent something else",), ("Refresh", "Ask again")),
    "429": (("Too many requests", "Request budget used up"), ("Wait for the countdown",)),
}
"""What the screen says of a fault, and what is to be done."""
READ_FIRST = r"/archive/instances$|/docs-search$|/api-reference$|/tokens$"
"""The requests of dialogs that read first."""
OPENED = ("403", "reset", "truncated", "429")
"""Faults that are on when a view is opened: one of each family."""
WAITING = ("Reading", "reading…", "Waiting for the reply", "On its way")
RETRIES = 3
ROUNDS = 4
"""Looks, some seconds apart, within which a read has failed for good: its retries take some time."""


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Wire:
    return Wire(monkeypatch)


def says(text: str, words: tuple[str, ...]) -> bool:
    """Whether one of the words stands there, in one line or in several."""
    flat = " ".join(text.split())
    return any(one in flat for one in words)


def waits(text: str) -> bool:
    return any(words in text for words in WAITING)


async def told(seen: Console, fault: str, view: View) -> None:
    """Within some seconds the view says what is wrong, and does not wait for anything."""
    for _ in range(ROUNDS):
        await seen.pass_time(4, 4)
        if says(view.text(seen), WORDS[fault][0]) and not waits(view.text(seen)):
            break
    else:
        raise AssertionError(f"{fault} is not told, or it waits for ever\n{seen.text()}")
    assert len(seen.app.screen_stack) == 1 + view.window, fault


async def healed(seen: Console, view: View, wire: Wire) -> None:
    """The fault is over, and the view was asked for again."""
    wire.fault = None
    await seen.pass_time(24, 12)  # the longest time that a server asked for
    await seen.press("R")
    await seen.pass_time(4, 4)
    text = view.text(seen)
    assert not any(says(text, titles) for titles, _ in WORDS.values()), f"an error stays\n{text}"
    assert " old" not in text
    assert not waits(text), text
    assert view.shows in text, text


def own(wire: Wire, view: View) -> list[str]:
    """The requests of a view that met the fault."""
    return [path for path in wire.paths if re.search(view.own, path)]


async def opened_under_faults(seen: Console, view: View, wire: Wire) -> None:
    """Nothing was read before: the error has the whole view, with what is to be done."""
    for fault, key in zip(OPENED, (*OTHERS, DOCS), strict=True):
        if view.inside:
            await view.inside(seen)
        wire.fault, wire.only = FAULTS[fault][0], view.own
        await view.open(seen, DOCS if view.inside else key)
        await told(seen, fault, view)
        assert says(seen.text(), WORDS[fault][1]), f"{fault}: what is to be done?\n{seen.text()}"
        if view.window and fault != OPENED[-1]:
            await seen.press("q")
            assert len(seen.app.screen_stack) == 1
    await healed(seen, view, wire)


async def asked_again_under_faults(seen: Console, view: View, wire: Wire) -> None:
    """What is shown stays, marked as old with the reason; what was typed stays too."""
    typed, keys = view.typed(seen), view.ask
    for fault in WORDS:
        if fault in view.ends:
            continue
        wire.fault = FAULTS[fault][0]
        wire.paths.clear()
        await seen.press(*keys)
        await told(seen, fault, view)
        assert view.shows in view.text(seen), f"{fault} has taken it away\n{seen.text()}"
        assert " old" in view.text(seen), f"{fault}: it looks fresh\n{seen.text()}"
        assert view.typed(seen) == typed
        assert len(own(wire, view)) <= view.reads * (1 + RETRIES) + view.polls, (fault, own(wire, view))
        keys = ("R",)
    await healed(seen, view, wire)


async def left_alone_under_a_fault(seen: Console, view: View, wire: Wire) -> None:
    """Nothing answers any more, and for two minutes nobody asks: few requests, nothing is lost."""
    wire.fault, wire.only = FAULTS["503"][0], ""
    await seen.press(*view.ask)
    await told(seen, "503", view)
    wire.paths.clear()
    await seen.pass_time(120, 2 if view.polls else 15)  # in long steps a hurry would not be seen
    assert len(own(wire, view)) <= view.polls, f"{len(own(wire, view))} requests that nobody asked for"
    assert view.shows in view.text(seen)


@pytest.mark.parametrize("name", VIEWS)
async def test_a_view_under_every_fault(name: str, tmp_path: Path, wire: Wire) -> None:
    view = VIEWS[name]
    async with console(tmp_path) as seen:
        await opened_under_faults(seen, view, wire)
        await asked_again_under_faults(seen, view, wire)
        await left_alone_under_a_fault(seen, view, wire)
        assert not seen.app._notifications, "it stands in the view"


DIALOGS: dict[str, tuple[tuple[str, ...], str]] = {
    "modify": (("M",), "Modify docs-search"),
    "clone": (("C",), "New instance like docs-search"),
    "create": (("1", "N"), "New instance"),
    "compare": (("1", "d"), "difference"),
    "delete a namespace": (("n", "down", "down", "D"), "archive still holds"),
    "delete": (("D",), "saved first"),
}
"""What reads before it opens: keys, and words of the open dialog. The last one is open while it reads."""
OPEN_ANYHOW = ("create",)
"""What it could not read is told in its form."""


async def test_a_dialog_that_reads_first_says_what_is_wrong_once_and_opens_when_it_is_over(
    tmp_path: Path, wire: Wire
) -> None:
    async with console(tmp_path) as seen:
        await select(seen, OTHERS[0])
        await seen.press("space")
        await select(seen, DOCS)
        for fault in OPENED:
            for name, (keys, _) in DIALOGS.items():
                if name in OPEN_ANYHOW:
                    continue
                wire.fault, wire.only = FAULTS[fault][0], READ_FIRST
                await seen.press(*keys)
                text = await answered(seen, fault, itself=name == "delete")
                assert says(text, WORDS[fault][0]), f"{name}: {fault} is not told\n{text}"
                assert says(text, WORDS[fault][1]), f"{name}: {fault}: what is to be done?\n{text}"
                await back(seen)
            wire.fault = None
            await seen.pass_time(24, 12)
        for keys, words in DIALOGS.values():
            await seen.press(*keys)
            await seen.sees(words)
            assert not seen.app._notifications
            await back(seen)
        assert not seen.received("POST")


async def answered(seen: Console, fault: str, *, itself: bool) -> str:
    """The words of the one toast, or of the dialog `itself`; the bottom line does not go on reading."""
    for _ in range(ROUNDS):
        await seen.pass_time(4, 4)
        if not waits(seen.text()) and (itself or seen.app._notifications):
            break
    assert not waits(seen.text()), f"{fault}: it waits for ever\n{seen.text()}"
    toasts = list(seen.app._notifications)
    assert len(toasts) == (not itself), "once"
    return (
        str(seen.app.screen.query_one("#losses", Static).content)
        if itself
        else f"{toasts[0].title} {toasts[0].message}"
    )


async def back(seen: Console) -> None:
    """To the main screen, without a toast."""
    while len(seen.app.screen_stack) > 1:
        await seen.press("escape")
    seen.app.clear_notifications()
    await seen.turn()
