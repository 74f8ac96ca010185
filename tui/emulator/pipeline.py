"""How a sync job proceeds: queued, listing, indexing, ended. One call of `step` is one step at its own time.

Nothing here runs by itself: the world calls `step` with the time the step was planned for, so the same clock
gives the same job however seldom somebody looks.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from errno import ENOENT
from pathlib import Path

from tui.emulator import lines, sources
from tui.emulator.agenda import Agenda
from tui.emulator.config import EmulatorConfig
from tui.emulator.folders import Found, Passed, SourceError
from tui.emulator.index import Index
from tui.emulator.indexer import Indexer, checksum, reading_time
from tui.emulator.instances import Instances
from tui.emulator.items import BUILTIN, Items
from tui.emulator.jobs import COMPLETED, FAULT, Jobs
from tui.emulator.listings import Listings
from tui.emulator.records import Instance, Item, Job
from tui.emulator.storage import Storage, is_disk
from tui.emulator.tasks import Action, Result, Tasks
from tui.emulator.websites import Read

SLICE = 100
log = logging.getLogger(__name__)
MOST_NAMED = 50
UNCLEAR = {"unable_to_convert_to_markdown", "unknown_error", "timeout_error"}
LISTING_TIME = 0.4
NEXT_LISTING_TIME = 0.05
REMOVING_TIME = 0.05
CLOSING_TIME = 0.2


class Pipeline:
    """Executes the steps of sync jobs."""

    def __init__(
        self, storage: Storage, agenda: Agenda, config: EmulatorConfig, data: Path,
        instances: Instances, jobs: Jobs, items: Items, index: Index, read: Read,
    ) -> None:  # fmt: skip
        """Work on `storage`; sources are looked up under `data`, `read` reads what needs a library."""
        self._storage = storage
        self._agenda = agenda
        self._config = config
        self._data = data
        self._instances = instances
        self._jobs = jobs
        self._items = items
        self._read = read
        keeps = config.failed_again == "outdated"
        self.indexer = Indexer(
            storage, items, index, data, read, pdf_text=config.pdf_text, keeps=keeps, most=config.largest_document
        )
        self._index = index
        self._tasks = Tasks(storage)
        self.listings = Listings()

    def step(self, job: Job, at: float) -> None:
        """Do the next step of `job`, planned for `at`, and plan the one after it."""
        instance = self._instances.numbered(job.instance)
        if instance is None or job.ended_at is not None:
            return
        if job.phase == "queued":
            self._start(instance, job, at)
        elif job.phase == "listing":
            self._list(instance, job, at)
        elif job.phase == "indexing":
            self._work(instance, job, at)

    def _start(self, instance: Instance, job: Job, at: float) -> None:
        self._jobs.log(job.n, at, lines.started(job.source))
        self._jobs.log(job.n, at, lines.listing(instance.source_label))
        self._storage.run("UPDATE job SET started_at = ? WHERE n = ?", at, job.n)
        self._plan(job, "listing", at, LISTING_TIME)

    def _list(self, instance: Instance, job: Job, at: float) -> None:
        """Compare the next slice of the source with the items; after the last one, plan the work."""
        try:
            found = self.listings.take(job.n, lambda: sources.listing(instance, self._data, self._read), SLICE)
        except SourceError as error:
            self.fail(instance, job, at, error.slug)
            return
        except OSError as error:
            self.fail(instance, job, at, "bucket_not_found" if error.errno == ENOENT else "bucket_unauthorized")
            return
        admits = sources.PathFilter(instance.config.get("source_params")).admits
        passed = [document for document in found if isinstance(document, Passed)]
        for document in found:
            if isinstance(document, Found):
                self._enter(instance, job, document, at, skipped=not admits(document.key))
        self._pass_over(job, passed, at)
        if len(found) == SLICE:
            self._plan(job, "listing", at, NEXT_LISTING_TIME)
            return
        self._summarise(instance, job, at)
        self._begin_work(job, at)

    def _pass_over(self, job: Job, passed: Sequence[Passed], at: float) -> None:
        """Name what can be no document in the log of the job, the rest of very many only by their number."""
        for one in passed[:MOST_NAMED]:
            self._jobs.log(job.n, at, lines.passed(one.name, one.reason))
        if len(passed) > MOST_NAMED:
            self._jobs.log(job.n, at, lines.passed_more(len(passed) - MOST_NAMED))

    def _enter(self, instance: Instance, job: Job, document: Found, at: float, *, skipped: bool) -> None:
        try:
            with self._storage.guarded():
                self._compare(instance, job, document, at, skipped=skipped)
        except Exception as error:
            if is_disk(error) or not self._storage.careful:
                raise
            log.exception("%s could not be entered", document.key)
            self._jobs.log(job.n, at, lines.passed(document.key, f"it could not be entered ({error})"), FAULT)

    def _compare(self, instance: Instance, job: Job, document: Found, at: float, *, skipped: bool) -> None:
        item = self._items.keyed(instance, document.key)
        action: Action | None = "new" if item is None else None
        source_id = instance.source or BUILTIN
        if item is None:
            item = self._items.add(instance, document.key, at, source_id=source_id, timestamp=document.mtime / 1e9)
        if skipped:
            self._skip(instance, item, at)
            action = "skip"
        elif document.problem:
            self._miss(instance, item, document.problem, at)
            action = "miss"
        elif not action:
            action = self._change(item, document)
            if action:
                self._items.mark(item.n, "queued" if action == "retry" else "outdated", next_action="INDEX")
        self._storage.run(
            "UPDATE item SET last_seen_at = ?, size = ?, mtime = ?, source_id = ? WHERE n = ?",
            at, document.size, document.mtime, source_id, item.n,
        )  # fmt: skip
        if action:
            self._tasks.add(job.n, item.n, action)

    def _change(self, item: Item, document: Found) -> Action | None:
        """Tell why a known document has to be read again; None when it has not."""
        if (
            item.next_action or item.status in {"error", "skipped"} or item.error
        ):  # also one that was about to be removed
            return "retry"
        # Size and time do not tell: rsync -t, archives and images give other content the time of the old one.
        if document.path is None or (document.size == item.size and checksum(document.path) == item.checksum):
            return None
        return "changed"

    def _skip(self, instance: Instance, item: Item, at: float) -> None:
        if item.status != "skipped":
            self._index.clear(instance, item.n)
            self._items.settle(item, at, chunks=None, error="excluded_by_path_filter", status="skipped")
            self._items.log(item, at, "skip", error="excluded_by_path_filter")

    def _miss(self, instance: Instance, item: Item, slug: str, at: float) -> None:
        self._index.clear(instance, item.n)
        self._items.settle(item, at, chunks=None, error=slug)
        self._items.log(item, at, "error", message=f"{item.key} failed", error=slug)

    def _summarise(self, instance: Instance, job: Job, at: float) -> None:
        gone = self._storage.rows(
            "SELECT n FROM item WHERE instance = ? AND last_seen_at < ? AND source_id != ? ORDER BY n",
            instance.n, job.started_at, BUILTIN,
        )  # fmt: skip
        for row in gone:
            self._items.mark(row["n"], "outdated", next_action="DELETE")
            self._tasks.add(job.n, row["n"], "remove")
        counts = self._tasks.by_action(job.n)
        total = self._storage.number("SELECT count(*) FROM item WHERE instance = ?", instance.n) - len(gone)
        self._jobs.log(job.n, at, lines.listed(total, counts, len(gone)))
        for key, error in self._tasks.missing(job.n):
            self._jobs.log(job.n, at, lines.failed(key, error), FAULT)

    def _begin_work(self, job: Job, at: float) -> None:
        """Take up the first task; a job with a target is paced to end after it."""
        if job.target is not None:
            natural = sum(map(reading_time, self._tasks.waiting_sizes(job.n))) + CLOSING_TIME
            pace = max(0.0, job.target - (at - job.created_at)) / natural * self._config.speed
            self._storage.run("UPDATE job SET pace = ? WHERE n = ?", pace, job.n)
            job = replace(job, pace=pace)
        self._next_task(job, at)

    def _work(self, instance: Instance, job: Job, at: float) -> None:
        """Finish the task in hand; without one the job is complete."""
        task = self._tasks.next(job.n)
        if task is None:
            self._complete(job, at)
            return
        item = None if task.item is None else self._items.numbered(task.item)
        self._tasks.finish(job.n, task, "gone" if item is None else self._do(instance, job, item, task.action, at))
        self._instances.touch(instance.n, at)
        self._next_task(job, at)

    def _do(self, instance: Instance, job: Job, item: Item, action: Action, at: float) -> Result:
        if action == "remove":
            self._items.delete(instance, item)
            self._jobs.log(job.n, at, lines.removed(item.key))
            return "removed"
        failure = self.indexer.run(instance, item, at)
        if failure:
            # The other slugs say what to do by themselves; the rest stands in the log of the item.
            detail = failure.detail if failure.slug in UNCLEAR else ""
            self._jobs.log(job.n, at, lines.failed(item.key, failure.slug, detail), FAULT)
            return "failed"
        done = self._items.numbered(item.n)
        self._jobs.log(job.n, at, lines.indexed(item.key, (done and done.chunks) or 0))
        return "indexed"

    def _next_task(self, job: Job, at: float) -> None:
        task = self._tasks.next(job.n)
        if task is None or task.item is None:
            self._plan(job, "indexing", at, CLOSING_TIME)
        elif task.action == "remove":
            self._plan(job, "indexing", at, REMOVING_TIME)
        else:
            self._items.mark(task.item, "running", next_action="INDEX")
            self._plan(job, "indexing", at, reading_time(task.size))

    def _complete(self, job: Job, at: float) -> None:
        counts = self._tasks.by_result(job.n)
        indexed, failed, removed = (counts.get(name, 0) for name in ("indexed", "failed", "removed"))
        missed = self._tasks.by_action(job.n).get("miss", 0)
        self._jobs.log(job.n, at, lines.summary(indexed, failed + missed, removed))
        self._tasks.clear(job.n)
        self._jobs.end(job, at, COMPLETED)

    def fail(self, instance: Instance, job: Job, at: float, slug: str) -> None:
        """End a job whose source cannot be read, and pause the instance until the operator has seen to it."""
        self.listings.drop(job.n)
        self._storage.run("UPDATE job SET started_at = coalesce(started_at, created_at) WHERE n = ?", job.n)
        self._jobs.log(job.n, at, lines.unreadable(instance.source_label, slug), FAULT)
        self._jobs.log(job.n, at, lines.PAUSED, FAULT)
        self._instances.pause(instance, slug, at)
        self._jobs.end(job, at, slug)

    def _plan(self, job: Job, phase: str, at: float, seconds: float) -> None:
        """Enter the next step, `seconds` of virtual time after `at`."""
        self._storage.run("UPDATE job SET phase = ?, last_seen_at = ? WHERE n = ?", phase, at, job.n)
        self._agenda.put("job", job.n, at + seconds * job.pace / self._config.speed)
