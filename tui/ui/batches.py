"""Running a batch of writes: one at a time, in the background, told in the status bar and in its window."""

from __future__ import annotations

from collections.abc import Callable

from tui.errors import AppError
from tui.service.batch import Batch
from tui.ui.batch_window import BatchScreen
from tui.ui.writes import Writes


class ItemBatches(Writes):
    """Owns the batch that runs. Its window may be closed meanwhile; what it ended with is told then."""

    _batch: Batch | None = None

    def start_batch(self, batch: Batch, ended: Callable[[Batch], None]) -> None:
        """Run a batch and open its window; `ended` is called after its last step."""
        self._batch = batch
        batch.changed = lambda: self._tell_batch(batch)
        self.run_worker(self._run(batch, ended), group="mutate", name=batch.title)
        self.app.push_screen(BatchScreen(batch))

    async def _run(self, batch: Batch, ended: Callable[[Batch], None]) -> None:
        try:
            await batch.run()
        finally:
            self._batch = None
            self.store.update(doing="")
        ended(batch)
        if self.session:
            for one in batch.failed:
                self.session.service.notice(batch.title, one.error or AppError(one.name))
            self.session.poller.refresh_instance()
        if not isinstance(self.app.screen, BatchScreen):
            bad = batch.failed or batch.stopped
            self.app.notify(
                batch.summary, title=batch.title, severity="warning" if bad else "information", timeout=8, markup=False
            )

    def _tell_batch(self, batch: Batch) -> None:
        """In the status bar, and in its window where that is open."""
        word = batch.title.partition(" ")[0].upper()
        self.store.update(doing=f"{word} {len(batch.done):,}/{len(batch.steps):,}")
        for screen in self.app.screen_stack:
            if isinstance(screen, BatchScreen):
                screen.draw()

    def reopened(self) -> bool:
        """One at a time: while a batch of items runs its window comes back instead, and true is told."""
        if self._batch:
            self.app.push_screen(BatchScreen(self._batch))
        elif self.state.doing:
            self.app.notify(f"{self.state.doing} is still at work.", markup=False)
        return bool(self._batch or self.state.doing)

    def stop_batch(self) -> None:
        """Send no further write of the batch that runs, if one does."""
        if self._batch:
            self._batch.stop()
