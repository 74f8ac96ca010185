"""Lines and title rules that are too long for their width end in the sign of the terminal's look."""

from __future__ import annotations

import pytest
from rich.text import Text
from textual.app import App, ComposeResult
from textual.geometry import Region

from tui.ui.kit.line import Line, TitleRule
from tui.ui.log.title import LogTitle
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


@pytest.mark.parametrize(
    ("before", "after", "changed"),
    [
        ("99 lines", "99 lines", None),
        ("99 lines", "98 lines", (1, 1)),
        ("99 lines", "98 liner", (1, 7)),
        ("漢字 9", "漢字 8", (5, 5)),
        ("漢字 9", "漢a  9", (2, 3)),
        ("e\u0301 9", "e 9", (0, 0)),
    ],
)
async def test_only_cells_that_read_differently_are_painted(
    before: str, after: str, changed: tuple[int, int] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = LineApp(UNICODE_SIGNS)
    async with app.run_test(size=(40, 4)) as pilot:
        line = app.query_one(Line)
        line.show(before)
        await pilot.pause()
        painted: list[tuple[Region, ...]] = []
        refresh = Line.refresh

        def noted(self: Line, *regions: Region, **choices: bool) -> Line:
            painted.append(regions)
            return refresh(self, *regions, **choices)

        monkeypatch.setattr(Line, "refresh", noted)
        line.show(after)
        assert painted == ([] if changed is None else [(Region(changed[0], 0, changed[1] + 1 - changed[0], 1),)])
        await pilot.pause()
        assert line.render_line(0).text.rstrip() == after


async def test_the_count_of_a_log_lays_nothing_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """It did: the whole screen was laid out each time the count had a digit more."""

    class TitleApp(LineApp):
        def compose(self) -> ComposeResult:
            yield LogTitle("Log", rule="─")

    app = TitleApp(UNICODE_SIGNS)
    async with app.run_test(size=(60, 4)) as pilot:
        title = app.query_one(LogTitle)
        laid_out: list[bool] = []
        refresh = LogTitle.refresh

        def noted(self: LogTitle, *regions: Region, layout: bool = False, **choices: bool) -> LogTitle:
            laid_out.append(layout)
            return refresh(self, *regions, layout=layout, **choices)

        monkeypatch.setattr(LogTitle, "refresh", noted)
        for lines in (9, 10, 100, 1_000):
            title.describe("39ffc580", "LIVE", (Text(f" · {lines:,} lines"), Text(f" {lines}")))
            await pilot.pause()
            assert title.render_line(0).text.startswith("── Log  39ffc580 ─")
            assert title.render_line(0).text.endswith(f"─ LIVE · {lines:,} lines ──")
        assert laid_out
        assert not any(laid_out)
        await pilot.resize_terminal(24, 4)
        await pilot.pause()
        assert title.render_line(0).text.endswith(" LIVE 1000 ──")
