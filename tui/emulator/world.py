"""The model: an account with its namespaces, instances, jobs, items and service tokens.

Time is lazy: `advance` does what was due by now, each thing with the time it was planned for. The same clock gives
the same world, a clock that stands still gives a still world. Every request calls it, and nothing else does, except
that a served emulator also does between requests (serve.py), so that a long silence leaves no backlog.
"""

from __future__ import annotations

import logging
import math
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tui.emulator import lines
from tui.emulator.agenda import Agenda, Due, Kind
from tui.emulator.config import EmulatorConfig
from tui.emulator.documents.converter import Converter
from tui.emulator.index import Index
from tui.emulator.indexer import reading_time
from tui.emulator.instances import Instances, recipe
from tui.emulator.items import Items
from tui.emulator.jobs import FAULT, Jobs
from tui.emulator.namespaces import Namespaces
from tui.emulator.pipeline import Pipeline
from tui.emulator.prepared import DEMO, Prepared, texts_of
from tui.emulator.records import Instance, Item
from tui.emulator.storage import Storage, is_disk
from tui.emulator.tokens import Tokens

SLICE = 60
MOST_FAILURES = 3
RETRY = 1.0
log = logging.getLogger(__name__)


class World:
    """Everything the emulator knows. Hold `lock` (or use `moment`) when more than one thread is about."""

    def __init__(self, config: EmulatorConfig, data: Path) -> None:
        """Open the world kept in the folder `data`; what a crash cut off is put in order."""
        self.config = config
        self.data = data
        self.lock = threading.RLock()
        self.storage = Storage(data / "emulator.sqlite3")
        self.agenda = Agenda(self.storage)
        self.index = Index(self.storage)
        self.namespaces = Namespaces(self.storage, config)
        self.instances = Instances(self.storage, self.agenda, config, data)
        self.tokens = Tokens(self.storage)
        self.jobs = Jobs(self.storage, self.agenda, config)
        self.items = Items(self.storage, self.agenda, self.index)
        self._converter = Converter()
        known = texts_of(DEMO) if config.seed == "demo" else {}
        self.pipeline = Pipeline(
            self.storage, self.agenda, config, data, self.instances, self.jobs, self.items, self.index,
            Prepared(known, self._converter.read).read,
        )  # fmt: skip
        self._trouble = ""
        self._failures: dict[tuple[Kind, int], int] = {}
        with self.storage.transaction():
            self.found = self._take_over()

    def _take_over(self) -> tuple[str, ...]:
        """Put in order what the last process left behind; returns what was found, in sentences."""
        found = []
        if self.storage.recall("open"):
            found.append("the last emulator on this folder was cut off; everything it had acknowledged is here")
        if jobs := self.jobs.interrupt_all():
            found.append(f"{jobs} running sync job(s) ended as interrupted; the next sync does the rest")
        if waiting := self.storage.number("SELECT count(*) FROM agenda WHERE kind = 'item'"):
            found.append(f"{waiting} document(s) of built-in storage wait to be indexed")
        if made := self.index.upgrade(self._instances()):
            found.append(f"the index was of an older version; {made} chunk(s) were re-indexed")
        if made := self.index.vectors.complete():
            found.append(f"{made} chunk(s) had no vector and were given one")
        self.storage.remember("open", "1")
        return tuple(found)

    def _instances(self) -> Iterator[Instance]:
        for row in self.storage.rows("SELECT n FROM instance"):
            if instance := self.instances.numbered(row["n"]):
                yield instance

    @contextmanager
    def moment(self) -> Iterator[float]:
        """Bring the world up to now, then give the time inside one transaction."""
        with self.lock:
            now = self.config.clock()
            self.keep_up(now)
            with self.storage.transaction():
                yield now

    def keep_up(self, now: float) -> int:
        """Do what is due as `advance` does, or nothing while the disk refuses it; returns how many were done.

        What could not be done stays planned and is done when there is room again.
        """
        try:
            done = self.advance(now)
        except sqlite3.Error as error:
            if not is_disk(error):
                raise
            if str(error) != self._trouble:
                self._trouble = str(error)
                log.error("what is due cannot be stored and waits: %s", error)
            return 0
        self._trouble = ""
        return done

    def advance(self, now: float, limit: int = SLICE) -> int:
        """Do what is due by `now`, at most `limit` things; returns how many were done.

        The limit keeps one request short: after a long silence several requests share the work.
        """
        due_at = self.agenda.next_at()
        if due_at is None or due_at > now:
            return 0
        with self.lock:
            try:
                return self._slice(now, limit)
            except Exception as error:
                if is_disk(error):
                    raise
                log.exception("a step failed; each step of this slice is now done by itself")
            with self.storage.carefully():
                return self._slice(now, limit)

    def _slice(self, now: float, limit: int) -> int:
        """Do what is due in one transaction. What fails undoes all of it, inside `carefully` only its own step."""
        done = 0
        try:
            with self.storage.transaction():
                while done < limit and (due := self.agenda.pop(now)):
                    self._try(due, now)
                    done += 1
        except BaseException:
            self.pipeline.listings.rolled_back()
            raise
        self.pipeline.listings.committed()
        return done

    def _try(self, due: Due, now: float) -> None:
        try:
            with self.storage.guarded():
                self._do(due, now)
        except Exception as error:
            if is_disk(error) or not self.storage.careful:
                raise
            self._failed(due, now)
        else:
            self._failures.pop((due.kind, due.ref), None)

    def _failed(self, due: Due, now: float) -> None:
        """Plan a step that failed once more; after `MOST_FAILURES` it is given up, so that nothing waits for it."""
        named = (due.kind, due.ref)
        self._failures[named] = self._failures.get(named, 0) + 1
        log.exception("%s failed, %s of %s times", self._name(due), self._failures[named], MOST_FAILURES)
        if self._failures[named] < MOST_FAILURES:
            self.agenda.put(due.kind, due.ref, now + RETRY / self.config.speed)
            return
        del self._failures[named]
        if due.kind == "job" and (job := self.jobs.numbered(due.ref)):
            self.jobs.log(job.n, due.at, lines.INTERNAL, FAULT)
            self.jobs.end(job, due.at, "unknown_error")
        elif due.kind == "item" and (item := self.items.numbered(due.ref)):
            self.items.settle(item, due.at, chunks=None, error="unknown_error")
            self.items.log(item, due.at, "error", message=f"{item.key} failed", error="unknown_error")
        elif due.kind == "schedule" and (instance := self.instances.numbered(due.ref)):
            self.agenda.put("schedule", instance.n, now + self.jobs.interval(instance))

    def _name(self, due: Due) -> str:
        if due.kind == "item" and (item := self.items.numbered(due.ref)):
            return f"indexing {item.key}"
        if due.kind == "job" and (job := self.jobs.numbered(due.ref)):
            return f"job {job.id}"
        return f"{due.kind} {due.ref}"

    def settle(self, now: float | None = None) -> None:
        """Do everything that is due by `now` (default: the clock), however long it takes."""
        at = self.config.clock() if now is None else now
        while self.advance(at):
            pass

    def upload_planned(self, item: Item, now: float) -> None:
        """Plan the indexing of an uploaded or re-synced item."""
        self.jobs.drain(item.instance, now)
        self.agenda.put("item", item.n, now + (0.5 + reading_time(item.size)) / self.config.speed)

    def reconfigure(self, before: Instance, after: Instance, now: float) -> None:
        """Start what a change of settings asks for: a full re-index, a new rhythm."""
        if recipe(before) != recipe(after):
            self.index.drop(after)
            self.items.outdate(after)
            if after.paused and not after.managed:
                pass  # what is outdated waits for the next sync: a paused instance starts none by itself
            elif not after.managed:
                self.jobs.create(after, "schedule", now, description="full re-index: configuration changed")
            else:
                self._queue_outdated(after, now)
        elif not after.managed and before.config.get("sync_interval") != after.config.get("sync_interval"):
            self.agenda.put("schedule", after.n, now + self.jobs.interval(after))

    def _queue_outdated(self, instance: Instance, now: float) -> None:
        at = now
        query = "SELECT * FROM item WHERE instance = ? AND next_action = 'INDEX' ORDER BY n"
        for row in self.storage.rows(query, instance.n):
            at += reading_time(row["size"]) / self.config.speed
            self.agenda.put("item", row["n"], at)

    def _do(self, due: Due, now: float) -> None:
        if due.kind == "job":
            self._step_job(due)
        elif due.kind == "item":
            self._index_item(due)
        else:
            self._run_schedule(due, now)

    def _step_job(self, due: Due) -> None:
        job = self.jobs.numbered(due.ref)
        if job is None:
            return
        self.pipeline.step(job, due.at)

    def _index_item(self, due: Due) -> None:
        item = self.items.numbered(due.ref)
        instance = self.instances.numbered(item.instance) if item else None
        if item is not None and instance is not None:
            failure = self.pipeline.indexer.run(instance, item, due.at)
            self.instances.touch(instance.n, due.at)
            if failure:
                line = lines.failed(item.key, failure.slug, failure.detail)
            else:
                done = self.items.numbered(due.ref)
                line = lines.indexed(item.key, (done.chunks if done else None) or 0)
            self.jobs.drained(instance.n, due.at, line, failure is not None)

    def _run_schedule(self, due: Due, now: float) -> None:
        """Start a scheduled sync. Runs that nobody saw happen are collapsed into the latest one."""
        instance = self.instances.numbered(due.ref)
        if instance is None or instance.managed:
            return
        interval = self.jobs.interval(instance)
        at = due.at + math.floor((now - due.at) / interval) * interval
        if instance.paused:
            self.agenda.put("schedule", instance.n, at + interval)
        else:
            self.jobs.create(instance, "schedule", at)

    def close(self) -> None:
        """Close the database."""
        with self.lock:
            with suppress(sqlite3.Error):  # on a full disk the next start says that this one was cut off
                self.storage.forget("open")
            self.storage.close()
            self._converter.close()
