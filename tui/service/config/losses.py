"""What a deletion would destroy: read before anybody is asked."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from pathlib import Path
from typing import TypeVar

from msgspec import Struct

from tui.contract import Api
from tui.errors import AppError
from tui.models import Instance, InstanceDocument, InstanceKey, Job, Stats, job_state
from tui.models.item import BUILTIN
from tui.service.config.saved import saved_path
from tui.service.same_object import read_instance

T = TypeVar("T")


class Losses(Struct, frozen=True):
    """What a deletion destroys. What could not be read is None: that is unknown, not none.

    `uploaded` is how many documents are in built-in storage, which every instance has beside its source.
    `path` is the file that the configuration is saved to before anything is deleted; `at` is in epoch seconds.
    """

    key: InstanceKey
    document: InstanceDocument
    stats: Stats | None
    jobs: tuple[Job, ...] | None
    uploaded: int | None
    path: Path
    at: float

    @property
    def instance(self) -> Instance:
        """The instance as it was just read."""
        return self.document.instance

    @property
    def loses_data(self) -> bool:
        """Whether documents may be lost for good: those of built-in storage exist nowhere else."""
        return self.uploaded is None or self.uploaded > 0 or not self.instance.has_source

    @property
    def running(self) -> Job | None:
        """A job that has not ended."""
        return next((job for job in self.jobs or () if job_state(job, self.at).active), None)

    @property
    def vectors(self) -> int | None:
        """Vectors in its index."""
        engine = self.stats.engine if self.stats else None
        return engine.vectorize.vectors_count if engine and engine.vectorize else None

    @property
    def stored(self) -> int | None:
        """Bytes in its own storage."""
        engine = self.stats.engine if self.stats else None
        return engine.r2.payload_size_bytes if engine and engine.r2 else None

    @property
    def items(self) -> int | None:
        """Documents it knows, in any status; None also while the service does not count."""
        return None if self.stats is None or self.stats.degraded else self.stats.total


async def read_losses(api: Api, key: InstanceKey, folder: Path, at: float) -> Losses:
    """Read afresh what `key` holds: four requests at once. Raises AppError when the instance cannot be read."""
    document, stats, page, uploaded = await asyncio.gather(
        read_instance(api, key), _or_none(api.stats(key)), _or_none(api.list_jobs(key)), _or_none(_uploaded(api, key))
    )
    jobs = None if page is None else page.items
    return Losses(key, document, stats, jobs, uploaded, saved_path(folder, key, at), at)


async def _uploaded(api: Api, key: InstanceKey) -> int:
    """How many documents are in built-in storage; counted page by page where the list has no total."""
    first = await api.list_items(key, source=BUILTIN)
    if first.total is not None:
        return max(first.total, len(first.items))
    return sum([len(page.items) async for page in api.item_pages(key, source=BUILTIN)])


async def _or_none(call: Awaitable[T]) -> T | None:
    try:
        return await call
    except AppError:
        return None
