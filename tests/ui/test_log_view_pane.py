"""The log pane by its keys: badge and place in the title, search and filter in the input line, what is posted up."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import SimpleNamespace

from rich.text import Text
from textual.app import App, ComposeResult

from tests.logtail.server import FakeClock, LogServer, fault
from tui.logtail import Clock, LogTail, Window
from tui.models import Instance, InstanceKey, JobLog
from tui.state.store import Reading, State
from tui.ui.log.pane import LogPane
from tui.ui.look import Look
from tui.ui.themes import DARK, palette


class PaneApp(App[None]):
    """A log pane that fills the screen."""

    def __init__(self) -> None:
        super().__init__()
        self.register_theme(DARK)
        self.theme = DARK.name
        self.told: list[object] = []

    def look(self) -> Look:
        return Look(palette(DARK))

    def compose(self) -> ComposeResult:
        yield LogPane(self, None)  # type: ignore[arg-type]

    @property
    def pane(self) -> LogPane:
        return self.query_one(LogPane)

    @property
    def rule(self) -> str:
        return self.pane.rule.render_line(0).text

    def text(self) -> str:
        return "\n".join(strip.text.rstrip() for strip in self.screen._compositor.render_strips())

    # what the pane asks of its feature: see LogActions

    @property
    def desk(self) -> PaneApp:
        return self

    def say(self, words: str) -> None:
        self.told.append(Asked(words=words))

    def details(self, title: str, text: Text) -> None:
        self.told.append(Asked(title=title, text=text))

    def copy(self, text: str, what: str) -> None:
        self.told.append(Asked(text=text, what=what))

    def hold(self, held: bool) -> None:
        """Of no interest here."""

    def follow_next(self) -> None:
        """Of no interest here."""


class Asked(SimpleNamespace):
    """One call of the feature."""


class Stand:
    """A pane over a tail over a model server."""

    def __init__(self, lines: int, **ways) -> None:
        self.server, self.clock = LogServer(**ways), FakeClock()
        self.server.write(lines, at=self.clock.start)
        self.tail = LogTail(
            self.server.source, clock=Clock(self.clock.monotonic, self.clock.epoch), window=Window(2000)
        )
        self.app = PaneApp()

    async def poll(self) -> None:
        self.clock.now += 11
        await self.tail.step()
        await self.pilot.pause()

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()


@asynccontextmanager
async def stand(lines: int, size: tuple[int, int] = (80, 12), **ways) -> AsyncIterator[Stand]:
    made = Stand(lines, **ways)
    await made.tail.step()
    async with made.app.run_test(size=size) as made.pilot:
        made.app.pane.show_tail(made.tail)
        made.app.pane.body().focus()
        await made.pilot.pause()
        yield made


async def test_the_title_has_the_job_the_badge_and_the_count():
    async with stand(412) as it:
        assert "── Log  job-1 ─" in it.app.rule
        assert it.app.rule.endswith(" LIVE 1s · 412 lines ──")
        it.server.failures = [fault()]
        await it.poll()
        assert "OFFLINE retry 1s" in it.app.rule
        assert "line 412" in it.app.text()


async def test_what_came_below_is_counted():
    async with stand(412) as it:
        await it.press("k")
        it.server.write(37)
        await it.poll()
        assert "37 new below · 411 of 449" in it.app.rule
        await it.press("F")
        assert "449 lines" in it.app.rule


async def test_scrolling_up_loads_what_is_missing():
    async with stand(1800, size=(80, 102), descending=True) as it:
        for _ in range(19):
            await it.press("pageup")
        assert "line 1\n" in it.app.text()
        assert it.tail.first_known
        await it.press("G")
        assert "line 1800" in it.app.text()


async def test_to_the_top_of_a_long_log_in_a_few_requests():
    async with stand(90_000) as it:
        await it.press("g")
        assert "line 1\n" in it.app.text()
        assert len(it.server.requests) <= 4
        await it.press("G")
        assert "line 90000" in it.app.text()
        assert len(it.server.requests) <= 6


async def test_search_keeps_the_lines_and_finds_the_nearest_match_above():
    async with stand(300) as it:
        await it.press("slash", *"12", "enter")
        assert it.app.pane.body().has_focus
        assert "/12" in it.app.rule
        line = it.app.pane.body().current_line
        assert line is not None
        assert line.text == "line 212"
        await it.press("N")
        assert it.app.pane.body().current_line.text == "line 129"


async def test_filter_counts_and_esc_clears():
    async with stand(300) as it:
        await it.press("ampersand", *"12", "enter")
        assert "&12 · 13 of 300" in it.app.rule
        assert it.app.text().count("line") == 11  # ten rows of them, and none in the title: it has a count
        assert it.app.pane.clear_filter()
        await it.pilot.pause()
        assert "&" not in it.app.rule
        assert not it.app.pane.clear_filter()


async def test_a_filter_that_matches_nothing_says_so():
    async with stand(30) as it:
        await it.press("ampersand", *"zzz", "enter")
        assert "No loaded line passes the filter." in it.app.text()


async def test_a_wrong_expression_is_told_in_the_title():
    async with stand(30) as it:
        await it.press("slash", *"/(/")
        assert "in /(/" in it.app.rule


async def test_details_and_copies():
    async with stand(5) as it:
        it.server.lines.append(JobLog(id=77, created_at=it.clock.start, message="a.pdf invalid_pdf", message_type=3))
        await it.poll()
        await it.press("enter", "y", "Y")
        details, line, log = it.app.told
        assert "message_type  3" in details.text.plain
        assert "invalid_pdf: " in details.text.plain
        assert line.text == "2026-03-01T00:00:00Z a.pdf invalid_pdf"
        assert log.text.count("\n") == 5


async def test_how_the_log_stands_is_told_by_its_title_and_where_no_line_is():
    async with stand(0) as it:
        await it.press("enter")
        assert it.app.told[-1].text.plain.startswith("LIVE")
        it.server.write(412)
        it.server.failures = [fault()]
        await it.poll()
        await it.press("enter")
        told = it.app.told[-1].text.plain
        assert told.startswith("OFFLINE retry 1s")
        assert "The service failed" in told
        assert "HTTP 503" in told
        await it.poll()
        await it.press("k", "enter")
        assert it.app.told[-1].title == "Log line"
        await it.pilot.click("LogTitle", offset=(70, 0))
        assert "lines         412" in it.app.told[-1].text.plain


async def test_keys_that_find_nothing_say_so():
    async with stand(5) as it:
        await it.press("e", "n")
        assert [event.words for event in it.app.told] == [
            "No error line.",
            "Nothing to search for: type a search first.",
        ]


async def test_empty_states():
    async with stand(0) as it:
        assert "Waiting for the first line…" in it.app.text()
        it.server.failures = [fault()]
        await it.poll()
        assert "The service failed" in it.app.text()
        it.app.pane.show_tail(None)
        await it.pilot.pause()
        assert "No instance is selected." in it.app.text()
        key = InstanceKey("default", "docs")
        built_in = Instance(id="docs", type=None, source=None)
        it.app.pane.state = State(fleet=Reading((built_in,)), selected=key)
        it.app.pane.catch_up()
        await it.pilot.pause()
        assert "Reading the jobs" in it.app.text()
        it.app.pane.state = State(fleet=Reading((built_in,)), selected=key, jobs={key: Reading((), at=1.0)})
        it.app.pane.catch_up()
        await it.pilot.pause()
        assert "No job yet, so there is no log." in it.app.text()  # uploads start jobs too


async def test_a_tail_that_speaks_while_the_screen_is_taken_down_is_not_heard():
    async with stand(412) as it:
        it.app.exit()
        await it.app.pane.body().remove()
        it.server.failures = [fault()]
        it.clock.now += 11
        await it.tail.step()
        assert it.tail.error
        it.app.pane.show_tail(None)


async def test_a_search_that_has_not_seen_all_offers_the_rest_and_says_its_cost():
    async with stand(3000, clamp=100) as it:
        await it.press("slash", *"zzz", "enter", "N")
        words = it.app.told[-1].words
        assert words == "No match of zzz above in the 100 lines loaded. a looks at the rest (29 requests)."
        it.app.told.clear()
        await it.press("E")
        assert it.app.told[-1].words.endswith("a looks at the rest (29 requests).")


async def test_marked_lines_are_copied_together_by_keys():
    async with stand(300) as it:
        await it.press("k", "m", "k", "k", "v", "y")
        assert "3 marked" in it.app.rule
        assert [line[-3:] for line in it.app.told[-1].text.splitlines()] == ["297", "298", "299"]
        assert it.app.told[-1].what == "3 marked lines"
        await it.press("u", "y")
        assert it.app.told[-1].text.endswith("line 297")
