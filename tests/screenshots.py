"""Draws `screenshots/` from the demo's world at a fixed clock: `python -m tests.screenshots`."""

from __future__ import annotations

import asyncio
import os
import re
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.harness import Console, console
from tui.models import InstanceKey
from tui.service.lab.query_set import DEMO_SET

FOLDER = Path(__file__).parents[1] / "screenshots"


HANDBOOK = InstanceKey("default", "handbook")
DOCS = InstanceKey("default", "docs-search")


@dataclass(frozen=True, slots=True)
class Scene:
    """One picture: its file, its size, the instance that is selected, and the keys that lead to it.

    `then` are keys that are pressed when the words that are `awaited` stand on the screen.
    """

    name: str
    size: tuple[int, int]
    keys: Sequence[str] = ()
    instance: InstanceKey = HANDBOOK
    theme: str = "aisearch-dark"
    awaited: str = ""
    then: Sequence[str] = ()

    @property
    def path(self) -> Path:
        return FOLDER / f"{self.name}.svg"


EVALUATE = ("number_sign", "shift+tab", *str(DEMO_SET), "enter", "enter", "tab", "enter")
"""Opens the evaluation, names the demo's query set in place of what is suggested, and runs it."""
SCENES = (
    Scene("main-120x40", (120, 40)),
    Scene("main-80x24", (80, 24), ("3",)),
    Scene("main-light-120x40", (120, 40), theme="aisearch-light"),
    Scene("log-80x24", (80, 24), ("4", "z"), DOCS),
    Scene("triage-120x40", (120, 40), ("i",), DOCS),
    Scene("search-120x40", (120, 40), ("]", "]", "]", "2", "z", "/", *"print a label", "enter"), DOCS),
    Scene("modify-120x40", (120, 40), ("M",), DOCS),
    Scene("palette-80x24", (80, 24), (":", *"sync"), DOCS),
    Scene("evaluation-120x40", (120, 40), EVALUATE, DOCS, awaited="run at", then=("a",)),
    Scene("why-120x40", (120, 40), EVALUATE, DOCS, awaited="run at", then=("a", "w")),
)


async def act(seen: Console, scene: Scene) -> None:
    """Go to the instance, watch its newest job for a while, press the keys one by one."""
    key = scene.instance
    await seen.levelled()
    seen.app.screen.query_one("#instances-table").move_to(key)
    await seen.until(lambda: seen.store.state.selected == key, "the instance is selected")
    await seen.pass_time(12, 0.5)
    await seen.until(lambda: (tail := seen.session.poller.log.tail) and len(tail.lines) > 10, "its log is there")
    await seen.pass_time(6, 0.5)
    for name in scene.keys:
        await seen.press(name)
        await seen.settle()
    await seen.sees(scene.awaited)
    for name in scene.then:
        await seen.press(name)
        await seen.settle()
    await seen.pass_time(3, 0.5)
    await seen.still()


async def draw(scene: Scene) -> str:
    """The picture as SVG; its random ids replaced, so that equal screens are equal files."""
    with tempfile.TemporaryDirectory() as folder:
        async with console(Path(folder), scene.size, theme=scene.theme) as seen:
            await act(seen, scene)
            svg = seen.app.export_screenshot(title="aisearch")
    return re.sub(r"terminal-\d+", "terminal", svg) + "\n"


def main() -> None:
    """Draw them all."""
    os.environ["TZ"] = "UTC"
    time.tzset()
    FOLDER.mkdir(exist_ok=True)
    for scene in SCENES:
        scene.path.write_text(asyncio.run(draw(scene)), encoding="utf-8")
        print(scene.path)


if __name__ == "__main__":
    main()
