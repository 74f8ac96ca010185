"""Widgets are styled and painted when they are mounted and when something about them changes, not with every key."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.css.stylesheet import Stylesheet
from textual.dom import DOMNode
from textual.screen import Screen
from textual.widget import Widget

from tests.harness import console
from tui.ui.main_screen import MainScreen


@contextmanager
def styled(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[DOMNode]]:
    """The nodes that are styled meanwhile."""
    nodes: list[DOMNode] = []
    apply = Stylesheet.apply

    def noted(self: Stylesheet, node: DOMNode, **choices: Any) -> None:
        if isinstance(node, Widget):  # not a part of one, such as its cursor
            nodes.append(node)
        apply(self, node, **choices)

    with monkeypatch.context() as patch:
        patch.setattr(Stylesheet, "apply", noted)
        yield nodes


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_going_to_another_pane_styles_what_shows_it(
    tmp_path: Path, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with console(tmp_path, size) as seen:
        for key in "23412":
            with styled(monkeypatch) as nodes:
                await seen.press(key)
            assert len(nodes) <= 15, [str(node) for node in nodes]
            assert seen.app.screen not in nodes


async def test_a_dialog_leaves_the_styles_below_it_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(tmp_path) as seen:
        main = seen.app.screen
        assert isinstance(main, MainScreen)
        for _ in range(2):
            with styled(monkeypatch) as nodes:
                await seen.press("question_mark")
                await seen.sees("Help")
                await seen.press("escape")
            below = [node for node in nodes if main in node.ancestors_with_self]
            assert len(below) <= 3, [str(node) for node in below]


async def test_a_dialog_is_painted_once_and_the_focus_paints_what_it_changes(tmp_path: Path) -> None:
    """Textual painted three screens for a dialog that opens, two when it closes, one for each move of the focus."""
    async with console(tmp_path) as seen:
        painted = [0.0]
        display, (width, height) = seen.app._display, seen.app.size

        def noted(screen: Screen[Any], renderable: Any) -> None:
            if isinstance(renderable, ChopsUpdate):
                painted[0] += sum(end - start for _, start, end in renderable.spans) / (width * height)
            painted[0] += isinstance(renderable, LayoutUpdate)
            display(screen, renderable)

        seen.app._display = noted  # type: ignore[method-assign]
        await seen.press("3", "1")
        for key in ("S", "?", "c", "P"):
            painted[0] = 0.0
            await seen.press(key)
            assert len(seen.app.screen_stack) == 2, key
            assert painted[0] < 2.5, f"{key} opens"  # on a slow machine the first frame may come before what is in it
            painted[0] = 0.0
            await seen.press("escape")
            assert painted[0] < 1.2, f"{key} closes"
        for key in ("3", "4", "3"):
            painted[0] = 0.0
            await seen.press(key)
            assert painted[0] < 0.9, f"focus to {key}"
