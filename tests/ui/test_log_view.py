"""The log view on a real (headless) screen over a tail on a model server: what the reader sees stays put."""

from __future__ import annotations

from textual import events
from textual.app import App, ComposeResult

from tests.logtail.server import FakeClock, LogServer
from tui.logtail import Clock, LogTail, Window
from tui.models import JobLog
from tui.ui.kit.log_view.log_view import LogView, Position, matcher

SIZE = (40, 10)


class LogApp(App[None]):
    """One log view that fills the screen; wishes for more lines are granted on request."""

    def __init__(self, tail: LogTail) -> None:
        super().__init__()
        self.tail = tail
        self.needs: list[str] = []
        self.said: list[str] = []

    def compose(self) -> ComposeResult:
        yield LogView()

    def on_mount(self) -> None:
        self.view.show_tail(self.tail)
        self.view.focus()

    @property
    def view(self) -> LogView:
        return self.query_one(LogView)

    def on_log_view_need(self, event: LogView.Need) -> None:
        self.needs.append(event.what)

    def on_log_view_said(self, event: LogView.Said) -> None:
        self.said.append(event.words)

    def shown(self) -> list[str]:
        """The rows on the screen without their margins."""
        return [self.view.render_line(y).text.strip() for y in range(self.view.size.height)]

    def cursor(self) -> str:
        line = self.view.current_line
        return line.text if line else ""


def world(count: int, *, room: int = 20_000, **ways) -> tuple[LogServer, FakeClock, LogTail]:
    server, clock = LogServer(**ways), FakeClock()
    server.write(count)
    tail = LogTail(server.source, clock=Clock(clock.monotonic, clock.epoch), window=Window(room))
    return server, clock, tail


async def poll(tail: LogTail, clock: FakeClock) -> None:
    clock.now += 11
    await tail.step()


def lines(first: int, last: int) -> list[str]:
    return [f"line {number}" for number in range(first, last + 1)]


async def test_follows_the_end():
    server, clock, tail = world(50)
    await tail.step()
    app = LogApp(tail)
    async with app.run_test(size=SIZE) as pilot:
        assert app.shown() == lines(41, 50)
        server.write(3)
        await poll(tail, clock)
        await pilot.pause()
        assert app.shown() == lines(44, 53)
        assert app.view.position == Position(following=True, number=53, total=53, loaded=53, shown=53)


async def test_nothing_moves_once_the_reader_went_up():
    server, clock, tail = world(50)
    await tail.step()
    app = LogApp(tail)
    async with app.run_test(size=SIZE) as pilot:
        app.view.action_line(-1)
        assert app.cursor() == "line 49"
        assert not tail.following
        server.write(37)
        await poll(tail, clock)
        await pilot.pause()
        assert app.shown() == lines(41, 50)
        assert app.view.position.new_below == 37
        app.view.action_follow()
        await pilot.pause()
        assert app.shown() == lines(78, 87)
        assert app.view.position.new_below == 0


async def test_nothing_moves_when_older_lines_come_and_newer_go():
    _, _, tail = world(4000, room=600)
    await tail.step()
    app = LogApp(tail)
    async with app.run_test(size=SIZE) as pilot:
        for _ in range(60):
            app.view.action_page(-1)
        before = app.shown()
        await pilot.pause()
        assert "older" in app.needs
        newest = tail.window.end
        await tail.older()
        await tail.older()
        await pilot.pause()
        assert tail.window.end < newest
        assert before[0] == "── 3,500 older lines, not loaded ───────"
        assert app.shown() == ["line 3500", *before[1:]], "where it said that lines are missing is one of them now"


async def test_scrolling_all_the_way_up_and_down_again_shows_every_line():
    _, _, tail = world(1700, room=600, descending=True, totals=False)
    await tail.step()
    app = LogApp(tail)
    async with app.run_test(size=(40, 80)) as pilot:
        seen: list[str] = []
        for _ in range(40):
            seen = [text for text in app.shown() if text not in seen[:82]] + seen
            app.view.action_page(-1)
            await pilot.pause()
            if app.needs:
                app.needs.clear()
                await tail.older()
        assert seen == lines(1, 1700)
        for _ in range(40):
            app.view.action_page(1)
            await pilot.pause()
            if app.needs:
                app.needs.clear()
                await tail.newer()
        assert app.shown() == lines(1621, 1700)


async def test_the_cursor_moves_within_the_screen_and_then_scrolls():
    _, _, tail = world(50)
    await tail.step()
    app = LogApp(tail)
    async with app.run_test(size=SIZE):
        for _ in range(9):
            app.view.action_line(-1)
        assert (app.cursor(), app.shown()) == ("line 41", lines(41, 50))
        app.view.action_line(-1)
        assert (app.cursor(), app.shown()) == ("line 40", lines(40, 49))
        app.view.action_line(1)
        assert (app.cursor(), app.shown()) == ("line 41", lines(40, 49))
        app.view.action_page(-1)
        assert (app.cursor(), app.shown()) == ("line 32", lines(31, 40))
        app.view.action_top()
        assert (app.cursor(), app.shown()) == ("line 1", lines(1, 10))
        app.view.action_half(1)
        assert (app.cursor(), app.shown()) == ("line 6", lines(6, 15))


async def test_search_and_filter():
    _, _, tail = world(300)
    await tail.step()
    app = LogApp(tail)
    async with app.run_test(size=SIZE) as pilot:
        app.view.set_search(matcher("line 12"))
        app.view.action_find_match(-1)
        assert app.cursor() == "line 129"
        app.view.action_find_match(-1)
        assert app.cursor() == "line 128"
        app.view.action_find_match(1)
        app.view.action_find_match(1)
        await pilot.pause()
        assert app.cursor() == "line 129"
        assert app.said == ["No match of line 12 below."]
        app.view.set_filter(matcher("/7$/"))
        await pilot.pause()
        assert app.view.position.shown == 30
        assert app.shown()[0] == "line 127"
        app.view.set_filter(matcher("!/7$/"))
        assert app.view.rows.count == 270
        app.view.set_filter(None)
        assert app.view.rows.count == 300


async def test_a_filter_holds_for_lines_that_come_later():
    server, clock, tail = world(30)
    await tail.step()
    app = LogApp(tail)
    async with app.run_test(size=SIZE) as pilot:
        app.view.set_filter(matcher("/5$/"))
        server.write(10)
        await poll(tail, clock)
        await pilot.pause()
        assert [text for text in app.shown() if text] == ["line 5", "line 15", "line 25", "line 35"]
        assert app.view.position.loaded == 40


async def test_a_resize_keeps_the_place_and_the_cursor_in_sight():
    _, _, tail = world(200)
    await tail.step()
    app = LogApp(tail)
    async with app.run_test(size=SIZE) as pilot:
        for _ in range(30):
            app.view.action_line(-1)
        app.view.action_page(-1)
        top, cursor = app.shown()[0], app.cursor()
        await pilot.resize_terminal(60, 20)
        await pilot.pause()
        assert (app.shown()[0], app.cursor()) == (top, cursor)
        for _ in range(15):
            app.view.action_line(1)
        cursor = app.cursor()
        await pilot.resize_terminal(40, 5)
        await pilot.pause()
        assert app.cursor() == cursor
        assert cursor in app.shown()


async def test_following_survives_a_resize():
    _, _, tail = world(200)
    await tail.step()
    app = LogApp(tail)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.resize_terminal(60, 20)
        await pilot.pause()
        assert app.shown() == lines(181, 200)


async def test_long_lines_are_folded_or_scrolled_sideways():
    server, _, tail = world(3)
    text = "0123456789" * 6
    server.lines.append(JobLog(id=10, message=text))
    await tail.step()
    app = LogApp(tail)
    async with app.run_test(size=SIZE):
        assert app.shown()[3] == text[:28] + "…"
        app.view.action_sideways(1)
        assert app.shown()[3] == text[16:44] + "…"
        app.view.action_sideways(-1)
        app.view.action_toggle_wrap()
        assert app.shown()[3:6] == [text[:29], text[29:58], text[58:]]
        app.view.action_toggle_wrap()
        assert app.shown()[3] == text[:28] + "…"


async def test_a_folded_log_follows_its_last_row():
    server, _, tail = world(40)
    server.lines.append(JobLog(id=100, message="x" * 100))
    await tail.step()
    app = LogApp(tail)
    async with app.run_test(size=SIZE):
        app.view.action_toggle_wrap()
        assert app.shown() == [*lines(35, 40), "x" * 29, "x" * 29, "x" * 29, "x" * 13]
        app.view.action_line(-1)
        app.view.action_line(-1)
        assert app.shown()[-1] == "x" * 13


async def test_from_error_to_error():
    server, _, tail = world(0)
    server.lines += [JobLog(id=n, message=f"bad {n} failed" if n % 25 == 0 else f"good {n}") for n in range(1, 101)]
    await tail.step()
    app = LogApp(tail)
    async with app.run_test(size=SIZE) as pilot:
        seen = []
        for _ in range(5):
            app.view.action_find_error(-1)
            seen.append(app.cursor())
        app.view.action_find_error(1)
        seen.append(app.cursor())
        await pilot.pause()
        assert seen == [f"bad {n} failed" for n in (100, 75, 50, 25, 100, 25)]
        assert app.said == [
            *(f"Error {n} of 4." for n in (4, 3, 2, 1)),
            "Error 4 of 4, from the end again.",
            "Error 1 of 4, from the top again.",
        ]
        assert "✗ bad 25 failed" in [row[-16:].strip() for row in app.shown()]


async def test_the_next_job_follows_below_a_rule():
    _, clock, tail = world(4)
    await tail.step()
    other = LogServer()
    other.write(2)
    app = LogApp(tail)
    async with app.run_test(size=SIZE) as pilot:
        tail.follow_job(other.source, "next job 2991af7c")
        await poll(tail, clock)
        await pilot.pause()
        shown = app.shown()
        assert shown[:4] == lines(1, 4)
        assert shown[4].startswith("── next job 2991af7c ──")
        assert shown[5:7] == lines(1, 2)
        app.view.action_line(-1)
        app.view.action_line(-1)
        assert app.cursor() == "next job 2991af7c"


async def test_ages_are_repainted_only_when_they_read_differently():
    now = [1000.0]
    server, _, tail = world(0)
    server.lines += [JobLog(id=n, created_at=float(n), message=f"line {n}") for n in range(940, 1001)]
    await tail.step()
    app = LogApp(tail)
    async with app.run_test(size=SIZE) as pilot:
        app.view._clock = lambda: now[0]
        app.view.action_cycle_time()
        app.view.action_cycle_time()
        await pilot.pause()
        assert app.shown()[-1] == "0s   line 1000"
        app.view.tick()
        assert not app.view._repaint_regions
        now[0] += 1
        app.view.tick()
        assert app.shown()[-1] == "1s   line 1000"


async def test_clicks_and_the_wheel():
    _, _, tail = world(50)
    await tail.step()
    app = LogApp(tail)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.click(LogView, offset=(15, 2))
        assert app.cursor() == "line 43"
        app.view.post_message(events.MouseScrollUp(app.view, 1, 1, 0, 0, 0, False, False, False))
        await pilot.pause()
        assert app.shown() == lines(38, 47)
        assert not tail.following


async def test_another_tail_is_shown_from_its_end():
    _, _, tail = world(50)
    _, _, other = world(70)
    await tail.step()
    await other.step()
    app = LogApp(tail)
    async with app.run_test(size=SIZE) as pilot:
        app.view.action_page(-1)
        app.view.show_tail(other)
        await pilot.pause()
        assert app.shown() == lines(61, 70)
        app.view.show_tail(None)
        assert set(app.shown()) == {""}


async def test_where_the_log_goes_on_below_it_says_so_and_keys_go_round_it():
    _, _, tail = world(4000)
    await tail.step()
    app = LogApp(tail)
    async with app.run_test(size=SIZE) as pilot:
        app.view.action_line(-1)
        await tail.to_start()
        for _ in range(80):
            app.view.action_page(1)
        await pilot.pause()
        assert app.shown()[-1].startswith("── newer lines, not loaded ─")
        assert app.view.current_line is None
        assert "newer" in app.needs
        before = app.shown()
        await tail.newer()
        await pilot.pause()
        assert app.shown() == [*before[:-1], "line 501"]
        app.view.set_search(matcher("not loaded"))
        app.view.action_find_match(-1)
        await pilot.pause()
        assert app.said[-1].startswith("No match"), "it is no line of the log"


async def test_marks_stay_with_their_lines_and_are_copied_together():
    server, clock, tail = world(3000, room=600)
    await tail.step()
    app = LogApp(tail)
    async with app.run_test(size=SIZE) as pilot:
        view = app.view
        view.action_mark_range()
        await pilot.pause()
        assert app.said == ["There is no marked line here to begin from."]
        for _ in range(4):
            view.action_line(-1)
        view.action_toggle_mark()
        assert any(row.endswith("•line 2996") for row in app.shown())
        view.action_line(1)
        view.action_line(1)
        view.action_mark_range()
        assert view.position.marked == 3
        view.action_toggle_mark()
        assert view.picked_text() == ("line 2996\nline 2997", 2)
        view.action_follow()
        for _ in range(2):
            server.write(350)
            await poll(tail, clock)
        assert tail.window.find(2996) is None, "the marked lines have gone out"
        view.action_next_mark()
        await pilot.pause()
        assert app.said[-1] == "No marked line is in the lines shown."
        assert view.picked_text() == ("line 2996\nline 2997", 2)
        view.action_line(-1)
        view.action_toggle_mark()
        view.action_top()
        view.action_next_mark()
        assert app.cursor() == "line 3699"
        view.action_clear_marks()
        assert view.position.marked == 0
        assert view.picked_text() == ("line 3699", 1)
