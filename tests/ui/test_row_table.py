"""The row table under a user's keys: what is on its lines, and that a refresh never takes the place away."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Hashable, Sequence
from contextlib import asynccontextmanager
from typing import NamedTuple, TypeVar

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.text import Text
from textual import events, on
from textual.app import App, ComposeResult
from textual.message import Message
from textual.pilot import Pilot
from textual.strip import Strip
from textual.widgets import Input

from tui.ui.kit.row_table.row_table import ASCII_GLYPHS, Cell, Column, Glyphs, RowTable


class Row(NamedTuple):
    id: str
    note: str = ""
    count: int = 0


COLUMNS = (Column("id", "NAME", min_width=8, grow=1), Column("count", "COUNT", width=5, align="right"))


def plain_cells(row: Row) -> Sequence[Cell]:
    return (row.id + row.note, str(row.count))


def numbered(count: int, start: int = 0) -> list[Row]:
    return [Row(f"r{n:03}", count=n) for n in range(start, start + count)]


class Probe(RowTable[Row]):
    """A table that remembers which of its lines were painted."""

    painted: list[int]

    def render_line(self, y: int) -> Strip:
        self.painted.append(y)
        return super().render_line(y)

    def lines(self) -> list[str]:
        return [super(Probe, self).render_line(y).text for y in range(self.size.height)]

    def cursor_line(self) -> int:
        """The screen line with the cursor's glyph, or -1."""
        found = [y for y, line in enumerate(self.lines()) if line[:1] in "▌◆"]
        return found[0] if len(found) == 1 else -1


class TableApp(App[None]):
    """A table with the keys that a pane would bind, and a field to take the focus away."""

    CSS = "RowTable { height: 1fr; } Input { height: 1; border: none; }"
    ACTIONS = (
        "j cursor_down, k cursor_up, g top, G bottom, ctrl+d half(1), ctrl+u half(-1), pagedown page(1), "
        "pageup page(-1), enter choose, space toggle_mark, v mark_range, u clear_marks, right sideways(1), "
        "left sideways(-1)"
    )
    BINDINGS = [(key, f"focused.{action}", "") for key, action in (pair.split() for pair in ACTIONS.split(", "))]

    def __init__(self, table: Probe) -> None:
        super().__init__()
        self.table = table
        self.heard: list[Message] = []

    def compose(self) -> ComposeResult:
        yield self.table
        yield Input()

    @on(RowTable.Highlighted)
    @on(RowTable.Chosen)
    @on(RowTable.MarksChanged)
    @on(RowTable.VisibleChanged)
    def listen(self, message: Message) -> None:
        self.heard.append(message)


M = TypeVar("M", bound=Message)


@asynccontextmanager
async def opened(
    rows: Sequence[Row],
    *,
    columns: Sequence[Column] = COLUMNS,
    cells: Callable[[Row], Sequence[Cell]] = plain_cells,
    glyphs: Glyphs | None = None,
    contents: Callable[[Sequence[Row]], dict[str, int]] | None = None,
    size: tuple[int, int] = (40, 12),
) -> AsyncIterator[tuple[Probe, Pilot[None], TableApp]]:
    """A running app; with the default size the table has a header and ten lines for rows."""
    table = Probe(columns, key=lambda row: row.id, cells=cells, glyphs=glyphs, contents=contents)
    table.painted = []
    table.set_rows(rows)
    app = TableApp(table)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        yield table, pilot, app


def heard(app: TableApp, kind: type[M]) -> list[M]:
    return [message for message in app.heard if type(message) is kind]


async def test_lines_have_header_gutter_and_aligned_cells() -> None:
    async with opened([Row("alpha", count=7), Row("beta", count=1234)]) as (table, _, _):
        assert table.lines()[:4] == [
            " NAME                             COUNT",
            "▌alpha                                7",
            " beta                              1234",
            " " * 39,
        ]


async def test_header_shows_the_sorted_column_and_stays_while_rows_scroll() -> None:
    async with opened(numbered(50)) as (table, pilot, _):
        table.set_sort("count", descending=True)
        await pilot.press("G")
        assert table.lines()[0] == " NAME                             COU…▼"
        table.set_sort("id")
        assert table.lines()[0].startswith(" NAME▲ ")
        assert table.lines()[-1].startswith("▌r049")


async def test_ascii_glyphs() -> None:
    async with opened([Row("a" * 60), Row("b")], glyphs=ASCII_GLYPHS) as (table, pilot, _):
        table.set_sort("id", descending=True)
        assert table.lines()[0].startswith(" NAMEv")
        assert table.lines()[1].startswith(">aaaa")
        assert "aaa~ " in table.lines()[1]
        await pilot.press("space", "k")
        assert table.lines()[1][0] == "#"
        await pilot.press("j")
        assert table.lines()[1][0] == "*"
        assert "".join(table.lines()).isascii()


async def test_markup_is_literal_and_control_characters_cannot_break_a_line() -> None:
    async with opened([Row("[red]x[/nope]"), Row("one\ntwo\x1b[2J")]) as (table, _, _):
        assert table.lines()[1].startswith("▌[red]x[/nope] ")
        assert table.lines()[2].startswith(" one two [2J ")


async def test_wide_and_combining_characters_keep_the_columns() -> None:
    rows = [Row("漢字" * 20), Row("e\u0301" * 50), Row("👩\u200d🚀" * 30), Row("漢" * 16), Row("x漢字漢字" * 9)]
    async with opened(rows) as (table, _, _):
        for line in table.lines():
            assert cell_len(line) == 39
        assert table.lines()[1] == "▌" + "漢字" * 7 + "漢…      0"
        assert "e\u0301… " in table.lines()[2]


async def test_styled_cells_keep_their_colour_and_are_cut_like_plain_ones() -> None:
    def cells(row: Row) -> Sequence[Cell]:
        return (Text(row.id, style="red"), Text.assemble("n", (str(row.count), "bold green")))

    async with opened([Row("x"), Row("long" * 20)], cells=cells) as (table, _, _):
        assert table.lines()[2] == " longlonglonglonglonglonglonglon…    n0"
        colours = {segment.text: segment.style.color.name for segment in table.render_line(2) if segment.style.color}
        assert colours["longlonglonglonglonglonglonglon…"] == "red"
        assert colours["0"] == "green"


async def test_narrow_tables_drop_columns_and_then_scroll_sideways() -> None:
    drops = {"NAME": 0, "AAAA": 1, "BBBB": 2, "CCCC": 0}
    columns = [Column(title, title, width=10, drop=drop) for title, drop in drops.items()]
    async with opened([Row("r000")], columns=columns, cells=lambda row: (row.id, "a", "b", "c")) as (table, pilot, _):
        titles = []
        for width in (60, 40, 30, 14):
            await pilot.resize_terminal(width, 6)
            titles.append(table.lines()[0].split())
        assert titles == [["NAME", "AAAA", "BBBB", "CCCC"], ["NAME", "AAAA", "CCCC"], ["NAME", "CCCC"], ["NAME", "C"]]
        await pilot.press("right")
        assert table.lines()[0].split() == ["CCCC"]
        assert table.lines()[1][0] == "▌"
        await pilot.press("left")
        assert table.lines()[1].startswith("▌r000")


async def test_keys_move_with_a_row_of_context() -> None:
    async with opened(numbered(50)) as (table, pilot, _):
        await pilot.press(*"jjjjjjjjj")
        assert table.cursor_key == "r009"
        assert table.visible_keys() == tuple(f"r{n:03}" for n in range(1, 11))
        await pilot.press("G")
        assert (table.cursor_key, table.cursor_line()) == ("r049", 10)
        await pilot.press("ctrl+u")
        assert (table.cursor_key, table.cursor_line()) == ("r044", 9)
        await pilot.press("pageup")
        assert (table.cursor_key, table.cursor_line()) == ("r035", 9)
        await pilot.press("g", "pagedown")
        assert (table.cursor_key, table.cursor_line()) == ("r009", 2)
        await pilot.press("ctrl+d", "k")
        assert table.cursor_row == Row("r013", count=13)


async def test_moving_paints_two_lines_and_equal_rows_none() -> None:
    async with opened(numbered(50)) as (table, pilot, _):
        table.painted.clear()
        await pilot.press("j")
        assert sorted(table.painted) == [1, 2]
        table.painted.clear()
        table.set_rows(numbered(50))
        await pilot.pause()
        assert table.painted == []
        table.set_rows([*numbered(3), Row("r003", " new", 3), *numbered(96, start=4)])
        await pilot.pause()
        assert table.painted == [4]


async def test_rows_far_above_change_nothing_on_the_screen() -> None:
    async with opened(numbered(50)) as (table, pilot, _):
        await pilot.press("G")
        before = table.lines()
        table.painted.clear()
        table.set_rows([*[Row(f"new{n}") for n in range(7)], *numbered(50)])
        await pilot.pause()
        assert table.painted == []
        assert table.lines() == before


async def test_ticking_cells_repaint_only_the_lines_that_came_out_new() -> None:
    clock = [0]

    async with opened(numbered(50), cells=lambda row: (row.id, str(clock[0] * row.count))) as (table, pilot, _):
        clock[0] = 3
        table.refresh_cells()
        table.painted.clear()
        await pilot.pause()
        assert table.painted == list(range(2, 11))  # nought times three is still nought
        assert table.lines()[4].endswith("9")


async def test_deleting_the_cursors_row_goes_below_then_above() -> None:
    async with opened(numbered(50)) as (table, pilot, _):
        await pilot.press(*"jjjjj")
        table.set_rows([row for row in numbered(50) if row.count not in (5, 6)])
        assert (table.cursor_key, table.cursor_line()) == ("r007", 6)
        table.set_rows(numbered(4))
        assert table.cursor_key == "r003"
        table.set_rows([])
        assert table.cursor_key is None
        assert table.cursor_row is None


async def test_sorting_keeps_the_key_on_its_screen_line() -> None:
    async with opened(numbered(50)) as (table, pilot, _):
        table.move_to("r025")
        line = table.cursor_line()
        table.set_rows(numbered(50)[::-1])
        await pilot.pause()
        assert (table.cursor_key, table.cursor_line()) == ("r025", line)


async def test_a_cursor_out_of_view_leaves_the_viewport_to_the_reader() -> None:
    async with opened(numbered(50)) as (table, pilot, app):
        table.scroll_to(y=20)  # not animated, so it is there at once
        assert table.visible_keys()[0] == "r020"
        table.set_rows([Row("new"), *numbered(50)])
        await pilot.pause()
        assert table.visible_keys()[0] == "r020"
        assert table.cursor_key == "r000"
        assert heard(app, RowTable.VisibleChanged)[-1].keys == table.visible_keys()
        await pilot.press("j")
        assert (table.cursor_key, table.cursor_line()) == ("r001", 2)


async def test_resize_keeps_the_cursor_in_view() -> None:
    async with opened(numbered(50)) as (table, pilot, _):
        table.move_to("r030")
        for size in ((30, 6), (80, 24), (20, 5)):
            await pilot.resize_terminal(*size)
            assert table.cursor_key == "r030"
            assert table.cursor_line() > 0
        assert not table.move_to("gone")


async def test_marks_survive_by_key_and_are_visible_without_colour() -> None:
    async with opened(numbered(20)) as (table, pilot, app):
        await pilot.press("space", "j", "j", "v")
        assert table.marks == {"r000", "r001", "r002", "r003"}
        assert [line[0] for line in table.lines()[1:6]] == ["•", "•", "•", "◆", " "]
        table.set_rows([row for row in numbered(20)[::-1] if row.count != 1])
        await pilot.pause()
        assert table.marks == {"r000", "r002", "r003"}
        marks = [m.marks for m in heard(app, RowTable.MarksChanged)]
        assert marks[-1] == table.marks
        assert len(marks) == 3
        await pilot.press("g", "space", "k", "space")
        assert "r019" not in table.marks
        await pilot.press("u")
        assert table.marks == frozenset()


async def test_messages_for_cursor_and_choice() -> None:
    async with opened(numbered(20)) as (table, pilot, app):
        assert [(m.key, m.row) for m in heard(app, RowTable.Highlighted)] == [("r000", numbered(1)[0])]
        table.set_rows([Row("r000", " changed"), *numbered(5, start=1)])
        await pilot.press("j", "enter")
        chosen = heard(app, RowTable.Chosen)[0]
        assert (chosen.table, chosen.key) == (table, "r001")
        for end in (True, False, True):
            table.go_to_end(end=end)
        await pilot.pause()
        assert [m.key for m in heard(app, RowTable.Highlighted)] == ["r000", "r001", "r005"]


async def test_mouse_moves_chooses_and_scrolls() -> None:
    async with opened(numbered(50)) as (table, pilot, app):
        await pilot.click(table, offset=(5, 0))
        await pilot.click(table, offset=(5, 4))
        assert table.cursor_key == "r003"
        await pilot.click(table, offset=(5, 4))
        assert len(heard(app, RowTable.Chosen)) == 1
        table.post_message(events.MouseScrollDown(table, 5, 5, 0, 0, 0, False, False, False))
        await pilot.pause()
        assert table.visible_keys()[0] == f"r{int(app.scroll_sensitivity_y):03}"
        assert table.cursor_key == "r003"


async def test_placeholder_is_centred_and_literal() -> None:
    async with opened([]) as (table, pilot, _):
        table.set_placeholder("no rows [yet]")
        await pilot.press("j", "k", "G", "pagedown", "space", "v", "u", "enter")
        lines = table.lines()
        assert [y for y, line in enumerate(lines) if line.strip()] == [0, 5]
        assert lines[5].strip() == "no rows [yet]"
        assert lines[5].index("no") == (39 - 13) // 2
        table.painted.clear()
        table.set_rows(numbered(1))
        await pilot.pause()
        assert table.lines()[5].strip() == ""
        assert 5 in table.painted


async def test_a_placeholder_that_does_not_fit_begins_at_its_beginning() -> None:
    async with opened([]) as (table, _, _):
        table.set_placeholder("\n".join(f"line {number}" for number in range(40)))
        assert table.lines()[1].strip() == "line 0"


async def test_cursor_differs_without_focus_and_stale_rows_are_dim() -> None:
    async with opened(numbered(3)) as (table, pilot, app):
        focused = table.render_line(1)
        app.query_one(Input).focus()
        await pilot.pause()
        blurred = table.render_line(1)
        assert focused != blurred
        assert focused.text == blurred.text
        assert not any(segment.style.dim for segment in table.render_line(2))
        table.painted.clear()
        table.add_class("-stale")
        await pilot.pause()
        assert all(segment.style.dim for segment in table.render_line(2))
        assert 2 in table.painted


KEYS = st.lists(st.integers(0, 40), unique=True, max_size=40)
MOVES = st.sampled_from(["cursor_down", "cursor_up", "top", "bottom", "half 1", "page 1", "page -1"])
STEPS = st.lists(st.one_of(KEYS, MOVES, st.integers(0, 40), st.tuples(st.integers(0, 40))), max_size=20)


def apply(table: Probe, step: list[int] | str | int | tuple[int]) -> None:
    """Replace the rows, run an action, move to a key or scroll."""
    if isinstance(step, list):
        table.set_rows([Row(f"r{n:03}", count=n) for n in step])
    elif isinstance(step, str):
        name, *way = step.split()
        getattr(table, f"action_{name}")(*map(int, way))
    elif isinstance(step, int):
        table.move_to(f"r{step:03}")
    else:
        table.scroll_to(y=step[0])


def check(table: Probe, keys: Sequence[Hashable]) -> None:
    """Cursor and viewport belong to the rows, and the lines show them."""
    assert table.cursor_key in keys if keys else table.cursor_key is None
    page = table.size.height - 1
    visible = table.visible_keys()
    assert len(visible) == min(page, len(keys))
    start = keys.index(visible[0]) if visible else 0
    assert tuple(keys[start : start + page]) == visible
    assert [line[1:5].strip() for line in table.lines()[1:]] == [*visible, *[""] * (page - len(visible))]
    assert (table.cursor_line() > 0) == (table.cursor_key in visible)


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=STEPS)
async def test_any_sequence_keeps_cursor_and_lines_in_order(steps: list[list[int] | str | int | tuple[int]]) -> None:
    async with opened([]) as (table, pilot, _):
        keys: list[Hashable] = []
        for step in steps:
            apply(table, step)
            keys = [f"r{n:03}" for n in step] if isinstance(step, list) else keys
            check(table, keys)
        await pilot.pause()
        check(table, keys)


BY_CONTENT = (Column("id", "NAME", min_width=4, most=20, name=True), Column("count", "COUNT", width=5, align="right"))


def longest(rows: Sequence[Row]) -> dict[str, int]:
    return {"id": max((len(row.id) for row in rows), default=0)}


async def test_a_column_grows_with_what_comes_into_sight_and_does_not_jump_back_at_the_next_step() -> None:
    rows = [*numbered(30), Row("a-name-of-eighteen"), *numbered(30, 40)]
    async with opened(rows, columns=BY_CONTENT, contents=longest) as (table, pilot, _):

        def count_at() -> int:
            return table.lines()[0].index("COUNT")

        narrow = count_at()
        await pilot.press("pagedown", "pagedown", "pagedown")
        assert "a-name-of-eighteen" in "\n".join(table.lines())
        assert count_at() == narrow + len("a-name-of-eighteen") - len("r000")
        await pilot.press("g")
        assert count_at() == narrow + len("a-name-of-eighteen") - len("r000")
        table.set_rows(rows[:20], others=True)
        assert count_at() == narrow


async def test_a_column_shrinks_when_the_window_is_another() -> None:
    rows = [*numbered(10), Row("a-name-of-eighteen")]
    async with opened(rows, columns=BY_CONTENT, contents=longest) as (table, pilot, _):
        narrow = table.lines()[0].index("COUNT")
        await pilot.press("G")
        assert table.lines()[0].index("COUNT") > narrow
        await pilot.press("g")
        await pilot.resize_terminal(40, 11)
        await pilot.pause()
        assert table.lines()[0].index("COUNT") == narrow


async def test_a_name_longer_than_its_column_is_cut_in_the_middle() -> None:
    rows = [Row(f"customer-knowledge-base-eu-{number:03}") for number in range(3)]
    async with opened(rows, columns=BY_CONTENT, contents=longest) as (table, _, _):
        assert [line.split()[0].lstrip("▌") for line in table.lines()[1:4]] == [
            f"customer-k…se-eu-00{number}" for number in range(3)
        ]
