"""Widgets are styled when they are mounted and when something about them changes, not with every key."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from textual.css.stylesheet import Stylesheet
from textual.dom import DOMNode
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
