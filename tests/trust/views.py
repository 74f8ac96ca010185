"""The views that read when they are asked to: how keys open each, what it shows then, and how it is read again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from textual.widgets import Input

from tests.harness import Console
from tui.models import InstanceKey

DOCS = InstanceKey("default", "docs-search")
OTHERS = (
    InstanceKey("default", "api-reference"),
    InstanceKey("support", "billing-kb"),
    InstanceKey("archive", "museum-catalogue"),
)
"""Instances of which nothing was read yet."""
TABS = ("Overview", "Config", "Items", "Search", "JSON")
ASK = ("slash", "enter")
QUERY = "label"


@dataclass(frozen=True, slots=True)
class View:
    """`open` goes from the main screen to the view of an instance, and fills it. `shows` stands there then.

    `ask` are the keys that read it once more, which takes at most this many `reads`, and `own` matches the paths of
    these; in trouble, R does it everywhere. `polls` is how many requests it may send by itself in two minutes of
    trouble. What was typed is `typed`, `face` selects the widget that it is, none the whole window. `inside` makes
    ready what it is opened from; `ends` are the faults that close it. Enter `leads` to more, or back.
    """

    open: Callable[[Console, InstanceKey], Awaitable[None]]
    shows: str
    own: str
    ask: tuple[str, ...] = ("R",)
    reads: int = 1
    polls: int = 0
    face: str = "#detail"
    inside: Callable[[Console], Awaitable[None]] | None = None
    ends: tuple[str, ...] = ()
    leads: bool = True
    typed: Callable[[Console], str] = lambda seen: ""

    @property
    def window(self) -> bool:
        """Whether it lies over the main screen."""
        return self.face != "#detail"

    def text(self, seen: Console) -> str:
        """What stands in it, and not around it."""
        if not self.face:
            return seen.text()
        box = seen.app.screen.query_one(self.face).region
        return "\n".join(line[box.x : box.right] for line in seen.text().split("\n")[box.y : box.bottom])


async def select(seen: Console, key: InstanceKey) -> None:
    """The cursor on an instance, and the time that it takes to be read."""
    seen.app.screen.query_one("#instances-table").move_to(key)  # type: ignore[attr-defined]
    await seen.pilot.pause()
    await seen.pass_time(0.6, 0.3)


def tab(name: str) -> Callable[[Console, InstanceKey], Awaitable[None]]:
    """To a tab of the detail pane."""

    async def opened(seen: Console, key: InstanceKey) -> None:
        await select(seen, key)
        pane = seen.app.screen.query_one("#detail")
        await seen.press("2", *["right_square_bracket"] * ((TABS.index(name) - pane.tab) % len(TABS)))  # type: ignore[attr-defined]
        await seen.pass_time(0.6, 0.3)

    return opened


async def items(seen: Console) -> None:
    """The list that an item is opened from is there already."""
    if not seen.store.state.items.at:
        await tab("Items")(seen, DOCS)
        await seen.sees("offline-mode.md")


async def item(seen: Console, key: InstanceKey) -> None:
    """One that is indexed, below those that failed."""
    table = seen.app.screen.query_one("#detail").shown.table  # type: ignore[attr-defined]
    table.move_to(next(row.item.id for row in table.shown if row.item.status == "completed"))
    await seen.press("enter")
    await seen.settle()


def asked(mode: str) -> Callable[[Console, InstanceKey], Awaitable[None]]:
    """A question in the search tab."""

    async def opened(seen: Console, key: InstanceKey) -> None:
        await tab("Search")(seen, key)
        face = seen.app.screen.query_one("SearchTab")
        await seen.press(*(["a"] if face.mode != mode else []), "slash")  # type: ignore[attr-defined]
        await seen.press(*QUERY.removeprefix(box(seen)), "enter")
        await seen.settle()

    return opened


def window(*keys: str) -> Callable[[Console, InstanceKey], Awaitable[None]]:
    """A view over the main screen."""

    async def opened(seen: Console, key: InstanceKey) -> None:
        await select(seen, key)
        await seen.press(*keys)
        await seen.settle()

    return opened


async def beside(seen: Console, key: InstanceKey) -> None:
    await tab("Search")(seen, key)
    await seen.press("b", "enter")
    await seen.settle()
    await seen.press("slash", *QUERY, "enter")
    await seen.settle()


def box(seen: Console) -> str:
    """What stands in the text field of the screen."""
    return seen.app.screen.query_one("SearchTab Input, SideBySide Input", Input).value


VIEWS = {
    "items": View(tab("Items"), "offline-mode.md", r"/items$", polls=60),
    "item": View(item, "chunks indexed", r"/items/", reads=2, face="", inside=items, ends=("404",)),
    "config": View(tab("Config"), "differs from the default", r"/instances/[\w-]+$", polls=30),
    "json": View(tab("JSON"), '"id": "docs-search"', r"/instances/[\w-]+$", polls=30),
    "search": View(asked("Search"), "manifests-and-pickups.md", r"/search$", ASK, typed=box),
    "chat": View(asked("Ask"), "The answer", r"/chat/completions", ASK, typed=box),
    "beside": View(beside, "manifests-and-pickups.md", r"/search$", reads=2, face="", typed=box),
    "triage": View(window("i"), "unsupported_type", r"/items$", face=""),
    "namespaces": View(window("n"), "What the support desk", r"/namespaces$", polls=24, face=".list", leads=False),
    "tokens": View(window("asterisk"), "aisearch-platform", r"/tokens$", face=".list"),
}
