"""What changes items: re-sync, upload, delete; and the download. One at once, many as a batch with its own window."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from functools import partial
from pathlib import PurePosixPath

from tui.contract import Priority
from tui.models import InstanceKey, Item
from tui.service import Outcome
from tui.service.batch import Batch, Step, gap
from tui.service.items.files import Upload
from tui.service.items.items import ItemService
from tui.service.items.triage import Cause
from tui.text import count, duration, one_line, plural, size
from tui.ui.base import ConsoleScreen
from tui.ui.kit.dialog import Confirm, Question
from tui.ui.kit.row_table.row_table import RowTable

SHOWN = 3
"""Keys named in a dialog; the others are counted."""


class ItemWrites(ConsoleScreen):
    """Asks, writes, tells. Views over the main screen call these too: a write outlives the view it came from."""

    _uploading = ("", "")
    """What was typed for an upload that failed."""

    @property
    def items(self) -> ItemService:
        """The use cases on items. Raises AppError without a session."""
        return self._session().service.items

    # re-sync

    def ask_resync(self, key: InstanceKey, items: Sequence[Item], cause: Cause | None = None) -> None:
        """Index these items again; `cause` is why they all failed."""
        if self.batches.reopened() or not items:
            return
        cost = self._cost(len(items))
        facts = (*self._facts(key, items), *((("Cause", cause.name),) if cause else ()), ("Cost", cost))
        effect = "Reads the document again from where it comes, and indexes it."
        if len(items) > 1:
            effect = "Reads each document again from where it comes, and indexes it, one request after the other."
        warning = f"Unless the cause is remedied they fail again. {cause.explanation.remedy}" if cause else ""
        button = "Re-sync" if len(items) == 1 else f"Re-sync {count(len(items))}"
        resync = self.items.resync
        title = "Re-sync items" if len(items) > 1 else "Re-sync the item"
        question = Question(title, facts, effect, button, "", warning)
        if len(items) == 1:
            self._ask(question, lambda _: self._and_reload(resync(key, items[0])))
        else:
            steps = [Step(item.key, partial(resync, key, item, Priority.VISIBLE)) for item in items]
            self._ask_batch(question, f"Re-sync of {plural(len(items), 'item')}", steps)

    # delete

    def ask_delete(self, key: InstanceKey, items: Sequence[Item]) -> None:
        """Delete these items; says what is lost."""
        if self.batches.reopened() or not items:
            return
        delete = self.items.delete
        facts = (*self._facts(key, items), ("Lost", self._lost(key, items)), ("Cost", self._cost(len(items))))
        question = Question(
            "Delete items" if len(items) > 1 else "Delete the item",
            facts,
            "They are found by no search any more." if len(items) > 1 else "It is found by no search any more.",
            "Delete" if len(items) == 1 else f"Delete {count(len(items))}",
            warning=self._after_delete(key),
        )
        if len(items) == 1:
            self._ask(question, lambda _: self._and_reload(delete(key, items[0])))
        else:
            steps = [Step(item.key, partial(delete, key, item, Priority.VISIBLE)) for item in items]
            self._ask_batch(question, f"Deletion of {plural(len(items), 'item')}", steps)

    def _stored(self, key: InstanceKey) -> bool:
        """Whether the documents themselves are in the instance."""
        return any(one.key == key and not one.has_jobs for one in self.state.fleet.value or ())

    def _lost(self, key: InstanceKey, items: Sequence[Item]) -> str:
        chunks = plural(sum(item.chunks_count or 0 for item in items), "chunk")
        documents = f", {size(sum(item.file_size or 0 for item in items))} of documents"
        return f"{chunks}{documents if self._stored(key) else ' of the index'}"

    def _after_delete(self, key: InstanceKey) -> str:
        if self._stored(key):
            saves = self.look.key("items.download")
            return f"Built-in storage: the document itself is lost. Save it first ({saves}), if there is no other copy."
        return "The document stays in its source: the next sync may index it again."

    # upload and download

    def ask_upload(self, key: InstanceKey) -> None:
        """Choose files, check them, send them."""
        if self.batches.reopened():
            return
        from tui.ui.kit.paths import UploadScreen

        def chosen(path: str, name: str, files: tuple[Upload, ...]) -> None:
            self._uploading = (path, name)
            self._upload(key, files)

        self.app.push_screen(UploadScreen(self._facts(key, ()), self._uploading, chosen))

    def _upload(self, key: InstanceKey, files: Sequence[Upload]) -> None:
        send = self.items.upload
        batch = self.batches.batch(f"Upload of {plural(len(files), 'file')}", ())
        batch.steps = tuple(Step(one.name, partial(send, key, one.path, one.name, batch.progress)) for one in files)
        self.batches.start(batch, self._uploaded)

    def _uploaded(self, batch: Batch) -> None:
        if not batch.failed and not batch.stopped:
            self._uploading = ("", "")
        self.reload_items()

    def ask_download(self, key: InstanceKey, item: Item) -> None:
        """Save a document; asks before it overwrites."""
        from tui.ui.kit.paths import SaveScreen

        name = PurePosixPath(item.key).name or item.id
        facts = (*self._facts(key, (item,)), ("Size", size(item.file_size)))
        self.app.push_screen(SaveScreen(facts, name, partial(self.items.download, key, item)), self.told_where)

    def told_where(self, words: str | None) -> None:
        """Something was saved, or not."""
        if words:
            self.app.notify(words, title="Saved, readable by you only", timeout=8, markup=False)

    # batches

    def _ask_batch(self, question: Question, title: str, steps: Sequence[Step]) -> None:
        batch = self.batches.batch(title, steps)

        def answered(text: str | None) -> None:
            if text is not None:
                self.query_one("#items-table", RowTable).action_clear_marks()
                self.batches.start(batch, lambda _: self.reload_items())

        self.app.push_screen(Confirm(question), answered)

    async def _and_reload(self, write: Awaitable[Outcome]) -> Outcome:
        outcome = await write
        self.reload_items()
        return outcome

    # words

    def _facts(self, key: InstanceKey, items: Sequence[Item]) -> tuple[tuple[str, str], ...]:
        who = self.state.identity
        named = [one_line(item.key or item.id) for item in items[:SHOWN]]
        more = [f"and {count(len(items) - SHOWN)} more"] if len(items) > SHOWN else []
        label = "Item" if len(items) == 1 else "Items"
        return (
            ("Account", who.account),
            ("Instance", str(key)),
            *zip((label, *[""] * SHOWN), (*named, *more), strict=False),
        )

    def _cost(self, writes: int) -> str:
        """`412 requests; 1,103 of 1,200 are left now; about 3m 26s`."""
        budget = self.state.budget
        left = f"{count(budget.limit - budget.used)} of {count(budget.limit)}"
        words = f"{plural(writes, 'request')}; {left} are left now"
        seconds = (writes - 1) * gap(writes, budget)
        return f"{words}; about {duration(seconds)}" if seconds >= 2 else words

    def reload_items(self) -> None:
        """Items were changed: read again what shows them."""
        raise NotImplementedError
