"""The batch of writes that runs: one at a time, in the background, shown in the status bar and in its window."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tui.errors import AppError
from tui.service import Outcome
from tui.service.batch import Batch, Done, Step
from tui.text import duration
from tui.ui.batch_window import BatchWindow
from tui.ui.desk import Desk


class Batches:
    """Owns the batch that runs, and keeps the last. A key opens its window: it never opens by itself."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._batch: Batch | None = None
        self._last: Batch | None = None
        self._window: BatchWindow | None = None
        self.actions = {"app.stop": self.stop, "app.batch": self.show_last}

    def batch(self, title: str, steps: Sequence[Step], left_out: Sequence[Done] = ()) -> Batch:
        """A batch that has not begun. Raises NotConnected."""
        service = self.desk.service
        return Batch(title, steps, service.store, service.wait, left_out)

    def start(self, batch: Batch, ended: Callable[[Batch], None] = lambda batch: None) -> None:
        """Run a batch in the background; `ended` is called after its last step."""
        self._batch = self._last = batch
        batch.changed = lambda: self._changed(batch)
        self.desk.start(self._run(batch, ended), name=batch.title)
        show, stop = (self.desk.look.key(name) for name in ("app.batch", "app.stop"))
        self.desk.say(f"{batch.title} runs: {show} shows each, {stop} stops it.")

    def show_last(self) -> None:
        """Open the window of the batch that runs, or ran last."""
        if self._last:
            self.show(self._last)
        else:
            self.desk.say("Nothing has run in the background yet.")

    def show(self, batch: Batch) -> None:
        """Open the window of a batch."""
        self.desk.start(self._open(batch), "batch window")

    async def _open(self, batch: Batch) -> None:
        self._window = window = BatchWindow(batch)
        await self.desk.ask(window)
        if self._window is window:
            self._window = None

    async def _run(self, batch: Batch, ended: Callable[[Batch], None]) -> None:
        service = self.desk.service
        try:
            await batch.run()
        finally:
            self._batch = None
            service.store.update(doing="")
        ended(batch)
        for one in batch.failed:
            self.desk.record_error(one.error or AppError(one.name), batch.title)
        if self._window:
            self._window.draw()
        words = f"{batch.summary}. {self.desk.look.key('app.batch')} shows each."
        await self.desk.write(lambda: _outcome(batch, words))

    def _changed(self, batch: Batch) -> None:
        """In the status bar, and in its window where that is open."""
        word = batch.title.partition(" ")[0].upper()
        waits = f" waiting {duration(batch.waiting)} for the budget" if batch.waiting else ""
        stopping = " stopping" if batch.running and batch.stopping else ""
        self.desk.service.store.update(doing=f"{word} {len(batch.done):,}/{len(batch.steps):,}{waits or stopping}")
        if self._window:
            self._window.draw()

    def reopened(self) -> bool:
        """One at a time: while a batch runs its window comes back instead, and true is returned."""
        if self._batch:
            self.show(self._batch)
        return self._batch is not None

    def stop(self) -> None:
        """Send no further write; the one on its way is finished, and what is done stays."""
        if self._batch:
            self._batch.stop()
            self._changed(self._batch)


async def _outcome(batch: Batch, words: str) -> Outcome:
    return Outcome(batch.title, words, certain=not (batch.failed or batch.stopped))
