"""Lines and title rules that are too long for their width end in the sign of the terminal's look."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult

from tui.ui.kit.line import Line, TitleRule
from tui.ui.look import ASCII_SIGNS, UNICODE_SIGNS, Look, Signs
from tui.ui.themes import DARK, palette


class LineApp(App[None]):
    """A line and a rule, each longer than the window."""

    def __init__(self, signs: Signs) -> None:
        super().__init__()
        self.register_theme(DARK)
        self.theme = DARK.name
        self._signs = signs

    def look(self) -> Look:
        return Look(palette(DARK), self._signs)

    def compose(self) -> ComposeResult:
        yield Line("the name of an instance")
        yield TitleRule("Detail of a long name", rule=self._signs.rule)


@pytest.mark.parametrize(("signs", "end"), [(UNICODE_SIGNS, "…"), (ASCII_SIGNS, "~")])
async def test_what_is_cut_says_so_in_signs_of_the_terminal(signs: Signs, end: str) -> None:
    app = LineApp(signs)
    async with app.run_test(size=(12, 4)) as pilot:
        line, rule = app.query_one(Line), app.query_one(TitleRule)
        assert line.render_line(0).text == f"the name of{end}"
        assert rule.render_line(0).text == f"{signs.rule * 2} Detail o{end}"
        rule.describe(note="9")
        assert rule.render_line(0).text == f"{signs.rule * 2} Det{end} 9 {signs.rule * 2}"
        await pilot.resize_terminal(40, 4)
        await pilot.pause()
        assert end not in line.render_line(0).text + rule.render_line(0).text
        assert line.render_line(0).cell_length == 40
