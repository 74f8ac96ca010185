"""Items: one in full, failed ones by cause; re-sync, upload, delete, download. Many are a batch with its window."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import PurePosixPath

from tui.contract import Priority
from tui.models import InstanceKey, Item
from tui.service import Outcome
from tui.service.batch import Batch, Step, pauses
from tui.service.items.files import Upload
from tui.service.items.fleet_failures import Trouble
from tui.service.items.silence import Exclusion, exclusion
from tui.service.items.triage import Cause
from tui.text import count, duration, one_line, plural, size
from tui.ui.batches import Batches
from tui.ui.desk import Desk
from tui.ui.kit.dialog import Confirm, Question
from tui.ui.kit.unsent import KeptFields, Unsent

ChooseRules = Callable[[int], Exclusion]
"""The rules to add, where there is room for so many."""
CHEAP = 50
"""Requests up to which nobody is asked before they are sent."""
SHOWN = 3
"""Keys named in a dialog; the others are counted."""


class Items:
    """What is done with items. Views over the main screen call it too: a write outlives the view it came from."""

    def __init__(
        self,
        desk: Desk,
        batches: Batches,
        reload: Callable[[], None],
        ask_why: Callable[[InstanceKey, str], Awaitable[None]],
        add_rules: Callable[[InstanceKey, ChooseRules], Awaitable[None]],
    ) -> None:
        """`reload` reads again what shows items, after they were changed; `ask_why` explains why one is not found.

        `add_rules` opens the form of an instance with more path rules, which are chosen once the others are known.
        """
        self._add_rules = add_rules
        self._ask_why = ask_why
        self.desk = desk
        self._batches = batches
        self._reload = reload
        self._uploading = ("", "")
        """What was typed for an upload that failed."""
        self._unsent = Unsent[dict[str, str]]()
        self.actions = {"instance.triage": self.triage, "app.triage": self.triage_all}

    # looking

    async def open(self, key: InstanceKey, item: Item) -> None:
        """Show one item in full."""
        from tui.ui.items.item_view import ItemView

        await self.desk.ask(ItemView(self.desk, self, key, item))

    async def open_by_key(self, key: InstanceKey, item_key: str) -> None:
        """Show the item that a search hit names by its key. Raises AppError when there is none."""
        await self.open(key, await self.desk.service.items.by_key(key, item_key))

    async def triage(self) -> None:
        """Show the failed items of the selected instance by cause. Raises NotConnected."""
        _ = self.desk.service  # without a session nothing can be read
        if key := self.desk.state.selected:
            await self._triage(key)

    async def _triage(self, key: InstanceKey) -> None:
        from tui.ui.items.triage import TriageView

        await self.desk.ask(TriageView(self.desk, self, key))

    async def triage_all(self) -> None:
        """Show the failed items of all instances by cause; asks first, where that takes many requests."""
        from tui.ui.items.fleet_triage import FleetTriageView

        _ = self.desk.service
        trouble = Trouble.of(self.desk.state)
        if trouble.requests > CHEAP:
            budget = self.desk.state.budget
            left = f"{count(budget.limit - budget.used)} of {count(budget.limit)}"
            facts = (
                ("Account", self.desk.state.identity.account),
                ("Instances", f"{plural(len(trouble.counted), 'instance')} with failed or outdated items"),
                ("Cost", f"{plural(trouble.requests, 'request')}; {left} are left now"),
            )
            effect = "Reads the failed items of each, at most 500 an instance. Nothing is changed."
            if await self.desk.ask(Confirm(Question("Triage of all instances", facts, effect, "Read them"))) is None:
                return
        view = FleetTriageView(self.desk, resync=self.resync_many, open_triage=self._triage_of)
        await self.desk.ask(view)

    async def _triage_of(self, key: InstanceKey) -> None:
        """The triage of an instance, which is selected: what can be done goes by the selection."""
        self.desk.reveal(key)
        await self._triage(key)

    async def why(self, key: InstanceKey, item: Item) -> None:
        """Say why a query finds an item or not."""
        await self._ask_why(key, item.identity)

    # re-sync

    async def resync(self, key: InstanceKey, items: Sequence[Item], cause: Cause | None = None) -> None:
        """Index these items again; `cause` is why they all failed."""
        if self._batches.reopened() or not items:
            return
        cost = self._cost(len(items))
        facts = (*self._facts(key, items), *_cause_facts(cause), ("Cost", cost))
        effect = "Reads the document again from where it comes, and indexes it."
        if len(items) > 1:
            effect = "Reads each document again from where it comes, and indexes it, one request after the other."
        warning = f"They fail again unless the cause is fixed. {cause.explanation.remedy}" if cause else ""
        button = "Re-sync" if len(items) == 1 else f"Re-sync {count(len(items))}"
        resync = self.desk.service.items.resync
        title = "Re-sync items" if len(items) > 1 else "Re-sync the item"
        question = Question(title, facts, effect, button, "", warning)
        if len(items) == 1:
            await self._ask(question, lambda: resync(key, items[0]))
        else:
            steps = [Step(item.key, partial(resync, key, item, Priority.VISIBLE)) for item in items]
            await self._ask_batch(question, f"Re-sync of {plural(len(items), 'item')}", steps)

    async def resync_many(self, members: Sequence[tuple[InstanceKey, Sequence[Item]]], cause: Cause) -> None:
        """Index items of several instances again; `cause` is why they failed."""
        total = sum(len(items) for _, items in members)
        if self._batches.reopened() or not total:
            return
        resync = self.desk.service.items.resync
        named = [f"{key}: {len(items):,}" for key, items in members[:SHOWN]]
        more = [f"and {count(len(members) - SHOWN)} more"] if len(members) > SHOWN else []
        facts = (
            ("Account", self.desk.state.identity.account),
            *zip(("Items of", *[""] * SHOWN), (*named, *more), strict=False),
            *_cause_facts(cause),
            ("Cost", self._cost(total)),
        )
        effect = "Reads each document again from where it comes, and indexes it, one request after the other."
        warning = f"They fail again unless the cause is fixed. {cause.explanation.remedy}"
        question = Question("Re-sync items", facts, effect, f"Re-sync {count(total)}", "", warning)
        steps = [
            Step(f"{key}: {item.key}", partial(resync, key, item, Priority.VISIBLE))
            for key, items in members
            for item in items
        ]
        await self._ask_batch(question, f"Re-sync of {plural(total, 'item')}", steps)

    async def exclude(self, key: InstanceKey, items: Sequence[Item], cause: Cause) -> None:
        """Open the form with rules that leave these items out; `cause` is why they fail. Raises AppError."""
        unused = await self.desk.service.items.unused_endings(key, items, cause)
        await self._add_rules(key, lambda room: exclusion(items, unused, room))

    # delete

    async def delete(self, key: InstanceKey, items: Sequence[Item]) -> None:
        """Delete these items; says what is lost."""
        if self._batches.reopened() or not items:
            return
        delete = self.desk.service.items.delete
        facts = (*self._facts(key, items), ("Lost", self._lost(items)), ("Cost", self._cost(len(items))))
        question = Question(
            "Delete items" if len(items) > 1 else "Delete the item",
            facts,
            "No search will find them any more." if len(items) > 1 else "No search will find it any more.",
            "Delete" if len(items) == 1 else f"Delete {count(len(items))}",
            warning=self._after_delete(items),
        )
        if len(items) == 1:
            await self._ask(question, lambda: delete(key, items[0]))
        else:
            steps = [Step(item.key, partial(delete, key, item, Priority.VISIBLE)) for item in items]
            await self._ask_batch(question, f"Deletion of {plural(len(items), 'item')}", steps)

    def _lost(self, items: Sequence[Item]) -> str:
        chunks = plural(sum(item.chunks_count or 0 for item in items), "chunk")
        stored = [item for item in items if item.builtin]
        documents = f", {size(sum(item.file_size or 0 for item in stored))} of documents"
        return f"{chunks}{documents if stored else ' of the index'}"

    def _after_delete(self, items: Sequence[Item]) -> str:
        """What becomes of the documents: of each its own storage decides, not the source of the instance."""
        stored, saves = sum(item.builtin for item in items), self.desk.look.key("items.download")
        if not stored:
            return "The document stays in its source: the next sync may index it again."
        if len(items) == 1:
            return f"Built-in storage: the document itself is lost. Save it first ({saves}), if there is no other copy."
        some = "The documents themselves" if stored == len(items) else f"{stored:,} of the documents"
        rest = "" if stored == len(items) else " The others stay in their source."
        return f"Built-in storage: {some} are lost. Save them first ({saves}), if there is no other copy.{rest}"

    async def index_key(self, key: InstanceKey) -> None:
        """Ask for the key of a document, then have it indexed now, whether it is known or new."""
        effect = "The service reads this one document and indexes it, without waiting for a sync."
        question = Question("Index a key", self.desk.facts(key), effect, "Index", "key, such as guides/limits.md")
        typed = (await self.desk.ask(Confirm(question)) or "").strip()
        if typed:
            await self.desk.write(lambda: self.desk.service.items.index(key, typed))
            self._reload()

    # upload and download

    async def upload(self, key: InstanceKey) -> None:
        """Choose files, check them, send them."""
        if self._batches.reopened():
            return
        from tui.ui.items.upload_dialog import UploadDialog

        kept = KeptFields(self._unsent, (self.desk.state.identity.account, key))
        dialog = UploadDialog(self._facts(key, ()), self._uploading, kept)
        if await self.desk.ask(dialog) is not None:
            self._uploading = dialog.typed
            self._upload(key, dialog.files)

    def _upload(self, key: InstanceKey, files: Sequence[Upload]) -> None:
        send = self.desk.service.items.upload
        batch = self._batches.batch(f"Upload of {plural(len(files), 'file')}", ())
        batch.steps = tuple(Step(one.name, partial(send, key, one.path, one.name, batch.progress)) for one in files)
        self._batches.start(batch, self._uploaded)

    def _uploaded(self, batch: Batch) -> None:
        if not batch.failed and not batch.stopped:
            self._uploading = ("", "")
        self._reload()

    async def download(self, key: InstanceKey, item: Item) -> None:
        """Save a document of built-in storage; asks before it overwrites.

        Of an outside source only the index is kept (api-errors: 7059).
        """
        if not item.builtin:
            source = one_line(item.source_id or "an outside source")
            self.desk.say(f"{one_line(item.key or item.id)} is not stored here: fetch it from {source}.")
            return
        from tui.ui.save_document import SaveDocument

        name = PurePosixPath(item.key).name or item.id
        facts = (*self._facts(key, (item,)), ("Size", size(item.file_size)))
        save = partial(self.desk.service.items.download, key, item)
        self.saved(await self.desk.ask(SaveDocument(facts, name, save)))

    def saved(self, where: str | None) -> None:
        """Say where something was saved; None: nowhere."""
        if where:
            self.desk.say(Outcome(f"{where}, readable by you only"))

    # batches

    async def _ask(self, question: Question, write: Callable[[], Awaitable[Outcome]]) -> None:
        if await self.desk.ask(Confirm(question)) is not None and await self.desk.write(write) is None:
            self._reload()

    async def _ask_batch(self, question: Question, title: str, steps: Sequence[Step]) -> None:
        batch = self._batches.batch(title, steps)
        if await self.desk.ask(Confirm(question)) is not None:
            self._batches.start(batch, lambda _: self._reload())

    # words

    def _facts(self, key: InstanceKey, items: Sequence[Item]) -> tuple[tuple[str, str], ...]:
        named = [one_line(item.key or item.id) for item in items[:SHOWN]]
        more = [f"and {count(len(items) - SHOWN)} more"] if len(items) > SHOWN else []
        label = "Item" if len(items) == 1 else "Items"
        return (
            ("Account", self.desk.state.identity.account),
            ("Instance", str(key)),
            *zip((label, *[""] * SHOWN), (*named, *more), strict=False),
        )

    def _cost(self, writes: int) -> str:
        """`412 requests; 1,103 of 1,200 are left now; about 3m 26s`."""
        budget = self.desk.state.budget
        left = f"{count(budget.limit - budget.used)} of {count(budget.limit)}"
        words = f"{plural(writes, 'request')}; {left} are left now"
        seconds = pauses(writes, budget)
        return f"{words}; about {duration(seconds)}" if seconds >= 2 else words


def _cause_facts(cause: Cause | None) -> tuple[tuple[str, str], ...]:
    """The cause that items are re-synced for, and how many it has that are left out."""
    if cause is None:
        return ()
    left = (("Left out", f"{count(cause.unread)} more that were not read yet"),) if cause.unread else ()
    return (("Cause", cause.name), *left)
