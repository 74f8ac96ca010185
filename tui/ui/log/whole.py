"""More of a log than is loaded: the rest for the reader, matches in all of it, a file. One at a time; esc stops it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Protocol

from textual.worker import Worker

from tui.errors import AppError
from tui.logtail import FullLog, LogScan, LogTail, plain
from tui.models import InstanceKey, job_state
from tui.polling.log_source import reading_time
from tui.service import Outcome
from tui.service.log_file import LogFile
from tui.text import count, duration, one_line, plural, safe
from tui.ui.desk import Desk
from tui.ui.kit.dialog import Confirm, Question
from tui.ui.kit.log_view.log_view import Matcher
from tui.ui.kit.records import default_name

SAVE_HINT = "The whole log, up to its end at that time. The file is readable by you only."
ASK = 20
"""Requests from which on their number is said first."""

Facts = tuple[tuple[str, str], ...]


class ShowsLog(Protocol):
    """The log pane, as far as more of its log is concerned."""

    tail: LogTail | None
    progress: str

    @property
    def sought(self) -> Matcher | None:
        """What the lines are kept by, else what is searched for."""
        ...

    @property
    def unseen(self) -> bool:
        """Whether there are lines that a search or a filter has not looked at."""
        ...

    def show_progress(self, words: str) -> None:
        """Say how far it is; empty when it has ended."""

    def show_scan(self, scan: LogScan, sought: Matcher) -> None:
        """Show what a scan of the whole log finds instead of the tail."""


Whole = Callable[[InstanceKey, str, Callable[[float], None]], FullLog | None]
"""Opens the whole log of a job, for reading in the background; gets what is called with seconds of waiting."""


class WholeLogs:
    """Loads, looks through and saves whole logs. The log pane's title shows how far it is."""

    def __init__(self, desk: Desk, whole: Whole) -> None:
        """`whole` opens the whole log of a job; None without a session."""
        self.desk = desk
        self._open = whole
        self._reading: Worker[None] | None = None

    def stop(self) -> None:
        """Stop; what was loaded, found or saved stays."""
        if self._reading:
            self._reading.cancel()

    @property
    def _stops(self) -> str:
        return f"{self.desk.look.key('app.escape')} stops"

    def _busy(self, pane: ShowsLog) -> bool:
        """Whether something is read already; says so."""
        if pane.progress:
            self.desk.say(f"One at a time: {pane.progress}.")
        return bool(pane.progress)

    def _read(self, pane: ShowsLog, doing: str, work: Callable[[], Awaitable[None]]) -> None:
        pane.show_progress(f"{doing}, {self._stops}")

        async def reading() -> None:
            try:
                await work()
            finally:
                pane.show_progress("")

        self._reading = self.desk.start(reading(), "log-whole", name=doing)

    def _show_far(self, pane: ShowsLog, doing: str, done: int, total: int | None) -> None:
        far = f"{100 * min(done, total) // total} %" if total else plural(done, "line")
        pane.show_progress(f"{doing} {far}, {self._stops}")

    def _waiting(self, pane: ShowsLog, doing: str, seconds: float) -> None:
        if seconds:
            pane.show_progress(f"{doing}, waits {duration(seconds)} for budget, {self._stops}")

    def _whole(self, pane: ShowsLog, key: InstanceKey, job_id: str, doing: str) -> FullLog | None:
        return self._open(key, job_id, partial(self._waiting, pane, doing))

    def _log_facts(self, tail: LogTail, requests: int | None) -> Facts:
        """What log it is, and what it costs to read."""
        budget = self.desk.state.budget
        if requests is None:
            cost = "an unknown number: the server gives no totals"
        else:
            seconds = reading_time(requests, budget)
            takes = f", about {duration(seconds)}" if seconds >= 1 else ""
            cost = f"{count(requests)} of {count(budget.limit - budget.used)} left{takes}"
        job = self.desk.state.job
        state = f"  ({job_state(job, self.desk.now)})" if job and job.id == tail.source.job_id else ""
        lines = "not known" if tail.total is None else count(tail.total)
        instance = one_line(str(self.desk.state.selected or ""))
        return (
            ("Instance", instance),
            ("Job", f"{one_line(tail.source.job_id)}{state}"),
            ("Lines", lines),
            ("Requests", cost),
        )

    # the rest, for the reader

    async def load_rest(self, pane: ShowsLog) -> None:
        """Load what is missing, or look through it where memory does not hold it. The cost of many is said first."""
        tail, sought = pane.tail, pane.sought
        if tail is None or self._busy(pane):
            return
        if not pane.unseen:
            self.desk.say("All lines of this log are here.")
        elif sought and (tail.total is None or tail.total > tail.window.max_lines):
            await self._offer_scan(pane, tail, sought)
        elif tail.window.full:
            self.desk.say(f"Memory is full with {plural(tail.read, 'line')}: scroll up for older ones.")
        else:
            room = -(-(tail.window.max_lines - tail.read) // tail.page_size)
            requests = None if tail.rest is None else min(tail.rest, room)
            if requests is not None and requests <= ASK:
                self._read(pane, "loading", lambda: self._load_rest(pane, tail))
                return
            effect = f"Older lines are loaded, as far as memory goes. {self._stops} it; what is loaded stays."
            facts = self._log_facts(tail, requests)
            await self._offer(pane, "Load the rest", facts, effect, lambda: self._load_rest(pane, tail))

    async def _offer(
        self, pane: ShowsLog, title: str, facts: Facts, effect: str, work: Callable[[], Awaitable[None]]
    ) -> None:
        """Do it once it was agreed to."""
        if await self.desk.ask(Confirm(Question(title, facts, effect, title))) is not None and not self._busy(pane):
            self._read(pane, "loading", work)

    async def _load_rest(self, pane: ShowsLog, tail: LogTail) -> None:
        before = tail.read
        wanted = None if tail.total is None else min(tail.total, tail.window.max_lines) - before
        try:
            while pane.tail is tail and not (tail.first_known or tail.window.full):
                await tail.older()
                self._show_far(pane, "loading", tail.read - before, wanted)
        except AppError as error:
            self.desk.say(f"{error.title}. {plural(tail.read, 'line')} loaded.")
        except asyncio.CancelledError:
            self.desk.say(f"Stopped with {plural(tail.read, 'line')} loaded.")
            raise
        else:
            self.desk.say(
                f"{'All' if tail.first_known else 'Memory is full: the last'} {plural(tail.read, 'line')} loaded."
            )

    async def _offer_scan(self, pane: ShowsLog, tail: LogTail, sought: Matcher) -> None:
        key = self.desk.state.selected
        log = key and self._whole(pane, key, tail.source.job_id, "looking through")
        if log:
            effect = (
                f"The log is longer than the {count(tail.window.max_lines)} lines that memory holds: it is read "
                f"through once, and only the lines with {sought.words} are kept. {self._stops} it; what is found stays."
            )
            await self._offer(
                pane,
                "Look through all",
                self._log_facts(tail, tail.whole_cost),
                effect,
                lambda: self._scan(pane, tail, log, sought),
            )

    async def _scan(self, pane: ShowsLog, tail: LogTail, log: FullLog, sought: Matcher) -> None:
        scan = LogScan(tail, log, lambda line: sought.matches(line.text))
        pane.show_scan(scan, sought)
        try:
            await scan.run(partial(self._show_far, pane, "looking through"))
        except AppError as error:
            self.desk.say(f"{error.title}. {_found(scan)}")
        except asyncio.CancelledError:
            self.desk.say(f"Stopped. {_found(scan)}")
            raise
        else:
            if scan.closed:  # the reader wants something else
                return
            self.desk.say(_found(scan))
            scan.behind = partial(self._catch_up, scan)

    def _catch_up(self, scan: LogScan) -> None:
        """The tail has left lines out, as in a burst."""

        async def catch_up() -> None:
            try:
                await scan.catch_up()
            except AppError as error:
                self.desk.say(f"{error.title}: some of the newest lines were not looked at.")

        self.desk.start(catch_up(), "log-behind", name="catch up")

    # a file

    async def save(self, pane: ShowsLog) -> None:
        """Ask where, and begin to save."""
        tail, key = pane.tail, self.desk.state.selected
        if tail is None or key is None:
            self.desk.say("There is no log to save: no job is selected.")
        elif not self._busy(pane) and (log := self._whole(pane, key, tail.source.job_id, "saving")):
            name = Path(default_name(f"{key.id}-{tail.source.job_id[:8]}", self.desk.now)).with_suffix(".log").name

            async def begin(target: Path, *, overwrite: bool) -> Outcome:
                file = await asyncio.to_thread(LogFile, target, replace=overwrite)
                self._read(pane, "saving", lambda: self._save(pane, log, file))
                return Outcome("Saving", str(file.target))

            from tui.ui.save_document import SaveDocument

            facts = self._log_facts(tail, tail.whole_cost)
            await self.desk.ask(SaveDocument(facts, name, begin, title="Save the log", hint=SAVE_HINT))

    async def _save(self, pane: ShowsLog, log: FullLog, file: LogFile) -> None:
        saved = 0
        try:
            async for batch in log.batches():
                text = "".join(f"{plain(line)}\n" for line in batch)
                await asyncio.to_thread(file.write, text)
                saved += len(batch)
                self._show_far(pane, "saving", saved, log.total)
            path = await asyncio.to_thread(file.finish)
        except AppError as error:
            of = "" if log.total is None else f" of {count(log.total)}"
            detail = f"{plural(saved, 'line')}{of} are in {safe(str(file.leave()))}. {error.title}: {error.detail}"
            self.desk.show_error(AppError("Only a part of the log was saved", detail, error.hint), "save")
        except asyncio.CancelledError:
            self.desk.say(f"Stopped. The first {plural(saved, 'line')} are in {safe(str(file.leave()))}")
            raise
        else:
            self.desk.say(Outcome(f"Log saved, {plural(saved, 'line')}", safe(str(path))))


def _found(scan: LogScan) -> str:
    lost = f", {count(scan.lost)} of them are not kept" if scan.lost else ""
    return f"{count(scan.found)} of {plural(scan.read, 'line')} match{lost}."
