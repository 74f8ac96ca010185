"""Entering the first contents into a world. Past jobs are really run, with their own times."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tui.emulator import lines
from tui.emulator.folders import headers_of, refuse
from tui.emulator.indexer import reading_time
from tui.emulator.items import BUILTIN
from tui.emulator.jobs import COMPLETED, FAULT, INFO
from tui.emulator.prepared import DEMO
from tui.emulator.records import Instance, Job
from tui.emulator.seed import Seed, SeedInstance, SeedRun, SeedToken, describe
from tui.emulator.times import DAY
from tui.emulator.world import World

MINUTE = 60.0
RUNNING_FOR = 15.0
RUNNING_TARGET = 60.0
QUEUED_FOR = 45.0
FIRST_TOKEN = SeedToken("3f1d7f3e-8c0b-4d0e-9a5f-2b6f5e0a1c11", "AI Search service token", "emulator")


def plant(world: World, demo: Path = DEMO) -> None:
    """Fill a world that has never been filled, as the demo folder `demo` describes it."""
    if world.storage.recall("seeded"):
        return
    description = describe(world, demo)
    with world.lock, world.storage.transaction():
        Planter(world, world.config.clock()).plant(description)
        world.storage.remember("seeded", world.config.seed)


class Planter:
    """Enters a description into a world as of `now`."""

    def __init__(self, world: World, now: float) -> None:
        """Plant into `world`."""
        self._world = world
        self._now = now

    def plant(self, description: Seed) -> None:
        """Enter everything."""
        world = self._world
        world.storage.remember("account", description.account.id)
        world.storage.remember("account_name", description.account.name)
        for token in description.tokens or [FIRST_TOKEN]:
            fields = {"name": token.name, "cf_api_id": token.cf_api_id}
            world.tokens.create(fields, self._now - 90 * DAY, token.id)
        for namespace in description.namespaces:
            about = {"description": namespace.description}
            world.namespaces.create(namespace.name, about, self._now - namespace.created_days_ago * DAY)
        for one in description.instances:
            self._instance(one)

    def _instance(self, seed: SeedInstance) -> None:
        fields: dict[str, Any] = {**seed.config, "source_params": seed.source_params}
        if seed.source:
            fields |= {"type": seed.type, "source": seed.source}
            self._folder(seed).mkdir(parents=True, exist_ok=True)
        born = self._now - seed.created_days_ago * DAY
        instance = self._world.instances.create(seed.namespace, seed.id, fields, born)
        self._world.agenda.drop("schedule", instance.n)
        if instance.managed:
            self._uploads(instance, seed)
        elif seed.state != "never":
            self._history(instance, seed)
            self._present_job(instance, seed)
        self._pause(instance, seed)
        self._schedule(instance)

    def _folder(self, seed: SeedInstance) -> Path:
        source = seed.source or ""
        host = urlsplit(source).hostname
        return self._world.data / ("sites" if host else "buckets") / (host or source)

    def _uploads(self, instance: Instance, seed: SeedInstance) -> None:
        """Put the prepared files into built-in storage; they are indexed unless the state says queued."""
        at = self._now - seed.ago * MINUTE
        for key, path in self._uploaded(instance, seed):
            item = self._world.items.add(instance, key, at, source_id=BUILTIN)
            self._world.items.store(item, path.read_bytes(), {}, at)
            fresh = self._world.items.get(instance, item.id)
            if seed.state in {"queued", "running"}:
                at = max(at, self._now) + reading_time(fresh.size)
                self._world.agenda.put("item", item.n, at)
            else:
                self._world.pipeline.indexer.run(instance, fresh, at)
                self._world.instances.touch(instance.n, at)

    def _uploaded(self, instance: Instance, seed: SeedInstance) -> list[tuple[str, Path]]:
        """Key and file of what was uploaded; of a folder that is copied the Markdown with something in it."""
        own = self._world.data / "uploads" / instance.namespace / instance.id
        files = [(path.relative_to(own).as_posix(), path) for path in own.rglob("*") if path.is_file()]
        if seed.copies:
            folder = self._world.data / seed.copies
            copied = [path for path in folder.rglob("*.md") if path.stat().st_size]
            files += [(path.relative_to(folder.parent).as_posix(), path) for path in copied]
        return sorted(files)

    def _history(self, instance: Instance, seed: SeedInstance) -> None:
        """Run the oldest and the newest job; nothing changed in between, so those between are only entered."""
        runs = sorted(seed.history, key=lambda run: -run.minutes_ago) or [SeedRun(seed.ago)]
        if seed.state in {"stalled", "paused_error"} and runs[-1].minutes_ago <= seed.ago:
            runs.pop()  # this one is the stalled or failed job itself
        for number, run in enumerate(runs):
            began = self._now - run.minutes_ago * MINUTE
            job = self._world.jobs.create(
                instance, run.source, began, description=run.description, target=run.duration_s
            )
            if 0 < number < len(runs) - 1:
                self._enter(instance, job, run)
            else:
                self._run(job, until=began + run.duration_s if run.end_reason else None)
            left = self._world.jobs.numbered(job.n)
            if left is not None and left.ended_at is None:
                self._world.jobs.end(left, began + run.duration_s, run.end_reason or COMPLETED)

    def _run(self, job: Job, until: float | None) -> None:
        """Run a past job to its end, or up to `until`."""
        world = self._world
        current: Job | None = job
        while current is not None and current.ended_at is None:
            row = world.storage.row("SELECT due FROM agenda WHERE kind = 'job' AND ref = ?", job.n)
            if row is None or (until is not None and row["due"] >= until):
                return
            world.agenda.drop("job", job.n)
            world.pipeline.step(current, row["due"])
            current = world.jobs.numbered(job.n)

    def _enter(self, instance: Instance, job: Job, run: SeedRun) -> None:
        """Enter a job that found everything unchanged and failed on the same documents again."""
        world, began = self._world, job.created_at + 0.6
        world.storage.run("UPDATE job SET started_at = ? WHERE n = ?", began, job.n)
        rows = world.storage.rows("SELECT key, error FROM item WHERE instance = ? ORDER BY n", instance.n)
        skipped = sum(row["error"] == "excluded_by_path_filter" for row in rows)
        failed = [row for row in rows if row["error"] and row["error"] != "excluded_by_path_filter"]
        listed = lines.listed(len(rows), {"retry": len(failed), "skip": skipped}, 0)
        entries = [
            (began, lines.started(run.source), INFO),
            (began, lines.listing(instance.source_label), INFO),
            (began + 0.4, listed, INFO),
        ]
        rest = max(0.0, run.duration_s - 1.2) / (len(failed) + 1)
        if run.end_reason is None:
            for number, row in enumerate(failed, 1):
                entries.append((began + 0.4 + number * rest, lines.failed(row["key"], row["error"]), FAULT))
            entries.append((job.created_at + run.duration_s, lines.summary(0, len(failed), 0), INFO))
        world.jobs.append(job.n, entries)

    def _present_job(self, instance: Instance, seed: SeedInstance) -> None:
        """Enter the job that is under way; what was indexed before is read again, so there is something to watch."""
        jobs, now = self._world.jobs, self._now
        if seed.state not in {"running", "stalled", "queued"}:
            return
        self._world.items.outdate(instance)
        if seed.state == "queued":
            job = jobs.create(instance, "user", now - 1)
            self._world.agenda.put("job", job.n, now + QUEUED_FOR)
        elif seed.state == "running":
            self._run(jobs.create(instance, "user", now - RUNNING_FOR, target=RUNNING_TARGET), until=now)
        else:
            began = now - seed.ago * MINUTE
            job = jobs.create(instance, "schedule", began, target=RUNNING_TARGET)
            self._run(job, until=began + RUNNING_TARGET / 3)
            self._world.agenda.drop("job", job.n)
            self._world.storage.run("UPDATE job SET phase = 'stalled' WHERE n = ?", job.n)

    def _pause(self, instance: Instance, seed: SeedInstance) -> None:
        current = self._world.instances.get(instance.namespace, instance.id)
        if seed.state == "paused":
            self._world.instances.update(current, {"paused": True}, instance.created_at)
        elif seed.state == "paused_error":
            self._fail(current, seed)

    def _fail(self, instance: Instance, seed: SeedInstance) -> None:
        """Enter the job that found the source broken."""
        reason = seed.pause_reason or "bucket_unauthorized"
        at = self._now - seed.ago * MINUTE
        if not instance.managed:
            self._world.pipeline.fail(instance, self._world.jobs.create(instance, "schedule", at), at + 1, reason)
        if reason != "bucket_not_found":  # a sync, or another token, does not mend it
            header = next(iter(headers_of(instance)), "") if reason == "invalid_custom_header" else ""
            refuse(self._world.data, self._folder(seed).name, reason, header)
        if reason == "bucket_not_found" and not any(self._folder(seed).iterdir()):
            self._folder(seed).rmdir()

    def _schedule(self, instance: Instance) -> None:
        """Plan the next run: one interval after the last job, but never in the past."""
        if instance.managed:
            return
        interval = self._world.jobs.interval(instance)
        row = self._world.storage.row("SELECT max(created_at) AS at FROM job WHERE instance = ?", instance.n)
        last = self._now if row is None or row["at"] is None else float(row["at"])
        missed = max(0, int((self._now - last) // interval))
        self._world.agenda.put("schedule", instance.n, last + (missed + 1) * interval)
