"""More of a log than is on hand: the rest for the reader, matches in all of it, a file. One at a time; esc stops it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

from textual.worker import Worker, WorkType

from tui.errors import AppError
from tui.logtail import LogScan, LogTail, WholeLog, plain
from tui.models import InstanceKey, job_state
from tui.polling.log_source import reading_time
from tui.service import Outcome
from tui.service.log_file import LogFile
from tui.text import count, duration, one_line, plural, safe
from tui.ui.base import ConsoleScreen
from tui.ui.kit.dialog import Confirm, Question
from tui.ui.kit.log_view.log_view import Matcher
from tui.ui.kit.records import default_name
from tui.ui.log.pane import LogPane

ASK = 20
"""Requests from which on their number is said first."""

Facts = tuple[tuple[str, str], ...]


class WholeLogs(ConsoleScreen):
    """Loads, looks through and saves whole logs. The log pane's title tells how far it is."""

    _reading: Worker[None] | None = None

    def on_log_pane_stop_wanted(self) -> None:
        """Stop; what was loaded, found or saved stays."""
        if self._reading:
            self._reading.cancel()

    @property
    def _stops(self) -> str:
        return f"{self.look.key('app.escape')} stops"

    def _busy_reading(self) -> bool:
        """Whether something is read already; says so."""
        progress = self.query_one(LogPane).progress
        if progress:
            self.say(f"One at a time: {progress}.")
        return bool(progress)

    def _read(self, doing: str, work: Callable[[], Awaitable[None]]) -> None:
        pane = self.query_one(LogPane)
        pane.show_progress(f"{doing}, {self._stops}")

        async def reading() -> None:
            try:
                await work()
            finally:
                pane.show_progress("")

        started: WorkType[None] = reading
        self._reading = self.run_worker(started, group="log-whole", name=doing)

    def _told(self, doing: str, done: int, total: int | None) -> None:
        far = f"{100 * min(done, total) // total} %" if total else plural(done, "line")
        self.query_one(LogPane).show_progress(f"{doing} {far}, {self._stops}")

    def _waiting(self, doing: str, seconds: float) -> None:
        if seconds:
            words = f"{doing}, waits {duration(seconds)} for budget, {self._stops}"
            self.query_one(LogPane).show_progress(words)

    def _whole(self, key: InstanceKey, job_id: str, doing: str) -> WholeLog | None:
        waiting = partial(self._waiting, doing)
        return self.session.poller.log.whole(key, job_id, waiting) if self.session else None

    def _log_facts(self, tail: LogTail, requests: int | None) -> Facts:
        """What log it is, and what it costs to read."""
        budget = self.state.budget
        if requests is None:
            cost = "a number that nobody can tell: the server gives no totals"
        else:
            seconds = reading_time(requests, budget)
            takes = f", about {duration(seconds)}" if seconds >= 1 else ""
            cost = f"{count(requests)} of {count(budget.limit - budget.used)} left{takes}"
        job = self.state.job
        state = f"  ({job_state(job, self.now())})" if job and job.id == tail.source.job_id else ""
        lines = "not known" if tail.total is None else count(tail.total)
        instance = one_line(str(self.state.selected or ""))
        return (
            ("Instance", instance),
            ("Job", f"{one_line(tail.source.job_id)}{state}"),
            ("Lines", lines),
            ("Requests", cost),
        )

    # the rest, for the reader

    def on_log_pane_rest_wanted(self) -> None:
        """Load what is missing; look through it where that is more than memory holds. Tells the cost of many."""
        pane = self.query_one(LogPane)
        tail, sought = pane.tail, pane.sought
        if tail is None or self._busy_reading():
            return
        if not pane.unseen:
            self.say("All lines of this log are here.")
        elif sought and (tail.total is None or tail.total > tail.window.max_lines):
            self._offer_sieve(tail, sought)
        elif tail.window.full:
            self.say(f"Memory is full with {plural(tail.read, 'line')}: scroll up for older ones.")
        else:
            room = -(-(tail.window.max_lines - tail.read) // tail.page_size)
            requests = None if tail.rest is None else min(tail.rest, room)
            if requests is not None and requests <= ASK:
                self._read("loading", lambda: self._load_rest(tail))
                return
            effect = f"Older lines are loaded, as far as memory goes. {self._stops} it; what is loaded stays."
            self._offer("Load the rest", self._log_facts(tail, requests), effect, lambda: self._load_rest(tail))

    def _offer(self, title: str, facts: Facts, effect: str, work: Callable[[], Awaitable[None]]) -> None:
        """Do it once it was agreed to."""

        def answered(text: str | None) -> None:
            if text is not None and not self._busy_reading():
                self._read("loading", work)

        self.app.push_screen(Confirm(Question(title, facts, effect, title)), answered)

    async def _load_rest(self, tail: LogTail) -> None:
        pane, before = self.query_one(LogPane), tail.read
        wanted = None if tail.total is None else min(tail.total, tail.window.max_lines) - before
        try:
            while pane.tail is tail and not (tail.first_known or tail.window.full):
                await tail.older()
                self._told("loading", tail.read - before, wanted)
        except AppError as error:
            self.say(f"{error.title}. {plural(tail.read, 'line')} loaded.")
        except asyncio.CancelledError:
            self.say(f"Stopped with {plural(tail.read, 'line')} loaded.")
            raise
        else:
            self.say(f"{'All' if tail.first_known else 'Memory is full: the last'} {plural(tail.read, 'line')} loaded.")

    def _offer_sieve(self, tail: LogTail, sought: Matcher) -> None:
        key = self.state.selected
        log = key and self._whole(key, tail.source.job_id, "looking through")
        if log:
            effect = (
                f"The log is longer than the {count(tail.window.max_lines)} lines that memory holds: it is read once "
                f"through, and only the lines with {sought.words} are kept. {self._stops} it; what is found stays."
            )
            self._offer(
                "Look through all",
                self._log_facts(tail, tail.whole_cost),
                effect,
                lambda: self._sift(tail, log, sought),
            )

    async def _sift(self, tail: LogTail, log: WholeLog, sought: Matcher) -> None:
        pane = self.query_one(LogPane)
        sieve = LogScan(tail, log, lambda line: sought.matches(line.text))
        pane.body().set_filter(sought)
        pane.show_sieve(sieve)
        try:
            await sieve.run(partial(self._told, "looking through"))
        except AppError as error:
            self.say(f"{error.title}. {_found(sieve)}")
        except asyncio.CancelledError:
            self.say(f"Stopped. {_found(sieve)}")
            raise
        else:
            if sieve.closed:  # the reader wants something else
                return
            self.say(_found(sieve))
            sieve.behind = partial(self._catch_up, sieve)

    def _catch_up(self, sieve: LogScan) -> None:
        """The tail has left lines out, as in a burst."""

        async def catch_up() -> None:
            try:
                await sieve.catch_up()
            except AppError as error:
                self.say(f"{error.title}: some of the newest lines were not looked at.")

        work: WorkType[None] = catch_up
        self.run_worker(work, group="log-behind", name="catch up")

    # a file

    def on_log_pane_save_wanted(self) -> None:
        """Ask where, and begin to save."""
        tail, key = self.query_one(LogPane).tail, self.state.selected
        if tail is None or key is None:
            self.say("There is no log to save: no job is selected.")
        elif not self._busy_reading() and (log := self._whole(key, tail.source.job_id, "saving")):
            name = Path(default_name(f"{key.id}-{tail.source.job_id[:8]}", self.now())).with_suffix(".log").name

            async def begin(target: Path, *, overwrite: bool) -> Outcome:
                file = await asyncio.to_thread(LogFile, target, replace=overwrite)
                self._read("saving", lambda: self._save(log, file))
                return Outcome("Saving", str(file.target))

            from tui.ui.kit.paths import SaveLog

            self.app.push_screen(SaveLog(self._log_facts(tail, tail.whole_cost), name, begin))

    async def _save(self, log: WholeLog, file: LogFile) -> None:
        saved = 0
        try:
            async for batch in log.batches():
                text = "".join(f"{plain(line)}\n" for line in batch)
                await asyncio.to_thread(file.write, text)
                saved += len(batch)
                self._told("saving", saved, log.total)
            path = await asyncio.to_thread(file.finish)
        except AppError as error:
            of = "" if log.total is None else f" of {count(log.total)}"
            detail = f"{plural(saved, 'line')}{of} are in {safe(str(file.leave()))}. {error.title}: {error.detail}"
            self.tell(AppError("The log was not saved whole", detail, error.hint), "save")
        except asyncio.CancelledError:
            self._tell_where("Stopped", f"The first {plural(saved, 'line')} are in {safe(str(file.leave()))}")
            raise
        else:
            self._tell_where("Log saved", f"{plural(saved, 'line')}: {safe(str(path))}")

    def _tell_where(self, title: str, words: str) -> None:
        """As a toast: a path must be seen in full."""
        self.app.notify(words, title=title, markup=False, timeout=8)


def _found(sieve: LogScan) -> str:
    lost = f", {count(sieve.lost)} of them are not kept" if sieve.lost else ""
    return f"{count(sieve.found)} of {plural(sieve.read, 'line')} match{lost}."
