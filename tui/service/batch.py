"""Many writes one after the other, within the request budget: an outcome each, progress, and a way to stop."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from msgspec import Struct

from tui.contract import Budget
from tui.errors import AppError, RateLimited, ReadOnly, Unauthorized, Unreachable
from tui.service.outcome import Outcome
from tui.state.store import Store
from tui.waiting import Wait

FEW = 20
"""Up to so many writes go out quickly."""
QUICK = 0.2
"""Seconds between two of few writes."""
SHARE = 0.5
"""Part of the request budget that a long batch may use: the rest is for the screen, and for whoever else."""
HOPELESS = (Unauthorized, Unreachable, ReadOnly)
"""Errors that every further write would meet too."""


class Skipped(AppError):
    """Left out: nothing was sent for it."""


class Step(Struct, frozen=True):
    """One write: what it is about, and how it is done."""

    name: str
    run: Callable[[], Awaitable[Outcome]]


class Done(Struct, frozen=True):
    """What became of one step: an outcome, or the error."""

    name: str
    outcome: Outcome | None = None
    error: AppError | None = None


def gap(steps: int, budget: Budget) -> float:
    """Seconds between two writes of a batch of so many."""
    return QUICK if steps <= FEW else max(QUICK, budget.window / (budget.limit * SHARE))


def pauses(steps: int, budget: Budget) -> float:
    """Seconds that all pauses of a batch of so many writes take."""
    return max(0, steps - 1) * gap(steps, budget)


class Batch:
    """Runs steps in order, staggered. Nothing is repeated, but a refusal for want of budget is waited for.

    `changed` is called after each step, when waiting begins, and at the end. `part` tells how much of the step on its
    way is done, 0 to 1; `waiting` the seconds until the budget opens again. `left_out` are those that were never to be
    done, each with a Skipped that says why.
    """

    def __init__(
        self, title: str, steps: Sequence[Step], store: Store, wait: Wait, left_out: Sequence[Done] = ()
    ) -> None:
        self.title = title
        self.steps = tuple(steps)
        self.left_out = tuple(left_out)
        self.done: tuple[Done, ...] = ()
        self.waiting = 0.0
        self.part = 0.0
        self.running = True
        self.changed: Callable[[], None] = lambda: None
        self._store = store
        self._wait = wait
        self._stopped = asyncio.Event()

    def stop(self) -> None:
        """Send no further step; the one on its way is finished."""
        self._stopped.set()

    @property
    def stopping(self) -> bool:
        """Whether no further step is to be sent."""
        return self._stopped.is_set()

    @property
    def stopped(self) -> bool:
        """Whether it was ended before its last step."""
        return not self.running and len(self.done) < len(self.steps)

    def progress(self, sent: int, whole: int) -> None:
        """How far the step on its way is, in bytes."""
        self.part = sent / whole if whole else 0.0
        self.changed()

    @property
    def summary(self) -> str:
        """`37 of 412`, what failed, what was skipped, and whether it goes on."""
        words = f"{len(self.done):,} of {len(self.steps):,}"
        if self.failed:
            words += f", {len(self.failed):,} failed"
        if self.skipped:
            words += f", {len(self.skipped):,} skipped"
        return f"{words}, stopped" if self.stopped else words if self.running else f"{words}, done"

    @property
    def failed(self) -> tuple[Done, ...]:
        """The steps that failed."""
        return tuple(one for one in self.done if one.error and not isinstance(one.error, Skipped))

    @property
    def skipped(self) -> tuple[Done, ...]:
        """Those that were left out, before or when their turn came."""
        return (*(one for one in self.done if isinstance(one.error, Skipped)), *self.left_out)

    @property
    def results(self) -> tuple[Done, ...]:
        """What became of each so far; at the end also of those whose turn did not come."""
        rest = () if self.running else self.steps[len(self.done) :]
        unbegun = (Done(step.name, error=Skipped("Not begun", "It was stopped before its turn.")) for step in rest)
        return (*self.done, *unbegun, *self.left_out)

    async def run(self) -> None:
        """All steps, or until stopped. Raises nothing that a step raises: see `done`."""
        self._count(1)
        try:
            for number, step in enumerate(self.steps):
                if number:
                    await self._wait(self._stopped, gap(len(self.steps), self._store.state.budget))
                if self._stopped.is_set():
                    break
                result = await self._attempt(step)
                self.part = 0.0
                if result:
                    self.done += (result,)
                    self.changed()
                if result is None or isinstance(result.error, HOPELESS):
                    break
        finally:
            self._count(-1)
            self.running = False
            self.changed()

    async def _attempt(self, step: Step) -> Done | None:
        """One step; None when it was stopped while it waited for the budget: the server never took it."""
        while not self._stopped.is_set():
            try:
                return Done(step.name, await step.run())
            except RateLimited as error:
                await self._pause(error.retry_after or self._store.state.budget.window / 10)
            except AppError as error:
                return Done(step.name, error=error)
        return None

    async def _pause(self, seconds: float) -> None:
        self.waiting = seconds
        self.changed()
        await self._wait(self._stopped, seconds)
        self.waiting = 0.0

    def _count(self, step: int) -> None:
        """A batch counts as one write in flight from its start to its end: quitting in between asks."""
        self._store.update(writes_in_flight=self._store.state.writes_in_flight + step)
