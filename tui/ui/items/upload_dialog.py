"""Which files to upload, and under which keys."""

from __future__ import annotations

import asyncio

from textual.app import ComposeResult
from textual.widgets import Input
from textual.worker import WorkType

from tui.errors import UsageError
from tui.service.items.files import Upload, summary, uploads
from tui.ui.kit.field import field_line
from tui.ui.kit.path_dialog import Facts, PathDialog
from tui.ui.kit.unsent import KeptFields

HINT = (
    "A file, a folder, or a pattern such as docs/*.md; the right arrow completes. "
    "At most 10 MiB for text or PDF, 4 MiB for others."
)


class UploadDialog(PathDialog):
    """The result is None when it was cancelled; else `files` are to be sent, none of which the limits forbid."""

    FIRST = "path"

    def __init__(self, facts: Facts, typed: tuple[str, str], kept: KeptFields) -> None:
        """`typed` are the path and the key of the last time, `kept` what was typed then and never sent."""
        super().__init__(facts, typed[0], title="Upload files", button="Upload", hint=HINT)
        self.kept = kept
        self._key = typed[1]
        self.typed = typed
        self.files: tuple[Upload, ...] = ()

    def fields(self) -> ComposeResult:
        """The key."""
        key = Input(self._key, placeholder="as the path, or folder/ in the instance", compact=True, id="key")
        yield field_line("Key", key, self.look)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Say what the path means while it is typed."""
        event.stop()
        if self.value("path"):
            work: WorkType[tuple[Upload, ...]] = self._check  # not a coroutine: a key may cancel it unstarted
            self.run_worker(work, group="check", exclusive=True, name="check")
        else:
            self.problem(HINT, "muted")

    async def _check(self) -> tuple[Upload, ...]:
        try:
            found = await asyncio.to_thread(uploads, self.value("path"), self.value("key"))
        except UsageError as error:
            self.problem(f"{error.title}: {error.detail} {error.hint}", "warning")
            return ()
        first = found[0].name if len(found) == 1 else f"{found[0].name} to {found[-1].name}"
        self.problem(f"{summary(found)}: {first}", "success")
        return found

    async def go(self) -> None:
        """Check once more, then hand the files over."""
        if found := await self._check():
            self.typed, self.files = (self.value("path"), self.value("key")), found
            if self.kept:
                self.kept.forget()
            self.dismiss("")
